"""Whatever Bring's guidelines allow is read, and what is used comes out where it is used."""

from collections.abc import Callable
from copy import copy
from dataclasses import replace

import pytest
from generated import Generated, fullest, optional, smallest
from product import at, bodies, comparable, read, wrong

import contract
import uses
from bring import codes
from contract import Element, Kind

KINDS = [name for name in contract.PUSHED if name in uses.kinds()]


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> Kind:
    return contract.kind(request.param)


def test_every_pushed_kind_is_read() -> None:
    assert set(KINDS) == set(contract.PUSHED)


def test_the_smallest_message_is_read_in_every_spelling(kind: Kind) -> None:
    check_read(smallest(kind), every=True)


def test_the_fullest_message_is_read_in_every_spelling(kind: Kind) -> None:
    check_read(fullest(kind), every=True)


def test_each_optional_element_may_be_left_out(kind: Kind) -> None:
    for path in optional(kind):
        check_read(fullest(kind, without=path, times=1), path)


def test_each_optional_element_may_be_the_only_one(kind: Kind) -> None:
    for path in optional(kind):
        check_read(smallest(kind, also=[path]), path)


def test_what_is_only_in_bring_s_examples_is_read_too(kind: Kind) -> None:
    for path, element in kind.examples.items():
        made = added(kind, element)
        check_read(made, path)
        use = uses.of(kind, path)
        if use and use.field:
            (value,) = made.values(path)
            assert value in comes_out(made)(use.field, element.type), path


def test_each_required_element_that_is_missing_is_read_without_or_named(kind: Kind) -> None:
    for element in kind.stated():
        if not element.is_required or element.path == kind.document:
            continue
        made = fullest(kind, without=element.path, times=1)
        names = [e.name for e in kind.elements.values() if e.path.startswith(element.path)]
        for _format, body in bodies(made.root):
            for reading in read(body):
                words = " ".join(wrong(reading))
                assert not words or any(name in words for name in names), element.path


def test_a_header_is_needed_for_nothing(kind: Kind) -> None:
    made = fullest(kind)
    root = made.root
    made.root = replace(root, children=tuple(c for c in root.children if c.name != contract.HEADER))
    check_read(made)


def test_what_is_used_comes_out_where_the_page_says(kind: Kind) -> None:
    made = fullest(kind)
    said = comes_out(made)
    for element in kind.stated():
        use = uses.of(kind, element.path)
        if not use:
            continue
        if use.field:
            want = made.values(element.path, use.per, use.added)
            assert said(use.field, element.type) == want, element.path
        for code, field in use.by.items():
            (which,) = (child for child in kind.children(element.path) if child.codes)
            if code in which.codes:
                once = fullest(kind, times=1, codes={which.path: code})
                want = once.values(element.path)
                assert comes_out(once)(field, element.type) == want, f"{element.path} {code}"


def test_every_code_is_read_as_it_is_or_named(kind: Kind) -> None:
    """A code of the contract's lists is known; one of none comes out as sent, or in words."""
    for element in kind.stated():
        use = uses.of(kind, element.path)
        if not element.codes or not use or not use.field:
            continue
        for code in element.codes:
            made = fullest(kind, codes={element.path: code}, times=1)
            check_read(made, f"{element.path} {code}")
            assert comes_out(made)(use.field, element.type) == [code], element.path
        made = fullest(kind, codes={element.path: "XQ7"}, times=1)
        for _format, body in bodies(made.root):
            for reading in read(body):
                words = " ".join(wrong(reading))
                assert "XQ7" in (words or at(reading.document, use.field)), element.path


def test_an_adjustment_is_of_the_warehouse_of_its_lines_not_of_the_client_who_reports() -> None:
    made = fullest(contract.kind("inventory_adjustment"), times=1)
    item = "inventoryReport/inventoryItemLocationInformation"
    (want,) = made.values(f"{item}/inventoryLocation/additionalPartyIdentification")
    assert comes_out(made)("warehouse_code", "code") == [want]


KNOWN = {
    "responseStatusCode": codes.STATUSES,
    "deliveryTypeCode": codes.STATUSES,
    "inventoryActivityTypeCode": codes.ACTIVITY_REASONS,
    "inventoryStatusType": {codes.AVAILABLE, codes.BLOCKED, codes.QUARANTINED},
    "inventoryReportTypeCode": codes.REPORT_TYPES,
    "receivingConditionCode": codes.CONDITIONS,
    "measurementType": {codes.GROSS_WEIGHT, codes.NET_WEIGHT},
    "measurementUnitCode": codes.UNITS,
    "additionalTradeItemIdentificationTypeCode": {
        *codes.OWN_ARTICLE, codes.SUPPLIER_ARTICLE, codes.GRADE, codes.ITEM_STATUS
    },
    "inventoryLocation/additionalPartyIdentification": codes.WAREHOUSES,
}  # fmt: skip


def test_the_product_s_tables_know_every_code_of_the_contract(kind: Kind) -> None:
    for element in kind.stated():
        for name, known in KNOWN.items():
            if element.path.endswith(name) or element.path.endswith(f"@{name}"):
                assert set(element.codes) <= set(known), element.path


def check_read(made: Generated, what: str = "", *, every: bool = False) -> None:
    """Read a message in XML and JSON: every document, the same in all, nothing unread."""
    digests = set()
    for format, body in bodies(made.root, every=every):
        readings = read(body)
        count = sum(child.name == made.kind.document for child in made.root.children)
        assert len(readings) == count, (format, what)
        for reading in readings:
            assert reading.kind == made.kind.name, (format, what)
            assert not wrong(reading), (format, what)
        digests.add(tuple(reading.digest for reading in readings))
    assert len(digests) == 1, what


def comes_out(made: Generated) -> Callable[[str, str], list[str]]:
    """Read a message; return what stands at a field, spelled as an element of that type."""
    (_format, body), *_rest = bodies(made.root)
    readings = read(body)

    def at_field(field: str, type: str) -> list[str]:
        found = [value for reading in readings for value in at(reading.document, field)]
        return list(dict.fromkeys(comparable(found, type)))

    return at_field


def added(kind: Kind, element: Element) -> Generated:
    """The smallest message with an element that only an example has, in its own place.

    An element of the same name is not there: Bring's example has it here instead.
    """
    top, *steps = [element.path[:i] for i, c in enumerate(element.path + "/") if c == "/"]
    stand_in = copy(kind)
    stand_in.elements = dict(kind.elements)
    stand_in._children = {path: [*children] for path, children in kind._children.items()}
    for path in [top, *steps]:
        if path in kind.examples:
            new = replace(kind.examples[path], occurs="1")
            stand_in.elements[path] = new
            stand_in._children.setdefault(new.parent, []).append(new)
    if not element.is_attribute:
        for other in kind.elements.values():
            if other.name == element.name and not other.is_required:
                stand_in._children[other.parent].remove(other)
    return smallest(stand_in, also=[element.path])
