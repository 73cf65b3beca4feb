"""What a delivery says, as frozen dataclasses.

Every time is a Span (an instant, or a day), aware and in UTC, every quantity a Decimal, and a
text is never empty: what isn't there is None. ``position`` counts the documents of a message
from 1. ``event`` is when the warehouse did what the document tells, as good as the document
knows it.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import ClassVar

from .codes import CONDITION_OK, DESPATCHED, STATUSES
from .span import Span, happened


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """A number and its measurementUnitCode, upper-cased as sent; "" when none is."""

    value: Decimal
    unit: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """StandardBusinessDocumentHeader (UN/CEFACT): who sent which kind of message, and when.

    ``receivers`` are client ids (every guideline, Receiver/Identifier, 1..unbounded).
    """

    type: str | None = None
    sender: str | None = None
    receivers: tuple[str, ...] = ()
    standard: str | None = None
    version: str | None = None
    created_at: Span | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """transactionalTradeItem.

    ``gtin`` has 14 digits, or is None when it isn't used (absent or zeros). ``own`` is our
    number (the first of IN, BUYER_ASSIGNED), ``supplier`` the supplier's (SA): ours on customer
    orders, where we are the supplier, the vendor's on purchase orders. ``grade`` is ZGR,
    ``status`` ZST; ``others`` holds every other (type, value) as sent.
    """

    gtin: str | None = None
    own: str | None = None
    supplier: str | None = None
    grade: str | None = None
    status: str | None = None
    others: tuple[tuple[str, str], ...] = ()
    description: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemData:
    """transactionalItemData: one batch, or some serial numbers. ``lot_number`` is the IMEI."""

    batch: str | None = None
    best_before: date | None = None
    lot_number: str | None = None
    serials: tuple[str, ...] = ()
    quantity: Quantity | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """A party with its address; ``identification`` is its GLN or else its own number."""

    name: str | None = None
    identification: str | None = None
    postal_code: str | None = None
    city: str | None = None
    country: str | None = None
    street: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Unread:
    """A part of a document that can't be read: its place, the value and why, in ``words``.

    ``is_needed`` tells whether goods can't be moved without it.
    """

    words: str
    is_needed: bool

    def __str__(self) -> str:
        return self.words


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderResponse:
    """The status of one customer order.

    ``status`` is a key of ``codes.STATUSES``, another word of Bring's as sent, or None where it
    says none. ``reference`` is our order number (originalOrder, else orderResponseIdentification).
    """

    kind: ClassVar[str] = "order_response"
    position: int
    created_at: Span | None = None
    document_status: str | None = None
    reference: str
    response_reference: str | None = None
    status: str | None = None
    buyer: Party | None = None
    seller: Party | None = None
    unread: tuple[Unread, ...] = ()

    @property
    def event(self) -> Span | None:
        return self.created_at


@dataclass(frozen=True, slots=True, kw_only=True)
class DespatchLine:
    """despatchAdviceLineItem; ``number`` is the line's number as we sent it (10, 20, …)."""

    number: str | None = None
    quantity: Quantity
    note: str | None = None
    article: Article
    items: tuple[ItemData, ...] = ()
    net_weight: Quantity | None = None
    customer_reference: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LogisticUnit:
    """despatchAdviceLogisticUnit; ``sscc`` is None when the unit has none."""

    sscc: str | None = None
    gross_weight: Quantity | None = None
    lines: tuple[DespatchLine, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DespatchAdvice:
    """Status and contents of one customer order; O1 to O3 and 99 ship nothing.

    ``status`` is a key of ``codes.STATUSES``, another word of Bring's as sent, or None where it
    says none (deliveryTypeCode is 0..1). ``tracking`` is the GINC, None for Bring's fillers.
    A line that can't be read is in ``unread`` only.
    """

    kind: ClassVar[str] = "despatch_advice"
    position: int
    created_at: Span | None = None
    document_status: str | None = None
    reference: str
    status: str | None = None
    note: str | None = None
    ship_to: Party | None = None
    warehouse_code: str | None = None
    despatched_at: Span | None = None
    estimated_delivery_at: Span | None = None
    tracking: str | None = None
    units: tuple[LogisticUnit, ...] = ()
    unread: tuple[Unread, ...] = ()

    @property
    def event(self) -> Span | None:
        """When the goods left (O4, or nobody knows), else when the warehouse wrote the advice."""
        if self.status == DESPATCHED or self.status not in STATUSES:
            return happened(self.despatched_at, self.created_at)
        return self.created_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """receivingConditionInformation; ``code`` is of ``codes.CONDITIONS``, or as sent."""

    code: str = CONDITION_OK
    quantity: Quantity | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivingLine:
    """receivingAdviceLineItem."""

    number: str | None = None
    received: Quantity
    accepted: Quantity | None = None
    article: Article
    items: tuple[ItemData, ...] = ()
    customer_reference: str | None = None
    note: str | None = None
    conditions: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivingUnit:
    """receivingAdviceLogisticUnit; ``sscc`` is None when the unit has none."""

    sscc: str | None = None
    lines: tuple[ReceivingLine, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivingAdvice:
    """What arrived on the purchase order or return ``reference``.

    A line that can't be read is in ``unread`` only.
    """

    kind: ClassVar[str] = "receiving_advice"
    position: int
    created_at: Span | None = None
    document_status: str | None = None
    reference: str
    received_at: Span | None = None
    reporting_code: str | None = None
    warehouse_code: str | None = None
    shipper: Party | None = None
    receiver: Party | None = None
    units: tuple[ReceivingUnit, ...] = ()
    unread: tuple[Unread, ...] = ()

    @property
    def event(self) -> Span | None:
        """When the goods arrived."""
        return happened(self.received_at, self.created_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class InventoryLine:
    """One quantity specification of an inventory report.

    A status line has ``status`` (AVAILABLE_FOR_SALE, BLOCKED, QUARANTINED or another as sent),
    an activity line has ``reason`` (``codes.ACTIVITY_REASONS``, an open list) and a signed
    quantity. ``warehouse_code`` is None when the line names no location: the report's holds.
    ``as_of`` is when the quantity was so, where that is told line by line (a balance's
    LastUpdatedDateTime). ``allocated``, ``in_order`` and ``free`` are told by a balance
    only, in the unit of ``quantity``.
    ``quantity`` is None where the item has no line item (they are 0..n).
    ``problem`` says in words what of the line can't be read: then nothing else of it may count,
    ``quantity`` is None, and what could be read is there to name it.
    """

    number: str | None = None
    warehouse_code: str | None = None
    article: Article
    items: tuple[ItemData, ...] = ()
    status: str | None = None
    reason: str | None = None
    quantity: Quantity | None = None
    as_of: Span | None = None
    allocated: Decimal | None = None
    in_order: Decimal | None = None
    free: Decimal | None = None
    problem: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InventoryReport:
    """A photograph of stock (``type`` "status") or changes to it ("activity").

    ``lines`` is empty when the reader was asked to leave them out; ``line_count`` is right
    all the same. ``ends`` is the end of the reporting period: a day where it has no time of day.
    """

    position: int
    created_at: Span | None = None
    document_status: str | None = None
    reference: str | None = None
    type: str
    structure: str | None = None
    warehouse_code: str | None = None
    ends: Span | None = None
    line_count: int = 0
    lines: tuple[InventoryLine, ...] = ()
    unread: tuple[Unread, ...] = ()

    @property
    def kind(self) -> str:
        return "inventory_adjustment" if self.type == "activity" else "inventory_report"

    @property
    def event(self) -> Span | None:
        """When the stock was so, or when the changes happened.

        A period that ends on a bare date says nothing about the hour. A photograph that was
        written on that day is of when it was written; a change happened before.
        """
        if self.type == "activity":
            return happened(self.ends, self.created_at)
        if self.ends is None or (self.created_at is not None and self.ends.holds(self.created_at)):
            return self.created_at
        return self.ends


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusChange:
    """A tradeItemInventoryEvent: goods that are in another status now.

    ``number`` is the transaction's. ``quantity`` is 0..1: without it all of the batches is meant.
    ``step`` is status_changing. Which status it is stands in ``reason`` ("Status kod"), its text,
    or ``disposition``: Bring publishes no list, its sample has ABC, Blocked and active.
    """

    number: str | None = None
    warehouse_code: str | None = None
    article: Article
    items: tuple[ItemData, ...] = ()
    quantity: Quantity | None = None
    step: str | None = None
    disposition: str | None = None
    reason: str | None = None
    reason_text: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationsNotification:
    """WarehousingOperationsNotification: batches that were blocked, released, quarantined.

    ``reference`` is the notification's number. A change that can't be read is in ``unread`` only.
    """

    kind: ClassVar[str] = "operations_notification"
    position: int
    created_at: Span | None = None
    document_status: str | None = None
    reference: str | None = None
    changes: tuple[StatusChange, ...] = ()
    unread: tuple[Unread, ...] = ()

    @property
    def event(self) -> Span | None:
        return self.created_at

    @property
    def line_count(self) -> int:
        return len(self.changes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsupported:
    """A document of a known message that isn't of a kind we know; ``reference`` is its number."""

    kind: ClassVar[str] = "unsupported"
    position: int
    name: str
    reason: str
    reference: str | None = None

    @property
    def event(self) -> Span | None:
        return None


Document = (
    OrderResponse
    | DespatchAdvice
    | ReceivingAdvice
    | InventoryReport
    | OperationsNotification
    | Unsupported
)
