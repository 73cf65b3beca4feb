"""Messages in the shapes of Bring's own examples; see tests/shapes/README.md."""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from spelling import CONVENTIONS, Convention, parse, to_json, to_xml

from bring.documents import Condition, Quantity
from bring.reader import Reading, inspect
from bring.span import Span

Read = Callable[..., list[Reading]]
Shape = Callable[[str], bytes]


def test_despatch_advice(shape_bytes: Shape, read: Read) -> None:
    (reading,) = read(shape_bytes("push/despatch_advice.xml"))
    advice = reading.document
    assert (advice.reference, advice.status, advice.note) == ("555222555", "O4", "8553692")
    assert advice.warehouse_code == "NCD"
    assert advice.tracking is None
    written = datetime(2024, 4, 13, 15, 0, 18, tzinfo=UTC)
    assert advice.created_at == Span.at(written)
    # 2024-04-13T00:00:00 says the day: it left before it was written
    assert advice.event == Span(datetime(2024, 4, 12, 22, tzinfo=UTC), written)
    assert advice.ship_to.country == "NO"
    lines = [line for unit in advice.units for line in unit.lines]
    assert [(x.number, x.article.own, x.items[0].batch) for x in lines] == [
        ("10", "888888888", "M88888"),
        ("20", "555555555", "M55555"),
    ]
    assert {x.quantity for x in lines} == {Quantity(value=Decimal(1), unit="PCE")}


def test_receiving_advice(shape_bytes: Shape, read: Read) -> None:
    (reading,) = read(shape_bytes("push/receiving_advice.xml"))
    advice = reading.document
    assert advice.reference == "8885552222"
    start = datetime(2024, 3, 26, 23, tzinfo=UTC)
    assert advice.event == Span(start, datetime(2024, 3, 27, 15, 39, 29, tzinfo=UTC))
    lines = [line for unit in advice.units for line in unit.lines]
    assert [x.received.value for x in lines] == [400, 600, 450]
    assert [len(x.items) for x in lines] == [1, 3, 1]
    assert lines[0].conditions == (Condition(quantity=Quantity(value=Decimal(400))),)
    assert advice.receiver.street == ("Sjøgata 3",)


def test_inventory_report(shape_bytes: Shape, read: Read) -> None:
    (reading,) = read(shape_bytes("push/inventory_report.xml"))
    report = reading.document
    assert (report.kind, report.warehouse_code) == ("inventory_report", "BERGER")
    assert [x.quantity.value for x in report.lines] == [1, 12, 5]
    assert {x.status for x in report.lines} == {"AVAILABLE_FOR_SALE"}
    assert [x.article.own for x in report.lines] == [
        "888888888888",
        "LØKT-5",
        "222222222222",
    ]
    assert report.lines[0].article.gtin is None


def test_inventory_adjustment(shape_bytes: Shape, read: Read) -> None:
    (reading,) = read(shape_bytes("push/inventory_adjustment.xml"))
    report = reading.document
    assert (report.kind, report.warehouse_code) == ("inventory_adjustment", "NCD")
    assert report.event == Span.at(datetime(2024, 4, 12, 9, 14, tzinfo=UTC))
    assert [(x.reason, x.quantity.value, x.items[0].batch) for x in report.lines] == [
        ("60", 6, "M7777778"),
        ("60", 6, "M7777775"),
    ]
    assert report.lines[0].items[0].serials == ()


@pytest.mark.parametrize("convention", CONVENTIONS, ids=lambda c: c.name)
@pytest.mark.parametrize(
    "name", ["despatch_advice", "receiving_advice", "inventory_report", "inventory_adjustment"]
)
def test_a_shape_in_json_reads_as_itself(
    name: str, convention: Convention, shape_bytes: Shape, read: Read
) -> None:
    content = shape_bytes(f"push/{name}.xml")
    tree = parse(content)
    assert inspect(content).document_count == 1
    assert read(to_json(tree, convention)) == read(to_xml(tree)) == read(content)
