"""Without quirks each message is as Bring's guidelines have it, by the contract of its kind."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from held import faults
from lxml import etree
from spelling import parse as as_nodes

import contract
from simulator import messages
from simulator.messages import Change, Stock
from simulator.orders import OrderError, Portion

SSCC = "370708012345678905"


def parse(message):
    """Return the message's tree, after it was held against the contract."""
    assert not faults(contract.kind(message.kind), as_nodes(message.xml()))
    return etree.fromstring(message.xml())


def texts(tree, path):
    return [element.text for element in tree.findall(f".//{path}")]


@pytest.mark.parametrize("status", messages.RESPONSE_STATUSES)
def test_an_order_response_names_the_order_and_the_status(order, at, status):
    tree = parse(messages.order_response(order, status, at))
    assert texts(tree, "originalOrder/entityIdentification") == ["S00012"]
    assert texts(tree, "responseStatusCode") == [status]
    assert texts(tree, "creationDateTime") == ["2026-07-01T12:00:00+02:00"]
    assert texts(tree, "buyer/address/city") == ["Ålesund"]


@pytest.mark.parametrize("status", ["O1", "O2", "O3", "99"])
def test_only_a_sent_order_has_contents_and_a_despatch_time(order, at, status):
    tree = parse(messages.despatch_advice(order, status, at))
    assert texts(tree, "deliveryTypeCode") == [status]
    assert tree.find(".//despatchAdviceLogisticUnit") is None
    assert tree.find(".//despatchDateTime") is None
    assert tree.find(".//ginc") is None


def test_a_sent_order_has_all_that_was_ordered(order, at):
    tree = parse(messages.despatch_advice(order, "O4", at, tracking="70700001234567", note="extra"))
    assert texts(tree, "despatchedQuantity") == ["4", "3", "2", "2.5"]
    assert [e.get("measurementUnitCode") for e in tree.findall(".//despatchedQuantity")] == [
        "PCE",
        "PCE",
        "PCE",
        "KGM",
    ]
    assert texts(tree, "lineItemNumber") == ["10", "20", "30", "40"]
    assert set(texts(tree, "gtin")) == {"07038010000001", "00000000000000"}
    assert texts(tree, "serialNumber") == ["SN1", "SN2"]
    assert texts(tree, "batchNumber") == ["L1", "F1", "F2"]
    assert texts(tree, "bestBeforeDate") == ["2027-01-31", "2027-02-01"]
    # A batch has its own quantity only where there are several.
    assert texts(tree, "transactionalItemData/tradeItemQuantity") == ["1.5", "1"]
    assert texts(tree, "ginc") == ["70700001234567"]
    assert texts(tree, "despatchAdvice/note") == ["extra"]
    assert texts(tree, "tradeItemDescription") == ["Lamp <40 W>", "Milk"]


def test_what_is_shipped_lies_in_its_logistic_units(order, at):
    shipped = {10: [Portion(Decimal(1), sscc=SSCC), (2, "", (), "")], 20: 1}
    tree = parse(messages.despatch_advice(order, "O4", at, shipped=shipped))
    first, second = tree.findall(".//despatchAdviceLogisticUnit")
    assert texts(first, "sscc") == [SSCC]
    assert texts(first, "despatchedQuantity") == ["1"]
    assert texts(second, "sscc") == []
    assert texts(second, "lineItemNumber") == ["10", "20"]
    assert texts(second, "despatchedQuantity") == ["2", "1"]


def test_a_part_of_a_line_takes_batches_and_serials_in_their_order(order, at):
    tree = parse(messages.despatch_advice(order, "O4", at, shipped={30: 1, 40: "2"}))
    assert texts(tree, "serialNumber") == ["SN1"]
    assert texts(tree, "batchNumber") == ["F1", "F2"]
    assert texts(tree, "transactionalItemData/tradeItemQuantity") == ["1.5", "0.5"]


def test_more_than_the_batches_hold_comes_without_a_batch(order, at):
    tree = parse(messages.despatch_advice(order, "O4", at, shipped={40: 3}))
    assert texts(tree, "despatchedQuantity") == ["3"]
    assert texts(tree, "transactionalItemData/tradeItemQuantity") == ["1.5", "1", "0.5"]
    assert texts(tree, "batchNumber") == ["F1", "F2"]


def test_a_receiving_advice_has_all_that_was_ordered_in_order(purchase, at):
    tree = parse(messages.receiving_advice(purchase, at))
    assert texts(tree, "receivingAdviceIdentification/entityIdentification") == ["P00007"]
    assert texts(tree, "quantityReceived") == texts(tree, "quantityAccepted") == ["10", "5"]
    assert texts(tree, "receivingConditionCode") == ["0", "0"]
    assert texts(tree, "receivingConditionQuantity") == ["10", "5"]
    assert texts(tree, "shipper/address/name") == ["Supplier AB"]


def test_conditions_divide_what_was_received(purchase, at):
    advice = messages.receiving_advice(
        purchase, at, received={10: 8}, conditions={10: {"1": 2, "2": 1}}
    )
    tree = parse(advice)
    assert texts(tree, "receivingConditionCode") == ["0", "1", "2"]
    assert texts(tree, "receivingConditionQuantity") == ["5", "2", "1"]


