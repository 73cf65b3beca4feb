"""With quirks the messages look as Bring's own examples do; see tests/shapes/README.md."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from lxml import etree

from simulator import messages
from simulator.messages import Change, Stock

SHAPES = Path(__file__).parents[1] / "shapes" / "push"

# What the samples don't show, but the guidelines name.
NAMED = {
    "gtin", "additionalTradeItemIdentification", "sscc", "batchNumber", "bestBeforeDate",
    "serialNumber", "tradeItemQuantity", "customerReference", "entityIdentification",
    "receivingConditionCode", "transactionalItemData",
}  # fmt: skip
# Bring's pages describe this message without a sample.
RESPONSE = {
    "creationDateTime", "documentStatusCode", "orderResponseIdentification",
    "entityIdentification", "responseStatusCode", "buyer", "seller", "originalOrder",
}  # fmt: skip


def build(kind, order, purchase, at):
    return {
        "order_response": lambda: messages.order_response(order, "O3", at, quirks=True),
        "despatch_advice": lambda: messages.despatch_advice(
            order, "O4", at, note="N", quirks=True
        ),
        "receiving_advice": lambda: messages.receiving_advice(
            purchase, at, conditions={10: {"1": 1}}, quirks=True
        ),
        "inventory_report": lambda: messages.inventory_report(
            "Ås", [Stock("LAMP", Decimal(5), batch="B1", best_before=date(2015, 1, 1))], at,
            quirks=True,
        ),
        "inventory_adjustment": lambda: messages.inventory_adjustment(
            "BERGER", [Change("LAMP", Decimal(-1), batch="B1")], at, quirks=True
        ),
    }[kind]()  # fmt: skip


def paths(root):
    """Return the paths of all elements, by local names."""
    found = set()

    def walk(element, parents):
        path = (*parents, etree.QName(element).localname)
        found.add(path)
        for child in element.iterchildren("*"):
            walk(child, path)

    walk(root, ())
    return found


@pytest.mark.parametrize(
    "kind", ["despatch_advice", "receiving_advice", "inventory_report", "inventory_adjustment"]
)
def test_every_element_stands_where_the_sample_has_it(kind, order, purchase, at):
    known = paths(etree.parse(SHAPES / f"{kind}.xml").getroot())
    message = etree.fromstring(build(kind, order, purchase, at).xml())
    unknown = {path for path in paths(message) - known if path[-1] not in NAMED}
    assert not unknown
    # A described part must hang under a part that the sample has.
    described = {path for path in paths(message) - known if path[-1] in NAMED}
    assert all(path[:-1] in known | described for path in described)


def test_an_order_response_has_what_the_guideline_names(order, purchase, at):
    message = etree.fromstring(build("order_response", order, purchase, at).xml())
    document = {path for path in paths(message) if path[1:2] == ("orderResponse",)}
    names = {path[-1] for path in document if "address" not in path and len(path) > 2}
    assert names - {"additionalPartyIdentification"} == RESPONSE


def test_letters_become_zeros_and_the_reference_another(order, purchase, at):
    tree = etree.fromstring(build("order_response", order, purchase, at).xml())
    assert tree.findtext(".//responseStatusCode") == "03"
    assert tree.findtext(".//orderResponseIdentification/entityIdentification") != "S00012"
    assert tree.findtext(".//originalOrder/entityIdentification") == "S00012"


def test_a_despatch_advice_has_all_of_the_quirks(order, purchase, at):
    tree = etree.fromstring(build("despatch_advice", order, purchase, at).xml())
    created = [element.text for element in tree.findall(".//creationDateTime")]
    assert created == ["2026-07-01T12:00:00"] * 2
    assert tree.findtext(".//despatchDateTime") == "2026-07-01T00:00:00"
    identification = tree.find(".//despatchAdviceIdentification")
    assert identification.findtext("deliveryTypeCode") == "04"
    assert identification.findtext("note") == "N"
    assert tree.findtext(".//shipTo/address/countrycode") == "NO"
    assert not tree.find(".//inventoryLocation/additionalPartyIdentification").attrib
    assert tree.findtext(".//ginc") == "73500538500000019"
    assert {element.text for element in tree.findall(".//gtin")} == {"00000000000000"}
    assert tree.findtext(".//bestBeforeDate") == "270131"
    assert tree.findtext(".//despatchedQuantity") == "4.0"
    assert len(tree.findall(".//despatchAdviceLogisticUnit")) == len(order.lines)


def test_a_zero_clock_is_written_with_the_quirks_or_where_wanted(order, purchase, at):
    def told(message, name):
        return etree.fromstring(message.xml()).findtext(f".//{name}")

    midnight, noon = "2026-07-01T00:00:00+02:00", "2026-07-01T12:00:00+02:00"
    for by_day, expected in ((True, midnight), (False, noon), (None, noon)):
        advice = messages.despatch_advice(order, "O4", at, by_day=by_day)
        assert told(advice, "despatchDateTime") == expected
        assert told(advice, "creationDateTime") == noon
        receipt = messages.receiving_advice(purchase, at, by_day=by_day)
        assert told(receipt, "receivingDateTime") == expected
    receipt = messages.receiving_advice(purchase, at, quirks=True)
    assert told(receipt, "receivingDateTime") == "2026-07-01T00:00:00"


def test_a_tracking_number_is_written_in_place_of_the_filler(order, at):
    advice = messages.despatch_advice(order, "O4", at, tracking="7070", quirks=True)
    assert etree.fromstring(advice.xml()).findtext(".//ginc") == "7070"


def test_conditions_lie_inside_the_item_and_ok_has_no_code(order, purchase, at):
    tree = etree.fromstring(build("receiving_advice", order, purchase, at).xml())
    path = ".//transactionalTradeItem/receivingConditionInformation"
    conditions = [
        (found.findtext("receivingConditionCode"), found.findtext("receivingConditionQuantity"))
        for found in tree.findall(path)
    ]
    assert conditions == [(None, "9.0"), ("1", "1.0"), (None, "5.0")]
    assert tree.find(".//quantityReceived").get("measurementUnitCode") == "STK"
    assert tree.find(".//transactionalItemData/tradeItemQuantity").get("measurementUnitCode") == ""


def test_a_report_declares_windows_1252_and_is_written_in_it(order, purchase, at):
    content = build("inventory_report", order, purchase, at).xml()
    assert content.startswith(b'<?xml version="1.0" encoding="Windows-1252"?>')
    assert b">\xc5s<" in content
    tree = etree.fromstring(content)
    units = (".//tradeItemQuantity", ".//quantityOfUnits")
    assert [tree.find(path).get("measurementUnitCode") for path in units] == ["PCE", "STK"]
    assert tree.findtext(".//bestBeforeDate") == "150101"
    assert tree.find(".//inventoryReportIdentification") is None
    outside = messages.inventory_report("BERGER", [("Łódź", 1)], at, quirks=True).xml()
    names = etree.fromstring(outside).findall(".//additionalTradeItemIdentification")
    assert [name.text for name in names] == ["Łódź"]


def test_an_adjustment_has_empty_serial_numbers(order, purchase, at):
    tree = etree.fromstring(build("inventory_adjustment", order, purchase, at).xml())
    assert [element.text for element in tree.findall(".//serialNumber")] == [None]
    assert tree.findtext(".//structureTypeCode") == "1"
    assert tree.findtext(".//endTime") == "12:00:00"
