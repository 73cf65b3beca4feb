"""Bring's quirks: fillers, zeros for letters, elements in other places."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from spelling import CONVENTIONS, Node, to_json, to_xml

from bring.documents import ItemData
from bring.reader import Reading
from bring.span import Span

Read = Callable[..., list[Reading]]
Tree = Callable[[str], Node]


@pytest.mark.parametrize("ginc", ["73500538500000019", "7080000950171", "7080003388100", "000", ""])
def test_a_filler_is_no_tracking_number(ginc: str, tree: Tree, read: Read) -> None:
    (reading,) = read(to_xml(tree("despatch_advice").setting("ginc", ginc)))
    assert reading.document is not None and reading.document.tracking is None


def test_the_senders_own_gln_is_no_tracking_number_wherever_the_header_stands(
    tree: Tree, read: Read
) -> None:
    root = tree("despatch_advice").setting("ginc", "7300000000007")
    header, advice = root.children
    assert read(to_xml(root))[0].document.tracking == "7300000000007"
    header = header.mapped(
        lambda n: (n.setting("Identifier", "7300000000007") if n.name == "Sender" else n,)
    )
    for order in ((header, advice), (advice, header)):
        body = replace(root, children=order)
        assert read(to_xml(body))[0].document.tracking is None
        assert read(to_json(body, CONVENTIONS[0]))[0].document.tracking is None


@pytest.mark.parametrize(
    ("sent", "status"),
    [("O1", "O1"), ("o2", "O2"), ("03", "O3"), ("4", "O4"), (" O4 ", "O4"), ("99", "99")],
)
def test_a_zero_stands_for_the_letter(sent: str, status: str, tree: Tree, read: Read) -> None:
    (reading,) = read(to_xml(tree("despatch_advice").setting("deliveryTypeCode", sent)))
    assert reading.document is not None and reading.document.status == status
    expected = datetime(2026, 3, 2, 12, 55, tzinfo=UTC)
    if status != "O4":
        expected += timedelta(minutes=10, seconds=9)
    assert reading.document.event == Span.at(expected)


@pytest.mark.parametrize(
    ("sent", "gtin", "others"),
    [
        ("0", None, ()),
        ("0000000000000", None, ()),
        ("7038010000010", "07038010000010", ()),
        ("12345670", "00000012345670", ()),
        ("0007038010000010", "07038010000010", ()),
        ("A-100", None, (("GTIN", "A-100"),)),
        ("123456789012345", None, (("GTIN", "123456789012345"),)),
    ],
)
def test_a_gtin_has_fourteen_digits_or_is_none(
    sent: str, gtin: str | None, others: tuple[tuple[str, str], ...], tree: Tree, read: Read
) -> None:
    (reading,) = read(to_xml(tree("inventory_report").setting("gtin", sent)))
    assert {line.article.gtin for line in reading.document.lines} == {gtin}
    assert {line.article.others for line in reading.document.lines} == {others}


def test_the_batch_may_stand_in_the_specification_or_with_the_article(
    tree: Tree, read: Read
) -> None:
    """What the specification leaves out, the article's single item data completes."""
    root = tree("inventory_report")
    serials = Node("transactionalItemData", children=(Node("serialNumber", "S9"),))
    extended = root.mapped(
        lambda n: (
            replace(n, children=(*n.children, serials))
            if n.name == "inventoryStatusQuantitySpecification"
            else n,
        )
    )
    (reading,) = read(to_xml(extended))
    first, second, *_rest = reading.document.lines
    assert first.items == (ItemData(serials=("S9",)),)
    assert second.items == (
        ItemData(batch="Ægir-1", best_before=date(2027, 1, 1), serials=("S9",)),
    )
    direct = root.mapped(lambda n: n.children if n.name == "transactionalItemData" else (n,))
    assert read(to_xml(direct))[0].document == read(to_xml(root))[0].document
