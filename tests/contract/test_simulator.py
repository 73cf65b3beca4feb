"""The simulator says and takes what Bring publishes, and nothing else."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from held import faults
from spelling import parse

import contract
from simulator import inventory, messages
from simulator.orders import Address, Batch, Line, Order, Portion

AT = datetime(2026, 7, 1, 10, 0, tzinfo=UTC)
CUSTOMER = Address(
    name="Fjordlys AS", street="Havnegata 12", postal_code="8006", city="BODØ", country="NO"
)
LINES = (
    Line(number=10, article="LAMP", quantity=Decimal(3), gtin="07038010000001", description="Lamp"),
    Line(
        number=20, article="MILK", quantity=Decimal(4), unit="KGM", supplier_article="M-1",
        batches=(Batch("B1", date(2026, 8, 1), Decimal(1)), Batch("B2", None, Decimal(3))),
    ),
    Line(number=30, article="PHONE", quantity=Decimal(2), serials=("S1", "S2")),
)  # fmt: skip


def order(type: str = "order", customer: Address = CUSTOMER) -> Order:
    return Order(reference="125001", warehouse="BERGER", lines=LINES, type=type, customer=customer)


def said(quirks: bool) -> Iterator[messages.Message]:
    """Yield what the simulator can say: every kind, status, condition and shape."""
    for customer in (CUSTOMER, Address(name="Fjordlys AS")):
        out = order(customer=customer)
        for status in messages.RESPONSE_STATUSES:
            yield messages.order_response(out, status, AT, quirks=quirks)
        for status in messages.DESPATCH_STATUSES:
            yield messages.despatch_advice(out, status, AT, quirks=quirks)
        portions = {
            10: [Portion(Decimal(1), sscc="370000000000000001"), Portion(Decimal(2))],
            20: Decimal(2),
        }
        yield messages.despatch_advice(
            out, "O4", AT, shipped=portions, tracking="70300000000000001", note="N", quirks=quirks
        )
        yield messages.despatch_advice(out, "O4", AT, shipped={}, quirks=quirks)
        for type in ("purchase", "return"):
            into = order(type, customer)
            yield messages.receiving_advice(into, AT, quirks=quirks)
            conditions = {10: {"0": 1, "1": 1, "2": 1}, 30: {"2": 2}}
            yield messages.receiving_advice(into, AT, conditions=conditions, quirks=quirks)
    stock = [
        inventory.Stock("LAMP", Decimal(3), gtin="07038010000001"),
        inventory.Stock("MILK", Decimal("2.5"), "BLOCKED", "B1", date(2026, 8, 1), unit="KGM"),
        inventory.Stock("PHONE", Decimal(2), "QUARANTINED", serials=("S1", "S2")),
        inventory.Stock("NONE", Decimal(0)),
    ]
    yield inventory.inventory_report("BERGER", stock, AT, quirks=quirks)
    changes = [
        inventory.Change("MILK", Decimal(-2), reason, "B1", date(2026, 8, 1))
        for reason in inventory.REASONS
    ]
    changes.append(inventory.Change("PHONE", Decimal(1), serials=("S9",)))
    yield inventory.inventory_adjustment("BERGER", changes, AT, quirks=quirks)


@pytest.mark.parametrize("quirks", [False, True], ids=["as the guidelines", "as the samples"])
def test_what_it_says_is_in_the_contract(quirks: bool) -> None:
    for message in said(quirks):
        kind = contract.kind(message.kind)
        found = faults(kind, parse(message.xml()), as_in_examples=quirks)
        assert not found, (message.kind, message.title)
