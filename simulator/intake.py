"""Orders and item data as Bring's send API takes them: read, and refused for Bring's reasons.

What is wrong is a Refusal, the first thing that is found. Nothing here knows the stock or the
orders that were taken before.

What is required is said by Bring's page "Send order/article update" and its RAML; where the two
leave it open, its examples decide (an address of PerformingUnit, an id of a pick-up point). The
page makes no exception for a Delete. Lengths of articles are the guideline ItemDataNotification's.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from .orders import Address, Batch, Line, Order
from .refusals import Refusal
from .request_tree import Node

RECIPIENT = "7080003388100"  # Bring's GLN, as its examples have it
REFERENCES = ("ACD", "CU", "ON")
DATES = ("DocumentDate", "DeliveryDateRequested")
PARTIES = ("OrderingParty", "DeliveryParty", "PerformingUnit")
OTHER_PARTIES = ("Supplier", "Buyer", "Seller", "TransportCompany")
WITHOUT_ADDRESS = ("PerformingUnit", "TransportCompany")
INDICATORS = ("Original", "Update", "Delete")
IN_ROOT = {"Deletion": "Delete"}  # how the page's example for the root calls it
FREE_TEXTS = ("DEL", "DIN", "ZZZ", "ON")
ARTICLE_IDS = ("EAN", "CustomerItemNo", "VendorItemNo")
NUMBER_LENGTH, NAME_LENGTH = 21, 45  # of an article
UNITS = ("STK", "PCE", "KGM")
FUNCTIONS = {"Order": "order", "PurchaseOrder": "purchase"}
NOTIFICATION = "EVARSLING"  # an additional service: tell the receiver by SMS and/or e-mail
PICK_UP_POINT = "PickUpPoint"
TRUE, FALSE = ("1", "true", "yes", "test"), ("", "0", "false", "no")


class Reference(NamedTuple):
    type: str
    number: str


class Party(NamedTuple):
    """Someone in an order: OrderingParty, DeliveryParty, Supplier, PerformingUnit, …"""

    role: str
    party_id: str
    sub_party_id: str
    name: str
    address: Address
    phone: str = ""
    mobile: str = ""
    email: str = ""
    contact: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRequest:
    """An order as it was sent.

    `order.warehouse` is Bring's code of the warehouse, found by the PerformingUnit's party id.
    `articles` are (our number, EAN) by line number: which article it is, the stock knows.
    """

    order: Order
    indicator: str
    test: bool
    references: tuple[Reference, ...] = ()
    parties: tuple[Party, ...] = ()
    dates: Mapping[str, str] = field(default_factory=dict)
    service: str = ""
    additional_services: tuple[str, ...] = ()
    articles: Mapping[int, tuple[str, str]] = field(default_factory=dict)
    prices: Mapping[int, tuple[str, str]] = field(default_factory=dict)

    def reference(self, type: str) -> str:
        """Return our number of that type (ACD, CU, ON), empty when there is none."""
        return next((ref.number for ref in self.references if ref.type == type), "")


class ItemData(NamedTuple):
    number: str
    name: str
    ean: str
    unit: str


def read_orders(
    message: Node, customers: tuple[str, ...], warehouses: Mapping[str, str]
) -> list[OrderRequest]:
    """Read the order sets of a CreateOrderRequest.

    :param customers: the customer numbers that the key may use.
    :param warehouses: Bring's warehouse codes by party id.
    :raise Refusal: with Bring's code, for the first thing that is wrong.
    """
    function = message.get("messageFunction")
    if function not in FUNCTIONS:
        raise Refusal("PO_INPUT_018", f"messageFunction {function!r}")
    customer = _sender(message, customers)
    sets = message.all("SupplyStructure/OrderSet")
    if not sets:
        raise Refusal("PO_INPUT_019", "OrderSet")
    return [_order(message, order_set, function, customer, warehouses) for order_set in sets]


def read_items(message: Node, customers: tuple[str, ...]) -> list[ItemData]:
    """Read the articles of a CreateItemDataRequest; raise Refusal as `read_orders` does."""
    # Bring's own JSON example says Order.
    if message.get("messageFunction") not in ("ItemData", "Order"):
        raise Refusal("PO_INPUT_018", f"messageFunction {message.get('messageFunction')!r}")
    _sender(message, customers)
    if not message.get("PerformingUnit") or not message.get("PerformingUnit/Name"):
        raise Refusal("PO_INPUT_019", "PerformingUnit")
    items = []
    for node in message.all("SupplyStructure/ArticleInformationSet/ArticleInformation"):
        items.append(_item(node))
    if not items:
        raise Refusal("PO_INPUT_019", "ArticleInformation")
    return items


def _item(node: Node) -> ItemData:
    number, ean = _article(node.all("ArticleNumber"))
    if not number:
        raise Refusal("PO_INPUT_021", f"articleLineId {node.get('articleLineId')}")
    for name in ("ArticleName", "ArticleUnitCode", "ArticleQuantity", "Description"):
        if not node.all(name):
            raise Refusal("PO_INPUT_019", f"{number}: {name}")
    for words in ("Description", "FreeText"):
        if any(not _usage(part) for part in node.all(words)):
            raise Refusal("PO_INPUT_019", f"{number}: usageCode of {words}")
    name = node.get("ArticleName")
    if len(number) > NUMBER_LENGTH or len(name) > NAME_LENGTH:
        raise Refusal("PO_INPUT_017", f"{number}: {NUMBER_LENGTH} and {NAME_LENGTH} characters")
    return ItemData(number, name, ean, node.get("ArticleUnitCode"))


def _usage(node: Node) -> str:
    return node.get("usageCode") or node.get("usageString")  # a slip in Bring's JSON example


def _sender(message: Node, customers: tuple[str, ...]) -> str:
    for name, value in (("version", "5.0"), ("definedBy", "BIG")):
        if message.get(name) != value:
            raise Refusal("PO_INPUT_003", f"{name} {message.get(name)!r}, not {value}")
    recipient = message.get("MessageDetails/MessageRecipient/partyId")
    if recipient != RECIPIENT:
        raise Refusal("PO_INPUT_017", f"MessageRecipient {recipient!r}, not {RECIPIENT}")
    customer = message.get("MessageDetails/MessageSender/partyId")
    if customer not in customers:
        raise Refusal("PO_INPUT_001", f"MessageSender {customer!r}")
    return customer


def _order(
    message: Node, node: Node, function: str, customer: str, warehouses: Mapping[str, str]
) -> OrderRequest:
    whole = message.get("updateIndicator")
    indicator = node.get("updateIndicator") or IN_ROOT.get(whole, whole) or "Original"
    if indicator not in INDICATORS:
        raise Refusal("PO_INPUT_018", f"updateIndicator {indicator!r}")
    test = message.get("testIndicator").lower()
    if test not in TRUE + FALSE:
        raise Refusal("PO_INPUT_018", f"testIndicator {test!r}")
    references = tuple(
        Reference(ref.get("referenceType"), ref.get("ReferenceNo"))
        for ref in node.all("Order/Reference")
    )
    number = node.get("Order/orderId")
    if not number or "/" in number:
        raise Refusal("PO_INPUT_002", f"orderId {number!r}")
    external = node.get("Order/ExternalOrderType")
    kind = "return" if external == "R" else FUNCTIONS[function]
    if external == "R" and function == "Order":
        raise Refusal("PO_INPUT_018", "ExternalOrderType R of a customer's order")
    for text in node.all("Order/FreeText"):
        if text.get("usageCode") not in ("", *FREE_TEXTS):  # optional on the page
            raise Refusal("PO_INPUT_018", f"FreeText {text.get('usageCode')!r}")
    parties = {party.role: party for party in map(_party, node.all("Party"))}
    dates = {part.get("subClass"): part.get("Date") for part in node.all("Order/DateAndTimes")}
    _complete({ref.type: ref.number for ref in references}, REFERENCES, "Reference")
    _complete(dates, DATES, "DateAndTimes")
    for day in dates.values():
        _date(day)
    _complete(parties, (*PARTIES, *(["Supplier"] if kind != "order" else [])), "Party")
    for party in parties.values():
        _whole(party)
    if not node.all("TransportService"):
        raise Refusal("PO_INPUT_019", "TransportService")
    unit = parties["PerformingUnit"].party_id
    if unit not in warehouses:
        raise Refusal("PO_INPUT_018", f"PerformingUnit {unit!r}")
    # who provides the goods to the warehouse, else who gets them
    other = parties["DeliveryParty" if kind == "order" else "Supplier"]
    service = node.get("TransportService/BasicServiceCode")
    additional = tuple(
        part.text.strip()
        for part in node.all("TransportService/AdditionalService/AdditionalServiceCode")
    )
    if kind == "order":
        _deliverable(parties, service, additional)
    items = node.all("OrderLineSet/OrderItem")
    if not items:
        raise Refusal("PO_INPUT_019", "OrderItem")
    lines = tuple(map(_line, items))
    if len({line.number for line in lines}) < len(lines):
        raise Refusal("PO_INPUT_017", "two lines have the same articleLineId")
    pairs = list(zip(lines, items, strict=True))
    return OrderRequest(
        order=Order(
            reference=number,
            warehouse=warehouses[unit],
            lines=lines,
            type=kind,
            customer_number=customer,
            customer=other.address,
        ),
        indicator=indicator,
        test=test in TRUE,
        references=references,
        parties=tuple(parties.values()),
        dates=dates,
        service=service,
        additional_services=additional,
        articles={line.number: _article(item.all("ArticleId")) for line, item in pairs},
        prices={line.number: _price(item) for line, item in pairs},
    )


def _whole(party: Party) -> None:
    """Refuse a party without an id, a name, a street, a city or a country."""
    if party.role not in PARTIES + OTHER_PARTIES:
        raise Refusal("PO_INPUT_018", f"Party {party.role!r}")
    wanted = {"partyId": party.party_id, "Name": party.name}
    if party.role not in WITHOUT_ADDRESS:
        address = party.address
        wanted |= {"Street": address.street, "City": address.city, "CountryCode": address.country}
    for name, value in wanted.items():
        if not value:
            raise Refusal("PO_INPUT_019", f"{party.role}'s {name}")


def _deliverable(parties: Mapping[str, Party], service: str, additional: tuple[str, ...]) -> None:
    """Refuse a customer's order that can't be transported."""
    delivery, buyer = parties["DeliveryParty"], parties.get("Buyer")
    if not delivery.address.postal_code:
        raise Refusal("PO_INPUT_019", "DeliveryParty's PostalCode")
    if not service:
        raise Refusal("PO_INPUT_019", "BasicServiceCode")
    if NOTIFICATION in additional and not (buyer and (buyer.mobile or buyer.email)):
        raise Refusal("PO_INPUT_019", f"{NOTIFICATION} needs CellPhoneNo or EMailAddress of Buyer")
    if (PICK_UP_POINT in additional) != bool(delivery.sub_party_id):
        raise Refusal("PO_INPUT_019", f"{PICK_UP_POINT} and DeliveryParty's subPartyId")


def _party(node: Node) -> Party:
    addresses = node.all("Address")
    address = next(
        (part for part in addresses if part.get("subClass") == "PhysicalAddress"), Node()
    )
    return Party(
        node.get("subClass"),
        node.get("partyId"),
        node.get("subPartyId"),
        node.get("Name"),
        Address(
            name=node.get("Name"),
            street=address.get("Street"),
            postal_code=address.get("PostalCode"),
            city=address.get("City"),
            country=address.get("CountryCode"),
        ),
        node.get("Contact/PhoneNo"),
        node.get("Contact/CellPhoneNo"),
        node.get("Contact/EMailAddress"),
        node.get("Contact/ContactName"),
    )


def _line(node: Node) -> Line:
    number = node.get("articleLineId")
    if not number.isascii() or not number.isdigit():
        raise Refusal("PO_INPUT_017", f"articleLineId {number!r}")
    article, ean = _article(node.all("ArticleId"))
    if not article and not ean:
        raise Refusal("PO_INPUT_021", f"line {number}")
    quantity = _quantity(node, number)
    if not node.get("Description/Text") or not node.get("Description/usageCode"):
        raise Refusal("PO_INPUT_019", f"line {number}: Description")
    unit = node.get("ArticleQuantity/unitCode")
    if unit not in UNITS:
        raise Refusal("PO_INPUT_018", f"line {number}: unitCode {unit!r}")
    batch = node.get("ArticleBatchNo")
    serials = (part.text.strip() for part in node.all("ArticleSerialNos/ArticleSerialNo"))
    return Line(
        number=int(number),
        article=article or ean,
        gtin=ean,
        quantity=quantity,
        unit=unit,
        description=node.get("ArticleName"),
        batches=(Batch(batch, None, quantity),) if batch else (),
        serials=tuple(serial for serial in serials if serial),
    )


def _quantity(node: Node, number: str) -> Decimal:
    text = node.get("ArticleQuantity")
    try:
        quantity = Decimal(text)
    except InvalidOperation as error:
        raise Refusal("PO_INPUT_017", f"line {number}: quantity {text!r}") from error
    if not quantity.is_finite() or quantity <= 0:
        raise Refusal("PO_INPUT_011", f"line {number}: quantity {text}")
    return quantity


def _price(node: Node) -> tuple[str, str]:
    price = "ArticleMonetaryAmounts/UnitPrice"
    return node.get(price) or "0", node.get(f"{price}/currencyIdentificationCode")


def _article(nodes: list[Node]) -> tuple[str, str]:
    """Return our number and the EAN of an article, empty where there is none."""
    found = {node.get("codeListIdentifier"): node.text.strip() for node in nodes}
    if unknown := set(found).difference(ARTICLE_IDS):
        raise Refusal("PO_INPUT_018", f"codeListIdentifier {sorted(unknown)[0]!r}")
    return found.get("CustomerItemNo", ""), found.get("EAN", "")


def _complete(found: Mapping[str, object], required: tuple[str, ...], what: str) -> None:
    for name in required:
        if not found.get(name):
            raise Refusal("PO_INPUT_019", f"{what} {name}")


def _date(text: str) -> None:
    try:
        date.fromisoformat(text[:10])
    except ValueError as error:
        raise Refusal("PO_INPUT_017", f"date {text!r}") from error
