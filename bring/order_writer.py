"""Orders and articles as Bring's order API takes them, XML or JSON.

Source: page "Send order/article update" (api-warehousing), its RAML, and the examples create_order
and create_itemdata, version 5.0. A message is built as XML, in the examples' order; the JSON is
that same tree in the examples' shape. Where they contradict each other:

- profile: page "BringXML", examples "bringXML". Written as in the examples.
- MessageRecipient: page "customer number", RAML and examples 7080003388100, a GLN. That.
- MessageSender/@idType: page 14, examples ZZ. A customer number is no EAN: ZZ.
- updateIndicator of the root: page required, its example "Deletion"; OrderSet's has a list of codes
  (Original, Update, Delete); both examples leave the root's empty. Written: OrderSet's word, and
  "Deletion" for a Delete. Articles have none: their example's is empty, and sending one again
  replaces it (wms.txt, Artikkelregister).
- testIndicator: page required, its example NO; examples empty. See ``docs/assumptions.md``.
- TransportService: required, but BasicServiceCode is "optional for PurchaseOrder": there it is
  empty when nothing is asked for. AdditionalService, "required", is written where there are any.
- OrderItem/ArticleStatus: page required (its example has an empty one), RAML optional: written,
  empty. Description is required by both, optional in the guideline: written, from the name.
- Item data: the page calls all of it required, batches and balances too. Written is what Bring's
  example has. Its messageFunction: page Order, JSON example Order, XML example ItemData. The last.
- Description/@usageCode of item data: JSON example "usageString", a slip; page usageCode.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, tzinfo
from decimal import Decimal
from typing import Final
from uuid import uuid4

from lxml import etree

from .fields import plain_number
from .order_check import Problem, check, check_item
from .order_json import ITEM_SHAPE, ORDER_SHAPE, to_json
from .orders import NO_TEST, ItemData, Order, OrderLine, OrderParty
from .text import Format, xml_safe
from .times import zone

__all__ = ["Problem", "check", "check_item", "write_items", "write_order"]

NAMESPACE: Final = "http://api.bring.com/mb"
RECIPIENT: Final = "7080003388100"  # Bring Warehousing's GLN, always
_IN_ROOT: Final = {"Delete": "Deletion"}  # updateIndicator of the message, where it differs
_DESCRIPTION: Final = "AAA"  # Description/@usageCode: "if description is used"
_NOTES: Final = "ACB"  # FreeText/@usageCode of a line: notes
_YES: Final = "J"  # Utility/@usageCode: the page has N, the guideline J (Norwegian ja)


def write_order(order: Order, format: Format = "xml", tz: str | tzinfo = "Europe/Oslo") -> bytes:
    """Write an order, UTF-8; dates are local to ``tz``. What ``check`` finds isn't looked at."""
    local = zone(tz)
    root = _envelope(
        "CreateOrderRequest",
        order.message_function,
        order.message_id,
        order.message_date,
        order.customer_number,
        local,
        update=_IN_ROOT.get(order.update_indicator, order.update_indicator),
        test_indicator=order.test_indicator,
    )
    structure = _add(root, "SupplyStructure")
    group = _add(structure, "OrderSet", updateIndicator=order.update_indicator)
    _order(group, order, local)
    _services(group, order)
    for party in order.parties:
        _party(group, party)
    if order.lines:
        lines = _add(group, "OrderLineSet")
        for line in order.lines:
            _line(lines, line)
    return _bytes(root) if format == "xml" else to_json(root, ORDER_SHAPE)


def write_items(
    items: Sequence[ItemData],
    format: Format = "xml",
    tz: str | tzinfo = "Europe/Oslo",
    *,
    customer_number: str,
    performing_unit: tuple[str, str],
    test_indicator: str = NO_TEST,
    message_id: str | None = None,
    message_date: datetime | None = None,
) -> bytes:
    """Write articles in one message, UTF-8. ValueError when there are none.

    :param performing_unit: (id, name) of the warehouse that is told of them. Bring publishes no
        list of ids here; the order's PerformingUnit goes by its party id.
    """
    if not items:
        raise ValueError("a message has one article at least")
    root = _envelope(
        "CreateItemDataRequest",
        "ItemData",
        message_id or str(uuid4()),
        message_date or datetime.now(UTC),
        customer_number,
        zone(tz),
        update="",
        test_indicator=test_indicator,
    )
    unit_id, unit_name = performing_unit
    _add(root, "PerformingUnit", unit_id, Name=unit_name)
    group = _add(_add(root, "SupplyStructure"), "ArticleInformationSet")
    for position, item in enumerate(items, 1):
        _item(group, item, item.line_id or str(position))
    return _bytes(root) if format == "xml" else to_json(root, ITEM_SHAPE)


