"""What can't be read is as small as it is: a line, a value, an effect; never more than that."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest
from spelling import CONVENTIONS, Node, to_json, to_xml

from bring.documents import DespatchAdvice, InventoryLine, InventoryReport, ReceivingAdvice
from bring.reader import Reading, iter_report_lines
from bring.span import UNTOLD, Span

Read = Callable[..., list[Reading]]
Tree = Callable[[str], Node]
SPELLINGS = [to_xml, lambda root: to_json(root, CONVENTIONS[0])]
ITEM = "inventoryItemLocationInformation"


def setting_first(root: Node, name: str, text: str) -> Node:
    """The tree with the first element of this name, and no other, saying ``text``."""
    done: list[bool] = []

    def change(node: Node) -> tuple[Node, ...]:
        if node.name != name or done:
            return (node,)
        done.append(True)
        return (replace(node, text=text),)

    return root.mapped(change)


def lines_of(content: bytes, read: Read) -> tuple[InventoryLine, ...]:
    (reading,) = read(content)
    assert reading.error is None, reading.error
    report = reading.document
    assert isinstance(report, InventoryReport)
    assert tuple(iter_report_lines(content, None, "Europe/Oslo", 1)) == report.lines
    assert report.line_count == len(report.lines)
    return report.lines


@pytest.mark.parametrize("spell", SPELLINGS)
@pytest.mark.parametrize(
    ("name", "wrong", "words"),
    [
        ("quantityOfUnits", "abc", "/quantityOfUnits: 'abc' is not a number"),
        ("quantityOfUnits", "", "/quantityOfUnits: is missing"),
        ("inventoryStatusType", "", "/inventoryStatusType: is missing"),
    ],
)
def test_a_line_of_a_report_that_cannot_be_read_is_one_line(
    spell: Callable[[Node], bytes], name: str, wrong: str, words: str, tree: Tree, read: Read
) -> None:
    root = tree("inventory_report")
    first, *others = lines_of(spell(setting_first(root, name, wrong)), read)
    assert (first.problem or "").endswith(words)
    assert (first.problem or "").startswith(f"inventoryReport[1]/{ITEM}[1]/")
    assert (first.number, first.warehouse_code, first.article.own) == ("1", "AES", "A-100")
    assert tuple(others) == lines_of(spell(root), read)[1:]


def test_one_of_three_statuses_of_an_article_is_wrong_alone(tree: Tree, read: Read) -> None:
    root = tree("inventory_report")
    item = root.children[1].children[-1]
    wrong = item.mapped(lambda n: (replace(n, text="?") if n.text == "2" and n.attributes else n,))
    report = replace(root.children[1], children=(*root.children[1].children[:-1], wrong))
    found = lines_of(to_xml(replace(root, children=(root.children[0], report))), read)
    assert [line.problem is None for line in found] == [True, True, False, True]
    assert "inventoryStatusQuantitySpecification[2]" in (found[2].problem or "")
    assert found[2].status == "BLOCKED", "what it says besides is known"


@pytest.mark.parametrize("spell", SPELLINGS)
@pytest.mark.parametrize("kind", ["inventory_report", "inventory_adjustment"])
def test_an_item_without_line_items_names_no_quantity(
    kind: str, spell: Callable[[Node], bytes], tree: Tree, read: Read
) -> None:
    # inventoryStatusLineItem and inventoryActivityLineItem are 0..n
    root = tree(kind)
    items = [c for c in root.children[1].children if c.name == ITEM]
    bare = items[0].without("inventoryStatusLineItem", "inventoryActivityLineItem")
    head = [c for c in root.children[1].children if c.name != ITEM]
    report = replace(root.children[1], children=(*head, bare, *items[1:]))
    found = lines_of(spell(replace(root, children=(root.children[0], report))), read)
    assert found[0].quantity is None and found[0].problem is None
    assert found[0].article.own
    assert all(line.quantity is not None for line in found[1:])


def test_an_item_without_an_article_is_one_line(tree: Tree, read: Read) -> None:
    found = lines_of(to_xml(tree("inventory_report").without("transactionalTradeItem")), read)
    assert len(found) == 4
    assert all(
        (line.problem or "").endswith("transactionalTradeItem: is missing") for line in found
    )


def test_no_stock_report_needs_a_best_before_date(tree: Tree, read: Read) -> None:
    root = tree("inventory_report").setting("bestBeforeDate", "soon")
    found = lines_of(to_xml(root), read)
    assert [line.problem for line in found] == [None] * 4
    assert [line.items[0].best_before for line in found[1:]] == [None] * 3


def test_a_correction_in_a_stock_report_is_one_line(tree: Tree, read: Read) -> None:
    stock, corrections = tree("inventory_report"), tree("inventory_adjustment")
    correction = next(c for c in corrections.children[1].children if c.name == ITEM)
    report = replace(stock.children[1], children=(*stock.children[1].children, correction))
    *counted, odd = lines_of(to_xml(replace(stock, children=(stock.children[0], report))), read)
    assert all(line.status for line in counted)
    assert (odd.status, odd.problem) == (None, None) and odd.reason


def test_wrong_lines_count_for_what_a_report_says(tree: Tree, read: Read) -> None:
    root = tree("inventory_report")
    digests = {
        read(spell(setting_first(root, "quantityOfUnits", text)))[0].digest
        for text in ("abc", "abd")
        for spell in SPELLINGS
    }
    assert len(digests) == 2


def test_an_advice_need_not_say_how_far_its_order_is(tree: Tree, read: Read) -> None:
    # deliveryTypeCode is 0..1
    (reading,) = read(to_xml(tree("despatch_advice").without("deliveryTypeCode")))
    advice = reading.document
    assert isinstance(advice, DespatchAdvice)
    assert advice.status is None
    assert advice.event == advice.despatched_at, "nothing says that it has not left"


@pytest.mark.parametrize("kind", ["despatch_advice", "order_response"])
def test_a_status_that_nobody_knows_is_handed_on(kind: str, tree: Tree, read: Read) -> None:
    name = {"despatch_advice": "deliveryTypeCode", "order_response": "responseStatusCode"}[kind]
    (reading,) = read(to_xml(tree(kind).setting(name, "O7")))
    assert reading.error is None
    assert reading.document.status == "O7"
    (reading,) = read(to_xml(tree(kind).without(name)))
    assert reading.document.status is None


@pytest.mark.parametrize("spell", SPELLINGS)
def test_a_line_of_an_advice_that_cannot_be_read_is_named(
    spell: Callable[[Node], bytes], tree: Tree, read: Read
) -> None:
    for kind, name, line_name in (
        ("despatch_advice", "despatchedQuantity", "despatchAdviceLineItem"),
        ("receiving_advice", "quantityReceived", "receivingAdviceLineItem"),
    ):
        (reading,) = read(spell(setting_first(tree(kind), name, "abc")))
        assert reading.error is None
        advice = reading.document
        assert isinstance(advice, DespatchAdvice | ReceivingAdvice)
        assert advice.reference
        (unread,) = advice.unread
        assert unread.is_needed
        assert f"{line_name}[1]/{name}: 'abc' is not a number" in str(unread)
        assert str(unread).startswith("Line ")
        whole = read(spell(tree(kind)))[0].document
        lines = sum(len(unit.lines) for unit in whole.units)
        assert sum(len(unit.lines) for unit in advice.units) == lines - 1


def test_a_line_without_an_article_keeps_its_number(tree: Tree, read: Read) -> None:
    (reading,) = read(to_xml(tree("despatch_advice").without("transactionalTradeItem")))
    advice = reading.document
    assert isinstance(advice, DespatchAdvice)
    lines = [line for unit in advice.units for line in unit.lines]
    assert [(line.number, line.article.own) for line in lines] == [("10", None), ("20", None)]
    assert advice.unread == ()


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("despatch_advice", "measurementValue"),
        ("despatch_advice", "estimatedDeliveryDateTime"),
        ("despatch_advice", "bestBeforeDate"),
        ("despatch_advice", "creationDateTime"),
        ("receiving_advice", "creationDateTime"),
    ],
)
def test_what_no_effect_needs_is_pointed_out_and_no_more(
    kind: str, name: str, tree: Tree, read: Read
) -> None:
    (reading,) = read(to_xml(setting_first(tree(kind).without("x"), name, "soon")))
    advice = reading.document
    assert isinstance(advice, DespatchAdvice | ReceivingAdvice)
    assert [unread.is_needed for unread in advice.unread] == [False]
    whole = read(to_xml(tree(kind)))[0].document
    count = sum(len(unit.lines) for unit in whole.units)
    assert sum(len(unit.lines) for unit in advice.units) == count
    assert advice.event == whole.event


@pytest.mark.parametrize(
    ("kind", "name"),
    [("despatch_advice", "despatchDateTime"), ("receiving_advice", "receivingDateTime")],
)
@pytest.mark.parametrize("wrong", ["soon", "0001-01-01T00:00:00", "1970-01-01", "0", "1976-03-24"])
def test_when_goods_moved_is_needed_where_it_is_told(
    kind: str, name: str, wrong: str, tree: Tree, read: Read
) -> None:
    (reading,) = read(to_xml(tree(kind).setting(name, wrong)))
    advice = reading.document
    assert isinstance(advice, DespatchAdvice | ReceivingAdvice)
    assert [unread.is_needed for unread in advice.unread] == [True]
    assert f"{name}" in str(advice.unread[0]) and wrong in str(advice.unread[0])
    assert advice.created_at is not None
    assert advice.event == Span(advice.created_at.start - UNTOLD, advice.created_at.end)


def test_a_report_needs_one_of_its_times(tree: Tree, read: Read) -> None:
    root = tree("inventory_report")
    for name, wrong in (("creationDateTime", "soon"), ("endDate", "9999-12-31")):
        (reading,) = read(to_xml(root.setting(name, wrong)))
        assert isinstance(reading.document, InventoryReport)
        assert reading.document.event is not None
        assert wrong in str(reading.document.unread[0])
    neither = root.setting("creationDateTime", "0001-01-01").without("endDate")
    (reading,) = read(to_xml(neither))
    assert reading.document is None
    assert "creationDateTime: '0001-01-01' says that none is set" in str(reading.error)
    (reading,) = read(to_xml(root.without("creationDateTime").without("endDate")))
    assert "creationDateTime: is missing" in str(reading.error)


def test_a_wrong_best_before_date_of_what_arrived_is_needed(tree: Tree, read: Read) -> None:
    (reading,) = read(to_xml(tree("receiving_advice").setting("bestBeforeDate", "soon")))
    assert reading.document is not None
    assert all(unread.is_needed for unread in reading.document.unread)
    assert reading.document.unread or b"bestBeforeDate" not in to_xml(tree("receiving_advice"))


def test_what_is_unread_counts_for_what_an_advice_says(tree: Tree, read: Read) -> None:
    root = tree("despatch_advice")
    digests = {
        read(spell(setting_first(root, "despatchedQuantity", text)))[0].digest
        for text in ("abc", "abd")
        for spell in SPELLINGS
    }
    assert len(digests) == 2


def test_quantities_stay_exact(tree: Tree, read: Read) -> None:
    found = lines_of(to_xml(tree("inventory_report")), read)
    assert [line.quantity and line.quantity.value for line in found] == [
        Decimal(n) for n in (10, 7, 2, 3)
    ]
