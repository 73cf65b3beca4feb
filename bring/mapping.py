"""One function for each kind of document, from its element to its dataclass.

Read by local name, in any order, the first that isn't empty of what is repeated. Bring's
samples put some elements a level deeper than their own guidelines do: both places are read.
"""

from collections.abc import Callable
from datetime import tzinfo
from decimal import Decimal
from functools import partial
from typing import TypeVar

from lxml import etree

from .articles import ITEM_DATA, read_item_data, read_trade_item
from .codes import (
    BRING_GLNS,
    CONDITION_OK,
    FILLER_GINCS,
    GROSS_WEIGHT,
    KILOGRAMS,
    NET_WEIGHT,
    STATUSES,
)
from .documents import (
    Article,
    Condition,
    DespatchAdvice,
    DespatchLine,
    Header,
    ItemData,
    LogisticUnit,
    OperationsNotification,
    OrderResponse,
    Quantity,
    ReceivingAdvice,
    ReceivingLine,
    ReceivingUnit,
    StatusChange,
    Unread,
)
from .fields import (
    FieldError,
    amount_at,
    attribute,
    child,
    children,
    find,
    line_number,
    own_text,
    quantity,
    required_amount,
    text,
    text_at,
    walk,
    whole_text,
)
from .names import LOCAL
from .parties import party, warehouse_code
from .span import Span
from .times import information_at, span_at

_ENTITY = "entityIdentification"

_T = TypeVar("_T")


class Gaps:
    """What of a document can't be read; the rest of it is read all the same."""

    def __init__(self, position: int) -> None:
        self.position = position
        self.unread: list[Unread] = []

    def take(self, read: Callable[[], _T], is_needed: bool, line: str = "") -> _T | None:
        """Return what ``read`` reads; None, and a gap, when it can't."""
        try:
            return read()
        except FieldError as error:
            self.add(error, is_needed, line)
            return None

    def add(self, error: FieldError, is_needed: bool, line: str = "") -> None:
        words = str(error.placed(self.position))
        self.unread.append(Unread(f"Line {line}: {words}" if line else words, is_needed))

    def lines(
        self,
        unit: etree._Element,
        name: str,
        tz: tzinfo,
        read: Callable[[etree._Element, tzinfo, "Gaps"], _T],
    ) -> tuple[_T, ...]:
        """Read the line items of a unit; one that is wrong is a gap that goods need."""
        found = (
            self.take(partial(read, e, tz, self), True, _spelled_number(e) or "?")
            for e in children(unit, name)
        )
        return tuple(line for line in found if line is not None)


def _spelled_number(line: etree._Element) -> str | None:
    number = child(line, "lineItemNumber")
    return None if number is None else own_text(number)


def header(element: etree._Element, tz: tzinfo) -> Header:
    """Read the header. It is information only: what can't be read of it is left out."""
    gaps = Gaps(0)

    def told(*path: str) -> str | None:
        return gaps.take(partial(text_at, element, *path), False)

    return Header(
        type=told("DocumentIdentification", "Type"),
        sender=told("Sender", "Identifier"),
        receivers=tuple(filter(None, map(whole_text, walk(element, "Receiver", "Identifier")))),
        standard=told("DocumentIdentification", "Standard"),
        version=told("DocumentIdentification", "TypeVersion"),
        created_at=information_at(element, tz, "DocumentIdentification", "CreationDateAndTime"),
    )


def order_response(element: etree._Element, position: int, tz: tzinfo) -> OrderResponse:
    gaps = Gaps(position)
    own = ("orderResponseIdentification", _ENTITY)
    reference = text(find(element, ("originalOrder", _ENTITY), own))
    if reference is None:
        raise FieldError(element, "is missing", missing=f"originalOrder/{_ENTITY}")
    return OrderResponse(
        position=position,
        created_at=gaps.take(partial(span_at, element, tz, "creationDateTime"), False),
        document_status=text_at(element, "documentStatusCode"),
        reference=reference,
        response_reference=text_at(element, *own),
        status=_status(element, "responseStatusCode", "orderResponseIdentification"),
        buyer=gaps.take(partial(party, child(element, "buyer")), False),
        seller=gaps.take(partial(party, child(element, "seller")), False),
        unread=tuple(gaps.unread),
    )