def _add(
    parent: etree._Element, name: str, text: str | Decimal | None = None, **attributes: str
) -> etree._Element:
    element = etree.SubElement(parent, f"{{{NAMESPACE}}}{name}")
    for key, value in attributes.items():
        element.set(key, xml_safe(value))
    if text is not None:
        element.text = plain_number(text) if isinstance(text, Decimal) else xml_safe(text)
    return element


def _add_if(
    parent: etree._Element, name: str, text: str | Decimal | None, **attributes: str
) -> None:
    """As ``_add``, but nothing for an empty text: Bring's examples have no empty element."""
    if text is not None and text != "":
        _add(parent, name, text, **attributes)


def _envelope(
    name: str,
    function: str,
    message_id: str,
    message_date: datetime,
    customer_number: str,
    tz: tzinfo,
    *,
    update: str,
    test_indicator: str,
) -> etree._Element:
    root = etree.Element(f"{{{NAMESPACE}}}{name}", nsmap={None: NAMESPACE})
    attributes = {
        "version": "5.0",
        "definedBy": "BIG",
        "domain": "SupplyChain",
        "collaboration": "Order",
        "messageFunction": function,
        "profile": "bringXML",
        "language": "",
        "messageId": xml_safe(message_id),
        "updateIndicator": update,
        "testIndicator": xml_safe(test_indicator),
    }
    for key, value in attributes.items():
        root.set(key, value)
    details = _add(root, "MessageDetails")
    _add(details, "MessageSender", partyId=customer_number, idType="ZZ")
    _add(details, "MessageRecipient", partyId=RECIPIENT, idType="14")
    _add(details, "MessageDate", message_date.astimezone(tz).strftime("%Y-%m-%dT%H:%M:%S"))
    return root


def _order(group: etree._Element, order: Order, tz: tzinfo) -> None:
    element = _add(group, "Order", orderId=order.order_number)
    _add_if(element, "ExternalOrderType", order.external_type)
    _references(element, "Reference", order.references)
    _dates(element, "DocumentDate", order.document_date, tz)
    if order.delivery_date_requested is not None:
        _dates(element, "DeliveryDateRequested", order.delivery_date_requested, tz)
    if order.terms_of_delivery:
        _add(_add(element, "TermsOfDelivery"), "TODConditionCode", order.terms_of_delivery)
    _free_texts(element, order.free_texts)
    if order.cod_amount is not None:
        _add(_add(element, "COD"), "CodAmount", order.cod_amount)
    if order.terms_of_payment:
        _add(_add(element, "TermsOfPayment"), "TOPConditionCode", order.terms_of_payment)
    _add_if(element, "PriorityCode", order.priority)


def _services(group: etree._Element, order: Order) -> None:
    element = _add(group, "TransportService")
    _add_if(element, "BasicServiceCode", order.service_code)
    for code in order.additional_services:
        _add(_add(element, "AdditionalService"), "AdditionalServiceCode", code)


def _references(parent: etree._Element, name: str, references: tuple[tuple[str, str], ...]) -> None:
    for kind, number in references:
        _add(_add(parent, name, referenceType=kind), "ReferenceNo", number)


def _free_texts(parent: etree._Element, texts: tuple[tuple[str, str], ...]) -> None:
    for code, words in texts:
        _add(_add(parent, "FreeText", usageCode=code), "Text", words)


def _described(parent: etree._Element, name: str) -> None:
    if name:
        _add(_add(parent, "Description", usageCode=_DESCRIPTION), "Text", name)


