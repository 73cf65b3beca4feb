"""Orders to tell of, a fixed instant, and an endpoint that really listens."""

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from caller import LOGIN, Caller
from counterpart import KEY, Counterpart

from simulator import orders
from simulator.push import Endpoint
from simulator.server import Server

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


@pytest.fixture
def endpoint(counterpart: Counterpart) -> Endpoint:
    return Endpoint(counterpart.url, KEY)


@pytest.fixture
def server(at: datetime, endpoint: Endpoint) -> Iterator[Server]:
    """A Bring with ten lamps and no milk in Berger, that pushes to the counterpart."""
    with Server(login=LOGIN, endpoint=endpoint, start_at=at, seed=1) as server:
        server.bring.depot.know("LAMP", at, name="Lamp", ean="7038010000001")
        server.bring.depot.know("MILK", at, name="Milk")
        server.bring.adjust("BERGER", "LAMP", quantity=Decimal(10))
        yield server


@pytest.fixture
def caller(server: Server) -> Caller:
    return Caller(server)
