"""JSON says what XML says, in each of the conventions."""

import json

import pytest
from lxml import etree

from simulator import messages
from simulator.tree import CONVENTIONS, Element, Tree


def flat(value, convention, name=""):
    """Return JSON as sorted (name, text) pairs, attributes included, names without prefix."""
    style = CONVENTIONS[convention]
    if isinstance(value, list):
        return sorted(pair for item in value for pair in flat(item, convention, name))
    if not isinstance(value, dict):
        return [(name, "" if value is None else str(value))]
    pairs = [] if value else [(name, "")]
    for key, content in value.items():
        if key.removeprefix(style.attribute).startswith("xmlns"):
            continue
        if key == style.text:
            key = name
        elif style.attribute and key.startswith(style.attribute):
            key = key.removeprefix(style.attribute)
        pairs += flat(content, convention, key.rpartition(":")[2])
    return sorted(pairs)


def flat_xml(element):
    name = etree.QName(element).localname
    pairs = list(element.attrib.items())
    if len(element) == 0:
        # An element of attributes alone has no text in JSON.
        pairs += [(name, element.text or "")] if element.text or not pairs else []
    for child in element:
        pairs += flat_xml(child)
    return sorted(pairs)


def examples(order, purchase, at, quirks):
    yield messages.order_response(order, "O1", at, quirks=quirks)
    yield messages.despatch_advice(order, "O4", at, note="N", quirks=quirks)
    yield messages.receiving_advice(purchase, at, conditions={10: {"1": 1}}, quirks=quirks)
    yield messages.inventory_report("BERGER", [("A", 1), ("B", 2)], at, quirks=quirks)
    yield messages.inventory_adjustment("BERGER", [("A", -1)], at, quirks=quirks)
    pair = [messages.despatch_advice(order, status, at, quirks=quirks) for status in ("O1", "99")]
    yield messages.message(*pair)


@pytest.mark.parametrize("quirks", [False, True])
@pytest.mark.parametrize("convention", ["badgerfish", "prefixed"])
def test_json_has_the_names_and_texts_of_xml(convention, quirks, order, purchase, at):
    for message in examples(order, purchase, at, quirks):
        body = json.loads(message.json(convention), object_pairs_hook=unique)
        assert flat(body, convention) == flat_xml(etree.fromstring(message.xml()))


@pytest.mark.parametrize("quirks", [False, True])
def test_brings_json_has_the_names_of_xml(quirks, order, purchase, at):
    for message in examples(order, purchase, at, quirks):
        body = json.loads(message.json(), object_pairs_hook=unique)
        names = [name for name, _ in flat(body, "bring")]
        assert names == [name for name, _ in flat_xml(etree.fromstring(message.xml()))]


def unique(pairs):
    """Fail on a key that stands twice in an object."""
    assert len(dict(pairs)) == len(pairs)
    return dict(pairs)


def test_brings_json_has_numbers_and_epoch_milliseconds(order, at):
    body = json.loads(messages.despatch_advice(order, "O4", at).json())
    message = body["despatchAdviceMessage"]
    advice = message["despatchAdvice"]
    assert advice["creationDateTime"] == at.timestamp() * 1000
    assert message["StandardBusinessDocumentHeader"]["Receiver"]["Identifier"] == {
        "Authority": "14",
        "value": "123456",
    }
    lines = advice["despatchAdviceLogisticUnit"]["despatchAdviceLineItem"]
    quantities = [line["despatchedQuantity"] for line in lines]
    assert quantities[0] == {"measurementUnitCode": "PCE", "value": 4}
    assert quantities[3] == {"measurementUnitCode": "KGM", "value": 2.5}


def test_one_is_an_object_and_more_are_a_list(order, at):
    one = messages.order_response(order, "O1", at)
    body = json.loads(messages.message(one, one).json())
    assert isinstance(body["orderResponseMessage"]["orderResponse"], list)
    body = json.loads(one.json())
    assert isinstance(body["orderResponseMessage"]["orderResponse"], dict)
    for rows, expected in (([("A", 1)], dict), ([("A", 1), ("B", 2), ("C", 3)], list)):
        body = json.loads(messages.inventory_report("NCD", iter(rows), at).json())
        lines = body["inventoryReportMessage"]["inventoryReport"][
            "inventoryItemLocationInformation"
        ]
        assert isinstance(lines, expected)
        assert expected is dict or len(lines) == 3


def test_prefixes_stay_where_they_are_kept(order, at):
    body = json.loads(messages.order_response(order, "O1", at, quirks=True).json("prefixed"))
    root = body["ns0:orderResponseMessage"]
    assert root["-xmlns:ns0"] == "urn:gs1:ecom:order_response:xsd:3"
    sender = root["sh:StandardBusinessDocumentHeader"]["sh:Sender"]["sh:Identifier"]
    assert sender == {"-Authority": "14", "#text": "7080000950171"}


def test_a_name_in_two_places_is_refused_not_lost():
    document = Element("d", children=[Element("a", "1"), Element("b", "2"), Element("a", "3")])
    tree = Tree(Element("m"), Element("h"), (document,))
    with pytest.raises(ValueError, match="a stands in two places"):
        tree.json()
