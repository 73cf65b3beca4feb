"""What is sent to Bring, as frozen dataclasses: orders and articles.

The names are those of Bring's order API (CreateOrderRequest, CreateItemDataRequest); what an
order must have is in ``order_writer.check``. Datetimes are aware, quantities Decimals.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Final, Literal
from uuid import uuid4

MessageFunction = Literal["Order", "PurchaseOrder"]
UpdateIndicator = Literal["Original", "Update", "Delete"]

RETURN: Final = "R"  # ExternalOrderType of a return
PICK_UP_NOTICE: Final = "EVARSLING"  # the service that tells the recipient by text and e-mail

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

    ``unit`` is STK, PCE (pieces) or KGM; ``unit_price`` in ``currency`` (ISO 4217).
    ``references`` and ``free_texts`` are (type or usage code, text).
    """

    line_id: str
    quantity: Decimal
    item_no: str = ""
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

    ``external_type`` is ``RETURN`` for a return, else None. ``references`` are (type, number):
    ACD is our order number, CU the customer's, ON the buyer's. ``service_code`` is a
    BasicServiceCode. ``free_texts`` are (usage code, text).
    """

    order_number: str
    document_date: datetime
    parties: tuple[OrderParty, ...]
    lines: tuple[OrderLine, ...]
    message_function: MessageFunction = "Order"
    external_type: str | None = None
    update_indicator: UpdateIndicator = "Original"
    test: bool = False
    customer_number: str = ""
    references: tuple[tuple[str, str], ...] = ()
    delivery_date_requested: date | datetime | None = None
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
    ``quantities`` and ``units`` are (code list, value): how many of what make a pack.
    """

    item_no: str
    name: str
    ean: str = ""
    line_id: str = ""
    description: str = ""
    units: tuple[tuple[str, str], ...] = ()
    quantities: tuple[tuple[str, Decimal], ...] = ()
    variant: str = ""
    country_of_origin: str = ""
    depth: Decimal | None = None
    height: Decimal | None = None
    width: Decimal | None = None
    length_unit: str = "CMT"
    net_weight: Decimal | None = None
    gross_weight: Decimal | None = None
    weight_unit: str = "KGM"
    free_text: str = ""
    references: tuple[tuple[str, str], ...] = ()
    group: str = ""
