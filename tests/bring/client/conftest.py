from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from client.fake_bring import FakeBring

FIXTURES = Path(__file__).parent / "fixtures"


@pytest.fixture
def bring() -> Iterator[FakeBring]:
    fake = FakeBring()
    yield fake
    fake.stop()


@pytest.fixture
def fixture() -> Callable[[str], bytes]:
    """The content of a file in fixtures/ of this folder."""
    return lambda name: (FIXTURES / name).read_bytes()


@pytest.fixture
def refusal() -> Callable[..., bytes]:
    """An answer with HTTP 200 that is a refusal."""

    def make(code: str, words: str, root: str = "GetOrderResponse") -> bytes:
        return (
            f'<{root} xmlns="http://api.bring.com/om"><ResponseProperties>'
            f"<Error><Code>{code}</Code><Description>{words}</Description></Error>"
            f"</ResponseProperties></{root}>"
        ).encode()

    return make
