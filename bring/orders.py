"""What is sent to Bring, as frozen dataclasses: orders and articles.

The names are those of Bring's order API (CreateOrderRequest, CreateItemDataRequest); what an
order or an article must have is in ``order_check``. Datetimes are aware, quantities Decimals.

**A code's meaning depends on the direction** (page "Send an order", Reference and Party; guideline
CustomerOrder, note and ON; wms.txt, VårRef and DeresRef):

======== ============================================ ========================================
code     customer order (goods leave)                 purchase order or return (goods come in)
======== ============================================ ========================================
ACD      our order number                             the same
CU       consignor's reference: ours ("our reference") the supplier's, or returning customer's
ON       buyer's reference: the customer's            ours
Supplier we ("you/Bring WH customer")                 who provides the goods to the warehouse
======== ============================================ ========================================
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Final, Literal
from uuid import uuid4

MessageFunction = Literal["Order", "PurchaseOrder"]
UpdateIndicator = Literal["Original", "Update", "Delete"]

# ExternalOrderType. Nothing is a standard order (220). "Or other agreed by Warehousing".
RETURN: Final = "R"  # of a purchase order
RUSH: Final = "224"  # of a customer order

EXPRESS: Final = "X"  # PriorityCode; nothing is "Normal"

# FreeText/@usageCode of an order.
TO_WAREHOUSE: Final = "DEL"
TO_CARRIER: Final = "DIN"
TO_RECIPIENT: Final = "ZZZ"

NO_TEST: Final = "NO"  # testIndicator of what is no test: the only value that Bring publishes

# Party/@subClass.
ORDERING_PARTY: Final = "OrderingParty"
DELIVERY_PARTY: Final = "DeliveryParty"
SUPPLIER: Final = "Supplier"
PERFORMING_UNIT: Final = "PerformingUnit"  # the warehouse, by party id
BUYER: Final = "Buyer"
SELLER: Final = "Seller"
TRANSPORT_COMPANY: Final = "TransportCompany"


def _now() -> datetime:
    return datetime.now(UTC)


def _message_id() -> str:
    return str(uuid4())


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderParty:
    """Party: ``role`` is its subClass, ``sub_party_id`` a pick-up point, ``country`` ISO 3166.

    ``party_id`` is "provided by user"; a warehouse's is one of Bring's. ``sub_party_id`` is the id
    of a site of the Pickup Point API: the page calls the attribute required, the RAML (where it is
    misspelt "subPartId") optional; it can only be there when the recipient chose such a site.

    Source: CreateOrderRequest, OrderSet/Party.
    """

    role: str
    name: str = ""
    party_id: str = ""
    sub_party_id: str = ""
    street: str = ""
    address_lines: tuple[str, ...] = ()
    postal_code: str = ""
    city: str = ""
    country: str = ""
    phone: str = ""
    mobile: str = ""
    email: str = ""
    contact_name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderLine:
    """OrderItem: ``line_id`` comes back as lineItemNumber; ``ean`` or ``item_no`` is needed.

    ``item_no`` is our number, ``vendor_no`` the supplier's, ``ean`` a GTIN. ``unit`` is STK, PCE
    (pieces) or KGM; ``unit_price`` is what one such unit costs, in ``currency`` (ISO 4217).
    ``references`` and ``free_texts`` are (type or usage code, text).
    """

    line_id: str
    quantity: Decimal
    item_no: str = ""
    vendor_no: str = ""
    ean: str = ""
    unit: str = "PCE"
    name: str = ""
    batch: str = ""
    status: str = ""
    serials: tuple[str, ...] = ()
    unit_price: Decimal | None = None
    currency: str = ""
    references: tuple[tuple[str, str], ...] = ()
    free_texts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """CreateOrderRequest: what is to leave, or ("PurchaseOrder") to reach, a warehouse.

    ``external_type`` is ``RETURN`` or ``RUSH``. ``references`` are (type, number), see above.
    ``delivery_date_requested`` is when the goods are to be *delivered*: so the page ("the date on
    which the order is requested to be delivered") and the guideline (requestedDeliveryDateTime,
    "delivery date at customers site"); the old flat file (wms.txt, Leveringsdato) says when they
    leave the warehouse, and is not followed. ``service_code`` is a BasicServiceCode. ``free_texts``
    are (usage code, text). ``test_indicator`` is ``NO_TEST`` or the word agreed with Bring.
    ``from_country``, the warehouse's, is not sent: it tells which services there are.
    """

    order_number: str
    document_date: datetime
    parties: tuple[OrderParty, ...]
    lines: tuple[OrderLine, ...]
    message_function: MessageFunction = "Order"
    external_type: str | None = None
    update_indicator: UpdateIndicator = "Original"
    test_indicator: str = NO_TEST
    customer_number: str = ""
    references: tuple[tuple[str, str], ...] = ()
    delivery_date_requested: date | datetime | None = None
    from_country: str = ""
    service_code: str = ""
    additional_services: tuple[str, ...] = ()
    terms_of_delivery: str = ""
    terms_of_payment: str = ""
    cod_amount: Decimal | None = None
    priority: str = ""
    free_texts: tuple[tuple[str, str], ...] = ()
    message_id: str = field(default_factory=_message_id)
    message_date: datetime = field(default_factory=_now)

    def party(self, role: str) -> OrderParty | None:
        """The first party in that role."""
        return next((party for party in self.parties if party.role == role), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemData:
    """ArticleInformation: one article.

    ``line_id`` numbers it in the message ("" counts from 1). Lengths in ``length_unit`` and
    weights in ``weight_unit`` (UN/ECE recommendation 20). ``references`` are (type, number).
    ``quantities`` and ``units`` are (code list, value): how many of what make a pack. ``flags``
    say how the article is kept: codes of tradeItemClassificationCode in the guideline
    ItemDataNotification. ``notes`` are for people.
    """

    item_no: str
    name: str
    ean: str = ""
    line_id: str = ""
    units: tuple[tuple[str, str], ...] = ()
    quantities: tuple[tuple[str, Decimal], ...] = ()
    flags: tuple[str, ...] = ()
    variant: str = ""
    country_of_origin: str = ""
    depth: Decimal | None = None
    height: Decimal | None = None
    width: Decimal | None = None
    length_unit: str = "CMT"
    net_weight: Decimal | None = None
    gross_weight: Decimal | None = None
    weight_unit: str = "KGM"
    notes: str = ""
    references: tuple[tuple[str, str], ...] = ()
    group: str = ""


# ItemData.flags (guideline ItemDataNotification, tradeItemClassificationCode).
BATCH_HANDLING: Final = "BH"
SERIAL_NUMBERS: Final = "SRN"

# ItemData.units and .quantities: how an article is counted. The API names no code list; this is
# the element of the guideline ItemDataNotification that means the same.
BASE_UNIT: Final = "tradeItemBaseUnitOfMeasure"
