"""Bring's own samples, where they are at hand."""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from spelling import CONVENTIONS, Convention, parse, to_json, to_xml

from bring.documents import Condition, Quantity
from bring.reader import Reading, inspect

Read = Callable[..., list[Reading]]
Sample = Callable[[str], bytes]


def test_despatch_advice(sample_bytes: Sample, read: Read) -> None:
    (reading,) = read(sample_bytes("despatch_advice.xml"))
    advice = reading.document
    assert (advice.reference, advice.status, advice.note) == ("222333222", "O4", "1226543")
    assert advice.warehouse_code == "NCD"
    assert advice.tracking is None
    assert advice.created_at == datetime(2019, 4, 13, 15, 0, 18, tzinfo=UTC)
    assert advice.event_at == datetime(2019, 4, 12, 22, tzinfo=UTC)
    assert advice.ship_to.country == "NO"
    lines = [line for unit in advice.units for line in unit.lines]
    assert [(x.number, x.article.own, x.items[0].batch) for x in lines] == [
        ("10", "111111111", "M11111"),
        ("20", "222222222", "M22222"),
    ]
    assert {x.quantity for x in lines} == {Quantity(value=Decimal(1), unit="PCE")}


def test_receiving_advice(sample_bytes: Sample, read: Read) -> None:
    (reading,) = read(sample_bytes("receiving_advice.xml"))
    advice = reading.document
    assert advice.reference == "1112223333"
    assert advice.received_at == datetime(2019, 3, 26, 23, tzinfo=UTC)
    lines = [line for unit in advice.units for line in unit.lines]
    assert [x.received.value for x in lines] == [400, 600, 450]
    assert [len(x.items) for x in lines] == [1, 3, 1]
    assert lines[0].conditions == (Condition(quantity=Quantity(value=Decimal(400))),)
    assert advice.receiver.street == ("Street address",)


def test_inventory_report(sample_bytes: Sample, read: Read) -> None:
    (reading,) = read(sample_bytes("inventory_report.xml"))
    report = reading.document
    assert (report.kind, report.warehouse_code) == ("inventory_report", "BERGER")
    assert [x.quantity.value for x in report.lines] == [1, 12, 5, 14, 6]
    assert {x.status for x in report.lines} == {"AVAILABLE_FOR_SALE"}
    assert report.lines[0].article.own == "111111111111"
    assert report.lines[0].article.gtin is None


def test_inventory_adjustment(sample_bytes: Sample, read: Read) -> None:
    (reading,) = read(sample_bytes("inventory_adjustment.xml"))
    report = reading.document
    assert (report.kind, report.warehouse_code) == ("inventory_adjustment", "NCD")
    assert report.event_at == datetime(2019, 4, 12, 9, 14, tzinfo=UTC)
    assert [(x.reason, x.quantity.value, x.items[0].batch) for x in report.lines] == [
        ("60", 6, "M8888881"),
        ("60", 6, "M8888882"),
    ]
    assert report.lines[0].items[0].serials == ()


@pytest.mark.parametrize("convention", CONVENTIONS, ids=lambda c: c.name)
@pytest.mark.parametrize(
    "name", ["despatch_advice", "receiving_advice", "inventory_report", "inventory_adjustment"]
)
def test_a_sample_in_json_reads_as_itself(
    name: str, convention: Convention, sample_bytes: Sample, read: Read
) -> None:
    content = sample_bytes(f"{name}.xml")
    tree = parse(content)
    assert inspect(content).document_count == 1
    assert read(to_json(tree, convention)) == read(to_xml(tree)) == read(content)
