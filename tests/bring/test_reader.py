"""What the fixtures say, and what happens to documents that are wrong."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from spelling import CONVENTIONS, Node, to_json, to_xml

from bring.documents import (
    Article,
    Condition,
    DespatchAdvice,
    InventoryReport,
    ItemData,
    OrderResponse,
    Party,
    Quantity,
    ReceivingAdvice,
    Unsupported,
)
from bring.errors import MessageError
from bring.reader import Reading, inspect, iter_report_lines
from bring.span import Span

OSLO = ZoneInfo("Europe/Oslo")
Read = Callable[..., list[Reading]]
Tree = Callable[[str], Node]


def instant(*parts: int) -> Span:
    return Span.at(datetime(*parts, tzinfo=UTC))  # type: ignore[arg-type,misc]


def pieces(number: int | str, unit: str = "PCE") -> Quantity:
    return Quantity(value=Decimal(number), unit=unit)


@pytest.fixture(params=["xml", "json"])
def content(request: pytest.FixtureRequest, fixture_bytes: Callable[[str], bytes]) -> Callable:
    return lambda kind: fixture_bytes(f"{kind}.{request.param}")


def test_an_order_response_says_its_status(content: Callable, read: Read) -> None:
    (reading,) = read(content("order_response"))
    assert reading.document == OrderResponse(
        position=1,
        created_at=instant(2026, 3, 2, 7, 10),
        document_status="ORIGINAL",
        reference="S00012",
        response_reference="R-7781",
        status="O3",
        buyer=Party(identification="424242"),
        seller=Party(identification="7080000950171"),
    )
    assert reading.document.event == reading.document.created_at


def test_a_despatch_advice_says_what_left_when_and_how(content: Callable, read: Read) -> None:
    (reading,) = read(content("despatch_advice"))
    advice = reading.document
    assert isinstance(advice, DespatchAdvice)
    assert (advice.reference, advice.status, advice.note) == (
        "S00012",
        "O4",
        "Call before delivery",
    )
    assert advice.ship_to == Party(
        name="Ågot Sæther",
        identification="C-901",
        postal_code="6002",
        city="Ålesund",
        country="NO",
        street=("Kongens gate 1", "2. etasje"),
    )
    assert advice.warehouse_code == "BERGER"
    assert advice.event == advice.despatched_at == instant(2026, 3, 2, 12, 55)
    assert advice.estimated_delivery_at == instant(2026, 3, 4, 9)
    assert advice.tracking == "70707730124779733"
    first, second = advice.units
    assert first.sscc == "370700000000000014"
    assert first.gross_weight == pieces("12.5", "KGM")
    (line,) = first.lines
    assert (line.number, line.quantity, line.note) == ("10", pieces(3), "Gift")
    assert line.net_weight == pieces("4.2", "KGM")
    assert line.customer_reference == "PO-55"
    assert line.article == Article(
        gtin="07038010000010",
        own="A-100",
        supplier="SUP-7",
        grade="A",
        status="OK",
        others=(("ZZZ", "other"),),
        description="Lamp, white & tall",
    )
    assert line.items == (
        ItemData(batch="B1", best_before=date(2027, 1, 31), quantity=pieces(2)),
        ItemData(batch="B2", best_before=date(2027, 2, 28), quantity=pieces(1)),
    )
    assert second.sscc is None and second.gross_weight is None
    (line,) = second.lines
    assert line.quantity == pieces(2, "")
    assert line.article == Article(own="A-200")
    assert line.items == (ItemData(lot_number="356938035643809", serials=("SN1", "SN2")),)


def test_a_receiving_advice_says_what_arrived_and_its_condition(
    content: Callable, read: Read
) -> None:
    (reading,) = read(content("receiving_advice"))
    advice = reading.document
    assert isinstance(advice, ReceivingAdvice)
    assert advice.reference == "P00007"
    assert advice.event == advice.received_at == instant(2026, 6, 10, 8, 30)
    assert (advice.reporting_code, advice.warehouse_code) == ("4", "NCD")
    assert advice.shipper == Party(name="Supplier", identification="V-1")
    assert advice.receiver == Party(country="NO")
    (unit,) = advice.units
    assert unit.sscc is None
    (line,) = unit.lines
    assert (line.received, line.accepted) == (pieces(40, "STK"), pieces(38, "STK"))
    assert line.customer_reference == "line ten"
    assert line.conditions == (
        Condition(code="0", quantity=pieces(38, "")),
        Condition(code="1", quantity=pieces(2, "STK")),
    )
    assert line.items == (
        ItemData(batch="B9", best_before=date(2027, 1, 1), quantity=pieces(40, "")),
    )


def test_an_inventory_report_has_a_line_for_each_status(content: Callable, read: Read) -> None:
    (reading,) = read(content("inventory_report"))
    report = reading.document
    assert isinstance(report, InventoryReport)
    assert (report.kind, report.type) == ("inventory_report", "status")
    assert (report.structure, report.warehouse_code) == ("ITEM_BY_LOCATION", "AES")
    # 2026-03-28 is the last day of winter time, the 29th begins summer time.
    assert report.created_at == instant(2026, 3, 29, 3, 30)
    assert report.event == report.ends == Span.day(date(2026, 3, 28), OSLO)
    assert report.ends.end == datetime(2026, 3, 28, 22, 59, 59, tzinfo=UTC)
    assert report.line_count == len(report.lines) == 4
    assert [(x.number, x.status, x.quantity) for x in report.lines] == [
        ("1", "AVAILABLE_FOR_SALE", pieces(10, "STK")),
        ("2", "AVAILABLE_FOR_SALE", pieces(7, "STK")),
        ("2", "BLOCKED", pieces(2, "STK")),
        ("2", "QUARANTINED", pieces(3, "STK")),
    ]
    batch = ItemData(batch="Ægir-1", best_before=date(2027, 1, 1), serials=("S1", "S2"))
    assert [x.items for x in report.lines] == [(), (batch,), (batch,), (batch,)]


def test_an_adjustment_has_a_signed_quantity_and_a_reason(content: Callable, read: Read) -> None:
    (reading,) = read(content("inventory_adjustment"))
    report = reading.document
    assert isinstance(report, InventoryReport)
    assert report.kind == reading.kind == "inventory_adjustment"
    assert report.event == report.ends == instant(2026, 3, 29, 9, 14)
    first, second = report.lines
    assert (first.reason, first.status, first.quantity) == ("60", None, pieces(-6, "STK"))
    assert first.items == (ItemData(batch="M1"),)
    assert (second.reason, second.quantity) == ("210", pieces("1.5", "STK"))


def test_lines_can_be_left_out_and_streamed_instead(content: Callable, read: Read) -> None:
    body = content("inventory_report")
    (full,), (lean,) = read(body), read(body, report_lines=False)
    assert lean.document == replace(full.document, lines=())
    assert lean.digest == full.digest
    lines = tuple(iter_report_lines(body, None, "Europe/Oslo", 1))
    assert lines == full.document.lines


def test_there_are_no_lines_where_no_report_is(fixture_bytes: Callable[[str], bytes]) -> None:
    body = fixture_bytes("order_response.xml")
    for position in (1, 2):
        with pytest.raises(MessageError, match="is not an inventory report"):
            list(iter_report_lines(body, None, "Europe/Oslo", position))


def test_the_envelope_is_read_without_the_documents(content: Callable) -> None:
    envelope = inspect(content("despatch_advice"))
    assert (envelope.root, envelope.kind) == ("despatchAdviceMessage", "despatch_advice")
    assert envelope.document_count == 1
    assert envelope.header is not None
    assert envelope.header.type == "DespatchAdviceOutbound"
    assert (envelope.header.sender, envelope.header.receivers) == ("7080000950171", ("424242",))
    assert (envelope.header.standard, envelope.header.version) == ("GS1 BMS", "3.1")
    assert envelope.header.created_at == instant(2026, 3, 2, 7, 15)
    assert inspect(content("inventory_adjustment")).kind == "inventory_adjustment"


@pytest.mark.parametrize(
    ("name", "wrong", "path", "words"),
    [
        (
            "despatchedQuantity",
            "abc",
            "despatchAdvice[2]/despatchAdviceLogisticUnit[1]/despatchAdviceLineItem[1]"
            "/despatchedQuantity",
            "'abc' is not a number",
        ),
        (
            "bestBeforeDate",
            "2027-02-30",
            "despatchAdvice[2]/despatchAdviceLogisticUnit[1]/despatchAdviceLineItem[1]"
            "/transactionalTradeItem/transactionalItemData[1]/bestBeforeDate",
            "'2027-02-30' is not a date or time",
        ),
        (
            "despatchedQuantity",
            "-1",
            "despatchAdvice[2]/despatchAdviceLogisticUnit[1]/despatchAdviceLineItem[1]"
            "/despatchedQuantity",
            "'-1' is negative",
        ),
    ],
)
@pytest.mark.parametrize("spell", [to_xml, lambda t: to_json(t, CONVENTIONS[0])])
def test_what_is_wrong_in_one_document_is_named_there(
    spell: Callable[[Node], bytes],
    name: str,
    wrong: str,
    path: str,
    words: str,
    tree: Tree,
    read: Read,
) -> None:
    root = tree("despatch_advice")
    header, good = root.children
    bad = good.setting(name, wrong)
    first, second, third = read(spell(replace(root, children=(header, good, bad, good))))
    assert first.error is None and third.error is None
    assert first.digest == third.digest != second.digest
    assert second.kind == "despatch_advice" and second.document is not None
    assert any(str(unread).endswith(f"{path}: {words}") for unread in second.document.unread)


@pytest.mark.parametrize("spell", [to_xml, lambda t: to_json(t, CONVENTIONS[0])])
def test_one_wrong_document_does_not_stop_the_others(
    spell: Callable[[Node], bytes], tree: Tree, read: Read
) -> None:
    root = tree("despatch_advice")
    header, good = root.children
    bad = good.setting("entityIdentification", "")
    first, second, third = read(spell(replace(root, children=(header, good, bad, good))))
    path = "despatchAdvice[2]/despatchAdviceIdentification/entityIdentification"
    assert first.error is None and third.error is None
    assert first.digest == third.digest != second.digest
    assert second.document is None
    assert second.kind == "despatch_advice"
    assert str(second.error) == f"{path}: is missing"
    assert isinstance(second.error, MessageError) and second.error.path == path


def test_an_unreadable_document_has_one_digest_in_xml_and_json(tree: Tree, read: Read) -> None:
    for kind, name in (
        ("despatch_advice", "despatchedQuantity"),
        ("inventory_report", "quantityOfUnits"),
        ("inventory_report", "inventoryReportTypeCode"),
    ):
        root = tree(kind).setting(name, "abc")
        digests = {read(to_json(root, c))[0].digest for c in CONVENTIONS if not c.numbers}
        digests |= {read(to_xml(root, prefix=prefix))[0].digest for prefix in ("", "x", None)}
        assert len(digests) == 1
        assert digests != {read(to_xml(root.setting(name, "def")))[0].digest}


def test_a_wrong_line_names_its_place_however_far_down(tree: Tree, read: Read) -> None:
    root = tree("inventory_report")
    header, report = root.children
    items = [c for c in report.children if c.name == "inventoryItemLocationInformation"]
    head = tuple(c for c in report.children if c not in items)
    bad = items[0].setting("quantityOfUnits", "1,5")
    many = replace(report, children=(*head, *[items[0]] * 499, bad, items[0]))
    body = replace(root, children=(header, report, many))
    expected = (
        "inventoryReport[2]/inventoryItemLocationInformation[500]/inventoryStatusLineItem[1]"
        "/inventoryStatusQuantitySpecification[1]/quantityOfUnits: '1,5' is not a number"
    )
    for content in (to_xml(body, indent="  "), to_json(body, CONVENTIONS[0])):
        good, wrong = read(content)
        assert good.error is None and wrong.error is None
        lines = list(iter_report_lines(content, None, "Europe/Oslo", 2))
        assert len(lines) == 501
        assert [(n, line.problem) for n, line in enumerate(lines) if line.problem] == [
            (499, expected)
        ]


@pytest.mark.parametrize(
    ("kind", "names", "path"),
    [
        ("inventory_report", ["inventoryReportTypeCode"], "inventoryReport[1]"),
        ("order_response", ["entityIdentification"], "orderResponse[1]/originalOrder"),
    ],
)
def test_what_a_document_cannot_do_without_is_named(
    kind: str, names: list[str], path: str, tree: Tree, read: Read
) -> None:
    (reading,) = read(to_xml(tree(kind).without(*names)))
    assert reading.error is not None
    assert reading.error.reason == "is missing"
    assert (reading.error.path or "").endswith(f"{path}/{names[0]}")


def test_documents_that_nobody_knows_are_pointed_out(tree: Tree, read: Read) -> None:
    root = tree("inventory_report")
    header, report = root.children
    foreign = Node("stockTaking", children=(Node("x", "1"),))
    other = report.setting("inventoryReportTypeCode", "INVENTORY_FORECAST")
    body = replace(root, children=(header, foreign, other, report))
    for content in (to_xml(body), to_json(body, CONVENTIONS[0])):
        readings = {r.kind: r for r in read(content) if r.kind != "unsupported"}
        unsupported = [r.document for r in read(content) if r.kind == "unsupported"]
        assert list(readings) == ["inventory_report"]
        assert {d.name for d in unsupported if isinstance(d, Unsupported)} == {
            "stockTaking",
            "inventoryReport",
        }
        assert any("INVENTORY_FORECAST" in d.reason for d in unsupported)


def test_a_message_without_documents_is_read_as_such(tree: Tree, read: Read) -> None:
    root = replace(tree("order_response"), children=tree("order_response").children[:1])
    assert inspect(to_xml(root)).document_count == 0
    assert read(to_xml(root)) == []
