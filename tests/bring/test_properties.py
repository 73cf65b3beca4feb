"""However a message is spelled, it says the same."""

import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from spelling import CONVENTIONS, Convention, Node, parse, to_json, to_xml

from bring.errors import MessageError
from bring.fields import clean
from bring.reader import Reading, inspect, iter_report_lines, read_documents
from bring.text import xml_safe

KINDS = (
    "order_response",
    "despatch_advice",
    "receiving_advice",
    "inventory_report",
    "inventory_adjustment",
)
FIXTURES = Path(__file__).parent / "fixtures"
TREES = {kind: parse((FIXTURES / f"{kind}.xml").read_bytes()) for kind in KINDS}


def read(content: bytes) -> list[Reading]:
    readings = list(read_documents(content, None, "Europe/Oslo"))
    lean = list(read_documents(content, None, "Europe/Oslo", report_lines=False))
    assert [r.digest for r in lean] == [r.digest for r in readings]
    return readings


def shuffled(node: Node, source: random.Random) -> Node:
    """Children in any order; those of one name keep theirs."""
    names = [child.name for child in node.children]
    source.shuffle(names)
    queues = {name: [c for c in node.children if c.name == name] for name in names}
    children = (shuffled(queues[name].pop(0), source) for name in names)
    return replace(node, children=tuple(children))


EXPECTED = {kind: read(to_xml(tree)) for kind, tree in TREES.items()}


def test_every_fixture_reads() -> None:
    for kind, (reading,) in EXPECTED.items():
        assert reading.error is None
        assert reading.kind == kind


@pytest.mark.slow
@given(st.sampled_from(KINDS), st.randoms(use_true_random=False))
def test_the_order_of_differently_named_elements_says_nothing(
    kind: str, source: random.Random
) -> None:
    tree = shuffled(TREES[kind], source)
    assert read(to_xml(tree)) == EXPECTED[kind]


@given(
    st.sampled_from(KINDS),
    st.sampled_from([None, "", "ns0", "x", "a.b-c"]),
    st.booleans(),
    st.sampled_from(["", "  ", "\t"]),
)
def test_prefixes_namespaces_and_indents_say_nothing(
    kind: str, prefix: str | None, qualified: bool, indent: str
) -> None:
    content = to_xml(TREES[kind], prefix=prefix, qualified=qualified, indent=indent)
    assert read(content) == EXPECTED[kind]


@pytest.mark.slow
@given(st.sampled_from(KINDS), st.sampled_from(CONVENTIONS), st.randoms(use_true_random=False))
def test_every_convention_of_json_reads_as_its_xml(
    kind: str, convention: Convention, source: random.Random
) -> None:
    content = to_json(shuffled(TREES[kind], source), convention)
    assert read(content) == EXPECTED[kind]
    assert inspect(content) == replace(inspect(to_xml(TREES[kind])), format="json")


@given(st.sampled_from(KINDS), st.randoms(use_true_random=False))
def test_what_is_single_may_be_repeated(kind: str, source: random.Random) -> None:
    """The first that isn't empty counts, as with Bring's two creationDateTime."""
    single = {"creationDateTime", "documentStatusCode", "deliveryTypeCode", "reportingCode"}

    def repeat(node: Node) -> tuple[Node, ...]:
        if node.name not in single:
            return (node,)
        return tuple(source.choice([Node(node.name), node]) for _ in range(3)) + (node,)

    assert read(to_xml(TREES[kind].mapped(repeat))) == EXPECTED[kind]


OPTIONAL = sorted(
    {
        "StandardBusinessDocumentHeader",
        "creationDateTime",
        "documentStatusCode",
        "note",
        "shipTo",
        "inventoryLocation",
        "despatchInformation",
        "despatchAdviceTransportInformation",
        "sscc",
        "unitMeasurement",
        "lineItemNumber",
        "gtin",
        "tradeItemDescription",
        "transactionalItemData",
        "customerReference",
        "receivingConditionInformation",
        "receivingDateTime",
        "quantityAccepted",
        "buyer",
        "seller",
        "shipper",
        "receiver",
        "reportingPeriod",
        "structureTypeCode",
        "inventoryReportingParty",
        "inventoryActivityTypeCode",
    }
)


@pytest.mark.slow
@given(st.sampled_from(KINDS), st.sets(st.sampled_from(OPTIONAL)))
def test_optional_parts_may_be_missing_or_empty(kind: str, names: set[str]) -> None:
    missing = TREES[kind].without(*names)
    emptied = TREES[kind].mapped(lambda n: (Node(n.name) if n.name in names else n,))
    # a photograph of an unknown time can't be compared with anything
    is_untimed = kind == "inventory_report" and {"creationDateTime", "reportingPeriod"} <= names
    for tree in (missing, emptied):
        (reading,) = read(to_xml(tree))
        assert bool(reading.error) == is_untimed
    if is_untimed:
        return  # of what can't be read all counts, however it is spelled
    assert read(to_xml(missing)) == read(to_xml(emptied))
    if missing.children:
        assert read(to_json(missing, CONVENTIONS[0])) == read(to_xml(missing))


@given(st.sampled_from(KINDS), st.binary(max_size=3), st.data())
def test_a_body_that_was_damaged_is_read_or_refused_but_never_crashes(
    kind: str, damage: bytes, data: st.DataObject
) -> None:
    content = data.draw(
        st.sampled_from([to_xml(TREES[kind]), to_json(TREES[kind], CONVENTIONS[0])])
    )
    at = data.draw(st.integers(0, len(content)))
    cut = data.draw(st.integers(0, 8))
    damaged = content[:at] + damage + content[at + cut :]
    try:
        envelope = inspect(damaged)
        readings = list(read_documents(damaged, None, "Europe/Oslo"))
    except MessageError:
        return
    assert len(readings) == envelope.document_count
    assert all((r.document is None) != (r.error is None) for r in readings)


@pytest.mark.slow
@given(st.text(max_size=40))
def test_any_text_comes_through_alike_in_xml_and_json(text: str) -> None:
    safe = xml_safe(text)
    tree = TREES["inventory_report"].setting("batchNumber", safe)
    assert read(to_json(tree, CONVENTIONS[0])) == read(to_xml(tree))
    lines = iter_report_lines(to_xml(tree), None, "Europe/Oslo", 1)
    batches = {item.batch for line in lines for item in line.items}
    assert batches == {clean(safe) or None}


@pytest.mark.parametrize("kind", KINDS)
def test_the_header_and_the_place_are_not_part_of_the_digest(
    kind: str, tree: Callable[[str], Node]
) -> None:
    root = tree(kind)
    header, document = root.children
    twice = replace(root, children=(header.setting("Type", "X"), document, document))
    first, second = read(to_xml(twice))
    assert (first.position, second.position) == (1, 2)
    assert first.digest == second.digest == EXPECTED[kind][0].digest
