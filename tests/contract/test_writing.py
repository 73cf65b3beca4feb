"""What we send holds what Bring's page requires and nothing that it does not know.

Whatever can be left out of an order or an article is left out, one thing at a time: what our check
lets pass must be in the contract, in XML and in JSON.
"""

from collections.abc import Iterator
from dataclasses import MISSING, fields, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
import sent
from held import faults, from_json
from spelling import parse

import contract
from bring.order_check import check, check_item
from bring.order_writer import write_items, write_order
from bring.orders import BASE_UNIT, ItemData, Order, OrderLine, OrderParty

NOON = datetime(2026, 7, 1, 10, 0, 5, tzinfo=UTC)
# What the page requires and we leave out, and why.
ORDER_SET = "CreateOrderRequest/SupplyStructure/OrderSet"
LEFT_OUT = {
    f"{ORDER_SET}/TransportService/AdditionalService": "there is none",
    f"{ORDER_SET}/TransportService/BasicServiceCode": "optional for a purchase order, by its words",
    f"{ORDER_SET}/Party/@subPartyId": "optional in the raml: there is no pick-up point",
    f"{ORDER_SET}/Party/Address": "the example's warehouse has none",
    f"{ORDER_SET}/Party/Address/PostalCode": "countries without postal codes",
    f"{ORDER_SET}/Party/Contact/CellPhoneNo": "one of number and mail is enough",
    f"{ORDER_SET}/Party/Contact/EMailAddress": "one of number and mail is enough",
    f"{ORDER_SET}/OrderLineSet/OrderItem/ArticleStatus": "empty: no word for it is published",
}
# The page calls all of an article required, its balances too; the guideline ItemDataNotification
# has these as optional, and Odoo may not have them.
LEFT_OUT_OF_ARTICLES = (
    "Utility", "ArticleVariantIdentifier", "ArticleCountryOfOrigin", "ArticleGroup", "FreeText",
    "Reference", "Depth", "Height", "Width", "NetWeight", "GrossWeight",
)  # fmt: skip


def party(role: str, **changes: Any) -> OrderParty:
    whole = OrderParty(
        role=role, name="Fjordlys AS", party_id="50001", street="Havnegata 12",
        address_lines=("Port B",), postal_code="8006", city="Bodø", country="NO",
        phone="75500000", mobile="+4790000000", email="kari@example.com", contact_name="Kari",
    )  # fmt: skip
    return replace(whole, **changes)


def line() -> OrderLine:
    return OrderLine(
        line_id="10", quantity=Decimal(2), item_no="LAMP", vendor_no="V-1", ean="7038010000010",
        name="Lamp & <shade>", batch="B1", serials=("S1", "S2"), unit_price=Decimal("49.90"),
        currency="NOK", references=(("LI", "1"),), free_texts=(("ACB", "Kaldt"),),
    )  # fmt: skip


def order(function: str, external: str) -> Order:
    return Order(
        order_number="S00012", customer_number=sent.CUSTOMER, document_date=NOON,
        delivery_date_requested=date(2026, 7, 3), message_function=function,
        external_type=external or None,
        references=(("ACD", "S00012"), ("CU", "S00012"), ("ON", "PO-7")),
        parties=(
            *(party(role) for role in ("OrderingParty", "Supplier", "Buyer", "Seller")),
            party("DeliveryParty", sub_party_id="109001" if function == "Order" else ""),
            OrderParty(role="PerformingUnit", name="Berger", party_id=sent.WAREHOUSE),
            OrderParty(role="TransportCompany", name="Bring", party_id="Bring"),
        ),
        service_code="5800" if function == "Order" else "",
        additional_services=("PickUpPoint",) if function == "Order" else (),
        terms_of_delivery="DDP", terms_of_payment="Net30days", cod_amount=Decimal("99.50"),
        priority="X", free_texts=(("DEL", "Bak huset"), ("DIN", "Ring"), ("ZZZ", "Hei")),
        lines=(line(), OrderLine(line_id="20", quantity=Decimal(1), item_no="MILK", name="Milk")),
    )  # fmt: skip


def item() -> ItemData:
    return ItemData(
        item_no="LAMP", name="Lamp", ean="7038010000010", units=((BASE_UNIT, "PCE"),),
        quantities=((BASE_UNIT, Decimal(1)),), flags=("BH",), variant="V", country_of_origin="NO",
        depth=Decimal(10), height=Decimal("2.5"), width=Decimal(10), net_weight=Decimal("0.5"),
        gross_weight=Decimal("0.55"), notes="Kjøl", references=(("SA", "V-9"),), group="Lamps",
    )  # fmt: skip


def lacking(whole: Any) -> Iterator[Any]:
    """Yield it whole, and without each thing that may be left out of it, or of what it holds."""
    yield whole
    for field in fields(whole):
        if field.default is not MISSING and getattr(whole, field.name) != field.default:
            yield replace(whole, **{field.name: field.default})
        value = getattr(whole, field.name)
        if isinstance(value, tuple) and value and hasattr(value[0], "__dataclass_fields__"):
            for place, part in enumerate(value):
                rest = value[:place], value[place + 1 :]
                yield replace(whole, **{field.name: (*rest[0], *rest[1])})
                for less in list(lacking(part))[1:]:
                    yield replace(whole, **{field.name: (*rest[0], less, *rest[1])})


@pytest.mark.parametrize("name", sent.KINDS)
def test_an_order_that_passes_our_check_is_in_the_contract(name: str) -> None:
    kind = contract.kind("create_order")
    passed = 0
    whole = order(*sent.KINDS[name])
    others = (replace(whole, update_indicator=update) for update in ("Update", "Delete"))
    for candidate in (*lacking(whole), *others):
        if check(candidate):
            continue
        passed += 1
        written = write_order(candidate), write_order(candidate, "json")
        for root in (parse(written[0]), from_json(kind, written[1])):
            found = faults(kind, root, as_in_examples=True)
            assert not [fault for fault in found if fault.partition(": ")[0] not in LEFT_OUT]
    assert passed > 40  # so that it proves something


def test_an_article_that_passes_our_check_is_in_the_contract() -> None:
    kind = contract.kind("create_itemdata")
    passed = 0
    for candidate in lacking(item()):
        if check_item(candidate):
            continue
        passed += 1
        to = {"customer_number": sent.CUSTOMER, "performing_unit": (sent.WAREHOUSE, "Berger")}
        written = write_items([candidate], **to), write_items([candidate], "json", **to)
        for root in (parse(written[0]), from_json(kind, written[1])):
            found = faults(kind, root, as_in_examples=True)
            gaps = tuple(f"/{name}: is missing" for name in LEFT_OUT_OF_ARTICLES)
            assert not [fault for fault in found if not fault.endswith(gaps)]
    assert passed > 10


def test_nothing_is_said_to_be_left_out_that_always_is_there() -> None:
    """Each of LEFT_OUT is a fault of some order, and is required on the page."""
    kind = contract.kind("create_order")
    assert all(kind.elements[path].is_required for path in LEFT_OUT)
    found = {
        fault.partition(": ")[0]
        for name in ("customer order", "return")
        for candidate in lacking(order(*sent.KINDS[name]))
        if not check(candidate)
        for fault in faults(kind, parse(write_order(candidate)))
    }
    assert set(LEFT_OUT) <= found