def despatch_advice(
    element: etree._Element, position: int, tz: tzinfo, sender: str | None
) -> DespatchAdvice:
    """Read a despatchAdvice; ``sender`` is the header's: it may stand where the GINC should."""
    identification = "despatchAdviceIdentification"
    gaps = Gaps(position)
    # a wrong one is a contradiction that only a person can judge; where there is none, a span is
    left = gaps.take(partial(_despatch_time, element, tz, "despatchDateTime"), True)
    arrives = gaps.take(partial(_despatch_time, element, tz, "estimatedDeliveryDateTime"), False)
    units = tuple(_unit(e, tz, gaps) for e in children(element, "despatchAdviceLogisticUnit"))
    return DespatchAdvice(
        position=position,
        created_at=gaps.take(partial(span_at, element, tz, "creationDateTime"), False),
        document_status=text_at(element, "documentStatusCode"),
        reference=_reference(element, identification),
        status=_status(element, "deliveryTypeCode", identification),
        note=gaps.take(partial(_note, element, identification), False),
        ship_to=gaps.take(partial(party, child(element, "shipTo")), False),
        warehouse_code=warehouse_code(child(element, "inventoryLocation")),
        despatched_at=left,
        estimated_delivery_at=arrives,
        tracking=_tracking(element, sender),
        units=units,
        unread=tuple(gaps.unread),
    )


def receiving_advice(element: etree._Element, position: int, tz: tzinfo) -> ReceivingAdvice:
    gaps = Gaps(position)
    arrived = gaps.take(partial(span_at, element, tz, "receivingDateTime"), True)
    units = tuple(
        ReceivingUnit(
            sscc=_sscc(unit),
            lines=gaps.lines(unit, "receivingAdviceLineItem", tz, _receiving_line),
        )
        for unit in children(element, "receivingAdviceLogisticUnit")
    )
    return ReceivingAdvice(
        position=position,
        created_at=gaps.take(partial(span_at, element, tz, "creationDateTime"), False),
        document_status=text_at(element, "documentStatusCode"),
        reference=_reference(element, "receivingAdviceIdentification"),
        received_at=arrived,
        reporting_code=text_at(element, "reportingCode"),
        warehouse_code=warehouse_code(child(element, "inventoryLocation")),
        shipper=gaps.take(partial(party, child(element, "shipper")), False),
        receiver=gaps.take(partial(party, child(element, "receiver")), False),
        units=units,
        unread=tuple(gaps.unread),
    )


def _note(element: etree._Element, identification: str) -> str | None:
    return text(find(element, ("note",), (identification, "note")))


def operations_notification(
    element: etree._Element, position: int, tz: tzinfo
) -> OperationsNotification:
    """Read a warehousingOperationsNotification: its events, transaction by transaction."""
    gaps = Gaps(position)
    own = ("warehousingOperationsNotificationIdentification", _ENTITY)
    changes = (
        gaps.take(partial(_status_change, event, location, number, tz), True, number or "?")
        for transaction in children(element, "warehousingOperationsTransaction")
        for number in (text_at(transaction, "transactionSequenceNumber"),)
        for location in children(transaction, "warehousingOperationsLocation")
        for event in children(location, "tradeItemInventoryEvent")
    )
    return OperationsNotification(
        position=position,
        created_at=gaps.take(partial(span_at, element, tz, "creationDateTime"), False),
        document_status=text_at(element, "documentStatusCode"),
        reference=text_at(element, *own),
        changes=tuple(change for change in changes if change is not None),
        unread=tuple(gaps.unread),
    )


def _status_change(
    event: etree._Element, location: etree._Element, number: str | None, tz: tzinfo
) -> StatusChange:
    """Read an event. Article and item data stand in it as in a transactionalTradeItem."""
    of, items = read_trade_item(event, tz)
    return StatusChange(
        number=number,
        warehouse_code=warehouse_code(child(location, "inventoryLocation"))
        or warehouse_code(child(event, "inventorySubLocation")),
        article=of,
        items=items,
        quantity=amount_at(event, "tradeItemQuantity"),
        step=text_at(event, "inventoryBusinessStepCode"),
        disposition=text_at(event, "inventoryDispositionCode"),
        reason=text_at(event, "inventoryEventReasonCode"),
        reason_text=text_at(event, "inventoryEventReasonDescription"),
    )


def _reference(element: etree._Element, identification: str) -> str:
    reference = text_at(element, identification, _ENTITY)
    if reference is None:
        raise FieldError(element, "is missing", missing=f"{identification}/{_ENTITY}")
    return reference


def _status(element: etree._Element, name: str, identification: str) -> str | None:
    """A status: O1 to O4 or 99; a zero for the letter O is taken, or nothing in its place.

    Any other word as sent; None when there is none.
    """
    sent = text(find(element, (name,), (identification, name)))
    if sent is None:
        return None
    code = sent.upper()
    if len(code) == 1:
        code = "O" + code
    elif code[0] == "0":
        code = "O" + code[1:]
    return code if code in STATUSES else sent


def _despatch_time(element: etree._Element, tz: tzinfo, name: str) -> Span | None:
    return span_at(element, tz, "despatchInformation", name) or span_at(element, tz, name)


def _tracking(element: etree._Element, sender: str | None) -> str | None:
    """The first GINC of the advice's TransportInformation that isn't a filler."""
    for transport in element:
        if not LOCAL[transport.tag].lower().endswith("transportinformation"):
            continue
        for found in walk(transport, "consignmentIdentification", "ginc"):
            ginc = text(found)
            if ginc and ginc.strip("0") and ginc not in (sender, *FILLER_GINCS, *BRING_GLNS):
                return ginc
    return None


