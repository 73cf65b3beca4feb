"""Orders to tell of, a fixed instant, and an endpoint that really listens."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from counterpart import Counterpart

from simulator import orders

FIXTURES = Path(__file__).parent / "fixtures"


@pytest.fixture
def at() -> datetime:
    """Ten in the morning of a summer's day, 12:00 in Oslo."""
    return datetime(2026, 7, 1, 10, 0, tzinfo=UTC)


@pytest.fixture
def order() -> orders.Order:
    return orders.find(orders.load(FIXTURES / "orders.json"), "S00012")


@pytest.fixture
def purchase() -> orders.Order:
    return orders.find(orders.load(FIXTURES / "orders.json"), "P00007")


@pytest.fixture
def counterpart() -> Iterator[Counterpart]:
    with Counterpart() as server:
        yield server
