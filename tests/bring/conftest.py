from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from spelling import Node, parse

from bring.reader import Reading, read_documents

FIXTURES = Path(__file__).parent / "fixtures"
SAMPLES = Path(__file__).parents[3] / "shared" / "bring" / "samples"
TZ = "Europe/Oslo"


@pytest.fixture
def fixture_bytes() -> Callable[[str], bytes]:
    """The content of a file in fixtures/."""
    return lambda name: (FIXTURES / name).read_bytes()


@pytest.fixture
def sample_bytes() -> Callable[[str], bytes]:
    """The content of one of Bring's own samples; skips where they aren't."""

    def read(name: str) -> bytes:
        path = SAMPLES / name
        if not path.exists():
            pytest.skip("Bring's samples are not here")
        return path.read_bytes()

    return read


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