def _dates(parent: etree._Element, kind: str, moment: date | datetime, tz: tzinfo) -> None:
    """Date and Time, local; a bare date is its midnight, for the examples always have both."""
    element = _add(parent, "DateAndTimes", subClass=kind)
    if isinstance(moment, datetime):
        local = moment.astimezone(tz)
    else:
        local = datetime.combine(moment, time())
    _add(element, "Date", local.date().isoformat())
    _add(element, "Time", local.strftime("%H:%M:%S"))


def _party(group: etree._Element, party: OrderParty) -> None:
    attributes = {
        "subClass": party.role,
        "partyId": party.party_id,
        "subPartyId": party.sub_party_id,
    }
    element = _add(group, "Party", **{key: value for key, value in attributes.items() if value})
    _add_if(element, "Name", party.name)
    where = (
        ("PostalCode", party.postal_code),
        ("City", party.city),
        ("CountryCode", party.country),
        ("Street", party.street),
        *(("AddressLine", line) for line in party.address_lines),
    )
    if any(text for _name, text in where):
        address = _add(element, "Address", subClass="PhysicalAddress")
        for name, text in where:
            _add_if(address, name, text)
    who = (
        ("PhoneNo", party.phone),
        ("CellPhoneNo", party.mobile),
        ("EMailAddress", party.email),
        ("ContactName", party.contact_name),
    )
    if any(text for _name, text in who):
        contact = _add(element, "Contact")
        for name, text in who:
            _add_if(contact, name, text)


def _line(lines: etree._Element, line: OrderLine) -> None:
    element = _add(lines, "OrderItem", articleLineId=line.line_id)
    _add_if(element, "ArticleId", line.ean, codeListIdentifier="EAN")
    _add_if(element, "ArticleId", line.item_no, codeListIdentifier="CustomerItemNo")
    _add_if(element, "ArticleId", line.vendor_no, codeListIdentifier="VendorItemNo")
    _add(element, "ArticleQuantity", line.quantity, unitCode=line.unit)
    _references(element, "ArticleReference", line.references)
    _described(element, line.name)
    if line.unit_price is not None:
        amounts = _add(element, "ArticleMonetaryAmounts")
        _add(amounts, "UnitPrice", line.unit_price, currencyIdentificationCode=line.currency)
    _add(element, "ArticleStatus", line.status)
    if line.serials:
        serials = _add(element, "ArticleSerialNos")
        for serial in line.serials:
            _add(serials, "ArticleSerialNo", serial)
    _add_if(element, "ArticleBatchNo", line.batch)
    _free_texts(element, line.free_texts)
    _add_if(element, "ArticleName", line.name)


def _item(group: etree._Element, item: ItemData, line_id: str) -> None:
    element = _add(group, "ArticleInformation", articleLineId=line_id)
    _add_if(element, "ArticleNumber", item.ean, codeListIdentifier="EAN")
    _add_if(element, "ArticleNumber", item.item_no, codeListIdentifier="CustomerItemNo")
    _described(element, item.name)
    for code in item.flags:
        _add(element, "Utility", usageCode=_YES, codeListIdentifier=code)
    for code_list, quantity in item.quantities:
        _add(element, "ArticleQuantity", quantity, codeListIdentifier=code_list)
    for code_list, unit in item.units:
        _add(element, "ArticleUnitCode", unit, codeListIdentifier=code_list)
    _add_if(element, "ArticleName", item.name)
    _add_if(element, "ArticleVariantIdentifier", item.variant)
    _add_if(element, "ArticleCountryOfOrigin", item.country_of_origin)
    measures = (
        ("Depth", item.depth, item.length_unit),
        ("Height", item.height, item.length_unit),
        ("NetWeight", item.net_weight, item.weight_unit),
        ("Width", item.width, item.length_unit),
        ("GrossWeight", item.gross_weight, item.weight_unit),
    )
    if any(value is not None for _name, value, _unit in measures):
        dimensions = _add(element, "ArticleWeightAndDimension")
        for name, value, unit in measures:
            _add_if(dimensions, name, value, unitCode=unit)
    if item.notes:
        _free_texts(element, ((_NOTES, item.notes),))
    _references(element, "Reference", item.references)
    _add_if(element, "ArticleGroup", item.group)


def _bytes(root: etree._Element) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="utf-8", pretty_print=True)
