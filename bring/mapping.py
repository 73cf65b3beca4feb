"""One function for each kind of document, from its element to its dataclass.

Read by local name, in any order, the first that isn't empty of what is repeated. Bring's
samples put some elements a level deeper than their own guidelines do: both places are read.
"""

from datetime import datetime, tzinfo

from lxml import etree

from .articles import ITEM_DATA, read_item_data, read_trade_item
from .codes import (
    BRING_GLNS,
    CONDITION_OK,
    CONDITIONS,
    FILLER_GINCS,
    GROSS_WEIGHT,
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
    OrderResponse,
    Quantity,
    ReceivingAdvice,
    ReceivingLine,
    ReceivingUnit,
)
from .fields import (
    FieldError,
    amount_at,
    attribute,
    child,
    children,
    find,
    quantity,
    required_amount,
    text,
    text_at,
    walk,
)
from .names import LOCAL
from .parties import party, warehouse_code
from .times import moment_at

_ENTITY = "entityIdentification"


def header(element: etree._Element, tz: tzinfo) -> Header:
    """Read the header. It is information only: a time that can't be read is left out."""
    try:
        created_at = moment_at(element, tz, "DocumentIdentification", "CreationDateAndTime")
    except FieldError:
        created_at = None
    return Header(
        type=text_at(element, "DocumentIdentification", "Type"),
        sender=text_at(element, "Sender", "Identifier"),
        receiver=text_at(element, "Receiver", "Identifier"),
        standard=text_at(element, "DocumentIdentification", "Standard"),
        version=text_at(element, "DocumentIdentification", "TypeVersion"),
        created_at=created_at,
    )


def order_response(element: etree._Element, position: int, tz: tzinfo) -> OrderResponse:
    own = ("orderResponseIdentification", _ENTITY)
    reference = text(find(element, ("originalOrder", _ENTITY), own))
    if reference is None:
        raise FieldError(element, "is missing", missing=f"originalOrder/{_ENTITY}")
    return OrderResponse(
        position=position,
        created_at=moment_at(element, tz, "creationDateTime"),
        document_status=text_at(element, "documentStatusCode"),
        reference=reference,
        response_reference=text_at(element, *own),
        status=_status(element, "responseStatusCode", "orderResponseIdentification"),
        buyer=party(child(element, "buyer")),
        seller=party(child(element, "seller")),
    )


def despatch_advice(
    element: etree._Element, position: int, tz: tzinfo, sender: str | None
) -> DespatchAdvice:
    """Read a despatchAdvice; ``sender`` is the header's: it may stand where the GINC should."""
    identification = "despatchAdviceIdentification"
    return DespatchAdvice(
        position=position,
        created_at=moment_at(element, tz, "creationDateTime"),
        document_status=text_at(element, "documentStatusCode"),
        reference=_reference(element, identification),
        status=_status(element, "deliveryTypeCode", identification),
        note=text(find(element, ("note",), (identification, "note"))),
        ship_to=party(child(element, "shipTo")),
        warehouse_code=warehouse_code(child(element, "inventoryLocation")),
        despatched_at=_despatch_time(element, tz, "despatchDateTime"),
        estimated_delivery_at=_despatch_time(element, tz, "estimatedDeliveryDateTime"),
        tracking=_tracking(element, sender),
        units=tuple(_unit(e, tz) for e in children(element, "despatchAdviceLogisticUnit")),
    )


def receiving_advice(element: etree._Element, position: int, tz: tzinfo) -> ReceivingAdvice:
    return ReceivingAdvice(
        position=position,
        created_at=moment_at(element, tz, "creationDateTime"),
        document_status=text_at(element, "documentStatusCode"),
        reference=_reference(element, "receivingAdviceIdentification"),
        received_at=moment_at(element, tz, "receivingDateTime"),
        reporting_code=text_at(element, "reportingCode"),
        warehouse_code=warehouse_code(child(element, "inventoryLocation")),
        shipper=party(child(element, "shipper")),
        receiver=party(child(element, "receiver")),
        units=tuple(
            ReceivingUnit(
                sscc=_sscc(unit),
                lines=tuple(
                    _receiving_line(e, tz) for e in children(unit, "receivingAdviceLineItem")
                ),
            )
            for unit in children(element, "receivingAdviceLogisticUnit")
        ),
    )


def _reference(element: etree._Element, identification: str) -> str:
    reference = text_at(element, identification, _ENTITY)
    if reference is None:
        raise FieldError(element, "is missing", missing=f"{identification}/{_ENTITY}")
    return reference


def _status(element: etree._Element, name: str, identification: str) -> str:
    """A status: O1 to O4 or 99; a zero for the letter O is taken, or nothing in its place."""
    found = find(element, (name,), (identification, name))
    if found is None:
        raise FieldError(element, "is missing", missing=name)
    sent = text(found) or ""
    code = sent.upper()
    if len(code) == 1:
        code = "O" + code
    elif code[0] == "0":
        code = "O" + code[1:]
    if code not in STATUSES:
        raise FieldError(found, "is not a known status", sent)
    return code


def _despatch_time(element: etree._Element, tz: tzinfo, name: str) -> datetime | None:
    return moment_at(element, tz, "despatchInformation", name) or moment_at(element, tz, name)


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
            value = inner if text(inner) else None
        else:
            kind = kind or attribute(value, "measurementType")
        if kind == code and value is not None:
            return quantity(value)
        below = _weight(inner, code)
        if below is not None:
            return below
    return None


def _unit(element: etree._Element, tz: tzinfo) -> LogisticUnit:
    return LogisticUnit(
        sscc=_sscc(element),
        gross_weight=_weight(element, GROSS_WEIGHT),
        lines=tuple(_despatch_line(e, tz) for e in children(element, "despatchAdviceLineItem")),
    )


def _item(element: etree._Element, tz: tzinfo) -> tuple[Article, tuple[ItemData, ...]]:
    """A line's article and item data, which may also stand beside the article."""
    trade_item = child(element, "transactionalTradeItem")
    if trade_item is None:
        raise FieldError(element, "is missing", missing="transactionalTradeItem")
    found, items = read_trade_item(trade_item, tz)
    beside = (read_item_data(data, tz) for data in children(element, ITEM_DATA))
    return found, (*items, *(item for item in beside if item is not None))


def _customer_reference(element: etree._Element) -> str | None:
    path = ("customerReference", _ENTITY)
    return text(find(element, path, ("transactionalTradeItem", *path)))


def _despatch_line(element: etree._Element, tz: tzinfo) -> DespatchLine:
    of, items = _item(element, tz)
    return DespatchLine(
        number=text_at(element, "lineItemNumber"),
        quantity=required_amount(element, "despatchedQuantity"),
        note=text_at(element, "note"),
        article=of,
        items=items,
        net_weight=_weight(element, NET_WEIGHT),
        customer_reference=_customer_reference(element),
    )


def _receiving_line(element: etree._Element, tz: tzinfo) -> ReceivingLine:
    of, items = _item(element, tz)
    information = "receivingConditionInformation"
    return ReceivingLine(
        number=text_at(element, "lineItemNumber"),
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
    code = text(found) or ""
    if code not in CONDITIONS:
        raise FieldError(found, "is not a known receiving condition", code)
    return Condition(code=code, quantity=amount)
