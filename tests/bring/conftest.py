from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from spelling import Node, parse

from bring.reader import Reading, read_documents

FIXTURES = Path(__file__).parent / "fixtures"
SHAPES = Path(__file__).parents[1] / "shapes"
TZ = "Europe/Oslo"

# How long an example takes says more about the machine than about the reader.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


@pytest.fixture
def fixture_bytes() -> Callable[[str], bytes]:
    """The content of a file in fixtures/."""
    return lambda name: (FIXTURES / name).read_bytes()


@pytest.fixture
def shape_bytes() -> Callable[[str], bytes]:
    """The content of a file in tests/shapes/: our values in the shape of Bring's example."""
    return lambda name: (SHAPES / name).read_bytes()


@pytest.fixture
def tree() -> Callable[[str], Node]:
    """A fixture as a tree to be changed and spelled anew."""
    return lambda kind: parse((FIXTURES / f"{kind}.xml").read_bytes())


@pytest.fixture
def read() -> Callable[..., list[Reading]]:
    """Read all documents, in Oslo's time."""

    def read(content: bytes, content_type: str | None = None, **options: Any) -> list[Reading]:
        return list(read_documents(content, content_type, TZ, **options))

    return read
