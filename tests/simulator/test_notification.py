"""Goods that are blocked, in quarantine or released: what the message says, and the stock."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from caller import LOGIN
from counterpart import KEY
from lxml import etree

from simulator.depot import DepotError
from simulator.inventory import NewStatus, operations_notification
from simulator.push import Endpoint
from simulator.server import Server

AT = datetime(2026, 7, 1, 9, 30, tzinfo=UTC)
DOCUMENT = "warehousingOperationsNotification"


@pytest.mark.parametrize("quirks", [False, True])
def test_what_it_says(quirks):
    rows = [NewStatus("A1", Decimal(4), "BLOCKED", "B1"), NewStatus("A2", None, "QUARANTINED")]
    root = etree.fromstring(operations_notification("BERGER", rows, AT, quirks=quirks).xml())
    assert etree.QName(root).localname == f"{DOCUMENT}Message"
    assert etree.QName(root).namespace == "urn:gs1:ecom:warehousing_operations_notification:xsd:3"
    first, second = root.findall(f"{DOCUMENT}/warehousingOperationsTransaction")
    event = first.find("warehousingOperationsLocation/tradeItemInventoryEvent")
    assert event.findtext("additionalTradeItemIdentification") == "A1"
    assert event.findtext("tradeItemQuantity") == "4"
    assert event.findtext("transactionalItemData/batchNumber") == "B1"
    assert event.findtext("inventoryBusinessStepCode") == "status_changing"
    assert event.findtext("inventoryEventReasonDescription") == "Blocked"
    assert second.find(".//tradeItemQuantity") is None
    assert second.findtext("transactionSequenceNumber") == "2"


def test_goods_change_their_status_and_bring_tells_it(counterpart):
    with Server(login=LOGIN, endpoint=Endpoint(counterpart.url, KEY)) as server:
        server.stock.put("BERGER", "A1", Decimal(10), server.clock.now, batch="B1")
        server.bring.restate("BERGER", "A1", Decimal(4), "BLOCKED", batch="B1")
        server.advance()
        assert server.stock.quantity("A1", status="BLOCKED", batch="B1") == 4
        assert server.stock.quantity("A1") == 10
        with pytest.raises(DepotError):
            server.bring.restate("BERGER", "A1", Decimal(5), "AVAILABLE_FOR_SALE", was="BLOCKED")
        with pytest.raises(DepotError):
            server.bring.restate("BERGER", "A1", Decimal(1), "SOLD")
        server.bring.restate("BERGER", "A1", Decimal(4), "AVAILABLE_FOR_SALE", was="BLOCKED")
        server.advance()
        assert server.stock.quantity("A1", status="AVAILABLE_FOR_SALE") == 10
    codes = [
        etree.fromstring(body).findtext(".//inventoryEventReasonCode")
        for _, body in counterpart.received
    ]
    assert codes == ["ABC", "AVAILABLE_FOR_SALE"]
