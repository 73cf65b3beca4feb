"""The sixth kind: goods that are blocked, released or in quarantine now."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from spelling import CONVENTIONS, Node, to_json, to_xml

from bring.documents import Article, ItemData, OperationsNotification, Quantity, StatusChange
from bring.reader import Reading, inspect
from bring.span import Span

Read = Callable[..., list[Reading]]
Tree = Callable[[str], Node]
KIND = "operations_notification"
SPELLINGS = [to_xml, lambda root: to_json(root, CONVENTIONS[0])]


@pytest.mark.parametrize("spell", SPELLINGS)
def test_what_changed_its_status(spell: Callable[[Node], bytes], tree: Tree, read: Read) -> None:
    content = spell(tree(KIND))
    assert inspect(content).kind == KIND
    (reading,) = read(content)
    notification = reading.document
    assert isinstance(notification, OperationsNotification)
    assert reading.clients == (("424242",), ("424242",))
    assert (notification.reference, notification.document_status) == ("PS", "ORIGINAL")
    assert notification.event == Span.at(datetime(2026, 3, 2, 9, 59, 30, tzinfo=UTC))
    assert notification.unread == ()
    blocked, whole, elsewhere = notification.changes
    assert blocked == StatusChange(
        number="1",
        warehouse_code="AES",
        article=Article(own="A-100"),
        items=(ItemData(batch="Ægir-1"),),
        quantity=Quantity(value=Decimal(40), unit="PCE"),
        step="status_changing",
        disposition="active",
        reason="Q7",
        reason_text="Blocked",
    )
    assert (whole.quantity, whole.article.gtin) == (None, "07038010000010")
    assert (elsewhere.number, elsewhere.warehouse_code) == ("2", "NCD")


def test_spellings_say_the_same(tree: Tree, read: Read) -> None:
    digests = {read(spell(tree(KIND)))[0].digest for spell in SPELLINGS}
    digests |= {read(to_json(tree(KIND), convention))[0].digest for convention in CONVENTIONS}
    assert len(digests) == 1


def test_a_change_that_cannot_be_read_is_named(tree: Tree, read: Read) -> None:
    (reading,) = read(to_xml(tree(KIND).setting("tradeItemQuantity", "many")))
    assert isinstance(reading.document, OperationsNotification)
    assert [change.article.gtin for change in reading.document.changes] == ["07038010000010"]
    first, second = reading.document.unread
    assert first.is_needed and second.is_needed
    assert str(first).startswith("Line 1: warehousingOperationsNotification[1]/")
    assert str(second).startswith("Line 2: ")
    assert "'many' is not a number" in str(first)


def test_two_notifications_with_one_number_are_two(tree: Tree, read: Read) -> None:
    root = tree(KIND)
    header, first = root.children
    second = first.setting("creationDateTime", "2026-03-02T12:00:00")
    one, other = read(to_xml(replace(root, children=(header, first, second))))
    assert one.digest != other.digest