def _sscc(unit: etree._Element) -> str | None:
    sscc = text(find(unit, ("sscc",), ("logisticUnitIdentification", "sscc")))
    return sscc if sscc and sscc.strip("0") else None


def _weight(element: etree._Element, code: str) -> Quantity | None:
    """A weight by its measurementType (AAD, AAC), outside of the line items in ``element``.

    The type is an element beside the measurementValue, or an attribute of either.
    """
    for inner in element:
        if LOCAL[inner.tag].endswith("LineItem"):
            continue
        kind = text_at(inner, "measurementType") or attribute(inner, "measurementType")
        value = find(inner, ("measurementValue",))
        if value is None:
            value = inner if own_text(inner) else None
        else:
            kind = kind or attribute(value, "measurementType")
        if kind == code and value is not None:
            return quantity(value)
        below = _weight(inner, code)
        if below is not None:
            return below
    return None


def _kilograms(element: etree._Element, code: str) -> Quantity | None:
    """A weight by its type, in kilograms: the only unit that Bring publishes (KGM)."""
    found = _weight(element, code)
    if found is None or not found.value:
        return None
    factor = KILOGRAMS.get(found.unit or "KGM")
    if factor is None or found.value < 0:
        raise FieldError(element, "has a weight that is not one", f"{found.value} {found.unit}")
    return Quantity(value=found.value * factor, unit="KGM")


def _net_weight(element: etree._Element) -> Quantity | None:
    """A line's net weight: each of its item data (transactionalItemWeight) has its own."""
    items = [
        *walk(element, "transactionalTradeItem", ITEM_DATA),
        *children(element, ITEM_DATA),
    ]
    parts = [part for item in items if (part := _kilograms(item, NET_WEIGHT)) is not None]
    if parts:
        return Quantity(value=sum((part.value for part in parts), Decimal(0)), unit="KGM")
    return _kilograms(element, NET_WEIGHT)


def _unit(element: etree._Element, tz: tzinfo, gaps: Gaps) -> LogisticUnit:
    return LogisticUnit(
        sscc=_sscc(element),
        gross_weight=gaps.take(partial(_kilograms, element, GROSS_WEIGHT), False),
        lines=gaps.lines(element, "despatchAdviceLineItem", tz, _despatch_line),
    )


def _item(
    element: etree._Element, tz: tzinfo, undated: Callable[[FieldError], object] | None = None
) -> tuple[Article, tuple[ItemData, ...]]:
    """A line's article and item data, which may also stand beside the article.

    Without an article the line's number may tell which one it is.
    """
    found = Article()
    items: tuple[ItemData, ...] = ()
    trade_item = child(element, "transactionalTradeItem")
    if trade_item is not None:
        found, items = read_trade_item(trade_item, tz, undated)
    beside = (read_item_data(data, tz, undated) for data in children(element, ITEM_DATA))
    return found, (*items, *(item for item in beside if item is not None))


def _customer_reference(element: etree._Element) -> str | None:
    path = ("customerReference", _ENTITY)
    return text(find(element, path, ("transactionalTradeItem", *path)))


def _despatch_line(element: etree._Element, tz: tzinfo, gaps: Gaps) -> DespatchLine:
    number = line_number(text_at(element, "lineItemNumber"))
    of, items = _item(element, tz, lambda error: gaps.add(error, False, number or "?"))
    return DespatchLine(
        number=number,
        quantity=required_amount(element, "despatchedQuantity"),
        note=text_at(element, "note"),
        article=of,
        items=items,
        net_weight=gaps.take(partial(_net_weight, element), False, number or "?"),
        customer_reference=_customer_reference(element),
    )


def _receiving_line(element: etree._Element, tz: tzinfo, _gaps: Gaps) -> ReceivingLine:
    of, items = _item(element, tz)
    information = "receivingConditionInformation"
    return ReceivingLine(
        number=line_number(text_at(element, "lineItemNumber")),
        received=required_amount(element, "quantityReceived"),
        accepted=amount_at(element, "quantityAccepted"),
        article=of,
        items=items,
        customer_reference=_customer_reference(element),
        note=text_at(element, "note"),
        conditions=tuple(
            condition
            for path in ((information,), ("transactionalTradeItem", information))
            for found in walk(element, *path)
            if (condition := _condition(found)) is not None
        ),
    )


def _condition(element: etree._Element) -> Condition | None:
    """Read a condition; None when it is empty, OK when only its code is missing."""
    found = find(element, ("receivingConditionCode",))
    amount = amount_at(element, "receivingConditionQuantity")
    if found is None:
        return None if amount is None else Condition(code=CONDITION_OK, quantity=amount)
    return Condition(code=text(found) or "", quantity=amount)