def test_conditions_of_a_line_in_two_units_are_told_once(purchase, at):
    received = {10: [(1, "", (), SSCC), (4, "", (), "")]}
    tree = parse(
        messages.receiving_advice(purchase, at, received=received, conditions={10: {"1": 2}})
    )
    assert texts(tree, "receivingConditionCode") == ["1", "0", "1"]
    assert texts(tree, "receivingConditionQuantity") == ["1", "3", "1"]


@pytest.mark.parametrize("conditions", [{10: {"1": 9}}, {10: {"7": 1}}, {20: {"1": 1}}])
def test_impossible_conditions_are_told(purchase, at, conditions):
    with pytest.raises(ValueError, match="condition"):
        messages.receiving_advice(purchase, at, received={10: 8}, conditions=conditions)


def test_a_stock_report_is_a_photograph(at):
    stock = [
        ("LAMP", 5),
        Stock("MILK", Decimal("2.50"), "BLOCKED", "L1", date(2027, 1, 31), unit="STK"),
        Stock("PHONE", Decimal(2), "QUARANTINED", serials=("A", "B"), gtin="7038010000001"),
    ]
    tree = parse(messages.inventory_report("BERGER", stock, at, customer_number="123456"))
    assert texts(tree, "inventoryReportTypeCode") == ["INVENTORY_STATUS"]
    assert texts(tree, "quantityOfUnits") == ["5", "2.5", "2"]
    assert texts(tree, "inventoryStatusType") == ["AVAILABLE_FOR_SALE", "BLOCKED", "QUARANTINED"]
    assert texts(tree, "transactionalTradeItem/transactionalItemData/batchNumber") == ["L1"]
    assert texts(tree, "serialNumber") == ["A", "B"]
    assert texts(tree, "inventoryReportToParty/additionalPartyIdentification") == ["123456"]
    assert texts(tree, "endTime") == []


def test_an_adjustment_has_signed_quantities_with_a_reason(at):
    changes = [("LAMP", -1), Change("MILK", Decimal(2), "210", "L1")]
    tree = parse(messages.inventory_adjustment("BERGER", changes, at))
    assert texts(tree, "inventoryReportTypeCode") == ["INVENTORY_ACTIVITY"]
    assert texts(tree, "quantityOfUnits") == ["-1", "2"]
    assert texts(tree, "inventoryActivityTypeCode") == ["100", "210"]
    path = "inventoryActivityQuantitySpecification/transactionalItemData/batchNumber"
    assert texts(tree, path) == ["L1"]
    assert texts(tree, "endDate") == ["2026-07-01"]
    assert texts(tree, "endTime") == ["12:00:00+02:00"]


def test_documents_of_one_kind_share_a_message(order, purchase, at):
    later = at.replace(hour=11)
    tree = parse(
        messages.message(
            messages.despatch_advice(order, "O3", later),
            messages.despatch_advice(purchase, "O1", at),
        )
    )
    path = "despatchAdviceIdentification/entityIdentification"
    assert texts(tree, path) == ["S00012", "P00007"]
    created = tree.find(".//{*}CreationDateAndTime").text
    assert datetime.fromisoformat(created) == later


def test_documents_that_do_not_go_together_are_refused(order, at):
    despatch = messages.despatch_advice(order, "O3", at)
    for other in (
        messages.order_response(order, "O1", at),
        messages.despatch_advice(order, "O3", at, quirks=True),
    ):
        with pytest.raises(ValueError, match="one kind"):
            messages.message(despatch, other)
    with pytest.raises(ValueError, match="1 to 10000"):
        messages.message()
    with pytest.raises(ValueError, match="1 to 10000"):
        messages.message(*[despatch] * 10001)


def test_the_offset_is_that_of_winter_in_winter(order, at):
    tree = parse(messages.order_response(order, "O1", at.replace(month=12)))
    assert texts(tree, "creationDateTime") == ["2026-12-01T11:00:00+01:00"]


def test_wrong_requests_are_refused_in_words(order, at):
    with pytest.raises(ValueError, match="'O2' is no status of an order response"):
        messages.order_response(order, "O2", at)
    with pytest.raises(ValueError, match="'O5' is no status of a despatch advice"):
        messages.despatch_advice(order, "O5", at)
    with pytest.raises(OrderError, match="S00012 has no line 50; it has 10, 20, 30, 40"):
        messages.despatch_advice(order, "O4", at, shipped={50: 1})
    with pytest.raises(ValueError, match="no time zone"):
        messages.despatch_advice(order, "O4", at.replace(tzinfo=None))
    with pytest.raises(ValueError, match="XML can't carry"):
        messages.despatch_advice(order, "O4", at, note="\x00").xml()
    with pytest.raises(ValueError, match="no format 'yaml'"):
        messages.order_response(order, "O1", at).write(None, "yaml")


def test_rows_from_an_iterator_are_written_once_and_never_as_an_empty_report(at):
    listed = messages.inventory_report("BERGER", [("LAMP", 5)], at)
    assert listed.xml() == listed.xml()
    streamed = messages.inventory_report("BERGER", iter([("LAMP", 5)]), at)
    assert streamed.xml() == listed.xml()
    with pytest.raises(RuntimeError, match="used up"):
        streamed.xml()
