"""What Bring says of one order: order response, despatch advice, receiving advice.

Each function returns a Message with one document; `message` puts the documents of several in
one. What Bring says of its stock is in `inventory`, and offered here too.

Without quirks they are as Bring's guidelines have them (bring/contract/). With quirks they look as
Bring's own samples do: two creationDateTime, a zero clock for when goods moved, 04 for O4, type
code and note inside the identification, countrycode, an inventoryLocation without type, conditions
inside the item, STK and PCE for the same unit, dates as 150101, empty serial numbers, a filler as
tracking number, a GTIN of zeros.

Times (`at`) need a time zone; they are written in Oslo's. Numbers are Decimals in the line's unit.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from .envelope import KINDS, Message, message
from .inventory import (
    Change,
    NewStatus,
    Stock,
    inventory_adjustment,
    inventory_report,
    operations_notification,
)
from .orders import Address, Line, Order, Portion
from .style import Style, branch, checked, entity, leaf
from .tree import Element

__all__ = [
    "Change",
    "Message",
    "NewStatus",
    "Stock",
    "despatch_advice",
    "inventory_adjustment",
    "inventory_report",
    "message",
    "operations_notification",
    "order_response",
    "receiving_advice",
]

FILLER_GINC = "73500538500000019"  # stands where no tracking number is known

RESPONSE_STATUSES = ("O1", "O3")
DESPATCH_STATUSES = ("O1", "O2", "O3", "O4", "99")
CONDITIONS = ("0", "1", "2")  # OK, blocked, quality inspection

Quantities = Mapping[int, Decimal | int | str | Iterable[Portion | tuple[Any, ...]]]

LineItem = Callable[[Order, Line, list[Portion], Style], Element]


def order_response(order: Order, status: str, at: datetime, *, quirks: bool = False) -> Message:
    """Say that the order was received in the warehouse system (O1) or started (O3)."""
    _known("status of an order response", status, RESPONSE_STATUSES)
    reference = f"WMS-{order.reference}" if quirks else order.reference
    address = Style(quirks).address(order.customer)
    children = [
        *Style(quirks).created(at)[-2:],  # no sample repeats the time in this kind
        entity("orderResponseIdentification", reference),
        leaf("responseStatusCode", status.replace("O", "0") if quirks else status),
        branch("buyer", address) if address.children else None,
        branch("seller", Style(quirks).party(order.customer_number)),
        entity("originalOrder", order.reference),
    ]
    return _single("order_response", order, at, children, f"{order.reference} {status}", quirks)


def despatch_advice(
    order: Order,
    status: str,
    at: datetime,
    *,
    shipped: Quantities | None = None,
    tracking: str = "",
    note: str = "",
    arrives: datetime | None = None,
    by_day: bool | None = None,
    quirks: bool = False,
) -> Message:
    """Say how far the order is (O1, O2, O3, 99), or what was sent (O4).

    :param shipped: line number to a quantity or to Portions. None: with O4 all that was
        ordered, else nothing.
    :param tracking: the consignment's number (GINC).
    :param note: our extra reference.
    :param arrives: the estimated delivery; its day is told, as in the guideline's example.
    :param by_day: tell only the day of the despatch, with a zero clock; None: as the quirks are.
    :raise ValueError: for an unknown status, and for OrderError's reasons.
    """
    _known("status of a despatch advice", status, DESPATCH_STATUSES)
    style = Style(quirks)
    if shipped is None:
        shipped = {line.number: line.quantity for line in order.lines} if status == "O4" else {}
    ginc = tracking or (FILLER_GINC if quirks else "")
    type_code = leaf("deliveryTypeCode", status.replace("O", "0") if quirks else status)
    ship_to = style.address(order.customer, "countrycode")
    identification = [leaf("entityIdentification", order.reference)]
    # The guideline has these three, and the note's language; the sample has not.
    language = {} if quirks else {"languageCode": "NO"}
    beside = [type_code, Element("note", note, attributes=language) if note else None]
    parties = [branch("receiver", style.party(order.customer_number)), branch("shipper")]
    if quirks:
        identification, beside, parties = [*identification, *filter(None, beside)], [], []
    children = [
        *style.created(at),
        branch("despatchAdviceIdentification", *identification),
        *beside,
        *parties,
        branch("shipTo", ship_to, leaf("contact", "") if quirks else None)
        if ship_to.children
        else None,
        style.inventory_location(order.warehouse, typed=not quirks),
        branch(
            "despatchInformation",
            style.moved("despatchDateTime", at, by_day) if status == "O4" else None,
            style.moved("estimatedDeliveryDateTime", arrives, True) if arrives else None,
        ),
        branch(
            "despatchAdviceTransportInformation",
            branch("consignmentIdentification", leaf("ginc", ginc)),
        )
        if ginc
        else None,
        *_units(order, "despatchAdvice", shipped, quirks, _despatch_line),
    ]
    return _single("despatch_advice", order, at, children, f"{order.reference} {status}", quirks)


def receiving_advice(
    order: Order,
    at: datetime,
    *,
    received: Quantities | None = None,
    conditions: Mapping[int, Mapping[str, Decimal | int | str]] | None = None,
    by_day: bool | None = None,
    quirks: bool = False,
) -> Message:
    """Say what arrived on a purchase order or a return.

    :param received: line number to a quantity or to Portions; None: all that was ordered.
    :param conditions: line number to {condition code: quantity}; the rest of the line is
        OK (0). Conditions stand on the line's first portion of a logistic unit.
    :param by_day: tell only the day of the receipt, with a zero clock; None: as the quirks are.
    :raise ValueError: for an unknown condition, and when more is in a condition than came.
    """
    style = Style(quirks)
    if received is None:
        received = {line.number: line.quantity for line in order.lines}
    remaining = {
        number: {code: Decimal(str(value)) for code, value in codes.items()}
        for number, codes in (conditions or {}).items()
    }
    for codes in remaining.values():
        for code in codes:
            _known("condition", code, CONDITIONS)

    def line_item(order: Order, line: Line, portions: list[Portion], style: Style) -> Element:
        return _receiving_line(order, line, portions, style, remaining.get(line.number, {}))

    shipper = style.address(Address(name=order.customer.name, country=order.customer.country))
    children = [
        *style.created(at),
        entity("receivingAdviceIdentification", order.reference),
        style.moved("receivingDateTime", at, by_day),
        leaf("reportingCode", "4"),
        branch("shipper", shipper) if shipper.children else None,
        branch("receiver", style.party(order.customer_number)),
        style.inventory_location(order.warehouse),
        *_units(order, "receivingAdvice", received, quirks, line_item),
    ]
    for number, codes in remaining.items():
        if left := {code: value for code, value in codes.items() if value}:
            raise ValueError(f"line {number}: more in condition {left} than was received")
    return _single("receiving_advice", order, at, children, order.reference, quirks)


def _despatch_line(order: Order, line: Line, portions: list[Portion], style: Style) -> Element:
    unit = style.unit(line.unit, "PCE")
    total = sum((portion.quantity for portion in portions), Decimal(0))
    quantity = style.quantity("despatchedQuantity", total, unit, decimal=True)
    item = _item(line, style, _item_data(line, portions, style, unit))
    # The sample has the quantity after the item.
    parts = [item, quantity] if style.quirks else [quantity, item]
    return branch(
        "despatchAdviceLineItem",
        leaf("lineItemNumber", str(line.number)),
        *parts,
        entity("customerReference", order.reference),
    )


def _receiving_line(
    order: Order,
    line: Line,
    portions: list[Portion],
    style: Style,
    remaining: dict[str, Decimal],
) -> Element:
    unit = style.unit(line.unit, "STK")
    total = left = sum((portion.quantity for portion in portions), Decimal(0))
    codes = []
    for code in ("1", "2"):
        if taken := min(left, remaining.get(code, Decimal(0))):
            codes.append((code, taken))
            remaining[code] -= taken
            left -= taken
    remaining.pop("0", None)
    if left or not codes:
        codes.insert(0, ("0", left))
    # Without quirks OK is spelt out; the sample has no code.
    conditions = [
        branch(
            "receivingConditionInformation",
            None if style.quirks and code == "0" else leaf("receivingConditionCode", code),
            style.quantity("receivingConditionQuantity", value, None, decimal=True),
        )
        for code, value in codes
    ]
    beside = [entity("customerReference", order.reference), *conditions]
    data = _item_data(line, portions, style, "" if style.quirks else unit)
    item = _item(line, style, data, beside if style.quirks else [])
    return branch(
        "receivingAdviceLineItem",
        leaf("lineItemNumber", str(line.number)),
        style.quantity("quantityReceived", total, unit, decimal=True),
        style.quantity("quantityAccepted", total, unit, decimal=True),
        item,
        *(() if style.quirks else beside),
    )


def _item(line: Line, style: Style, data: list[Element], more: Iterable[Element] = ()) -> Element:
    return style.article(
        article=line.article,
        gtin=line.gtin,
        supplier_article=line.supplier_article,
        description=line.description,
        data=data,
        more=more,
    )


def _item_data(line: Line, portions: list[Portion], style: Style, unit: str) -> list[Element]:
    """Write the batches of a line; their quantity where there are several (quirk: always)."""
    numbered = style.quirks or len(portions) > 1
    data = [
        style.item_data(
            batch=portion.batch,
            best_before=line.best_before(portion.batch),
            serials=portion.serials,
            quantity=style.quantity("tradeItemQuantity", portion.quantity, unit, decimal=True)
            if numbered
            else None,
        )
        for portion in portions
    ]
    return [element for element in data if element is not None]


def _units(
    order: Order, prefix: str, quantities: Quantities, quirks: bool, line_item: LineItem
) -> list[Element]:
    """Write the logistic units: one for each SSCC, one for what has none (quirk: one a line)."""
    units: dict[tuple[Any, ...], dict[int, list[Portion]]] = {}
    for number, value in quantities.items():
        for portion in _portions(order.line(number), value):
            key = (portion.sscc, number) if quirks else (portion.sscc,)
            units.setdefault(key, {}).setdefault(number, []).append(portion)
    style = Style(quirks)
    elements = []
    for (sscc, *_), lines in units.items():
        code = branch("logisticUnitIdentification", leaf("sscc", sscc)) if sscc else None
        items = [line_item(order, order.line(n), portions, style) for n, portions in lines.items()]
        elements.append(branch(f"{prefix}LogisticUnit", code, *items))
    return elements


def _portions(
    line: Line, value: Decimal | int | str | Iterable[Portion | tuple[Any, ...]]
) -> list[Portion]:
    if isinstance(value, Decimal | int | str):
        return line.portions(Decimal(value))
    portions = [Portion(*part) for part in value]
    return [portion._replace(quantity=Decimal(str(portion.quantity))) for portion in portions]


def _known(what: str, value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise ValueError(f"{value!r} is no {what}; it is one of {', '.join(allowed)}")


def _single(
    kind: str,
    order: Order,
    at: datetime,
    children: Iterable[Element | None],
    title: str,
    quirks: bool,
) -> Message:
    return Message(
        kind=kind,
        documents=(branch(KINDS[kind].document, *children),),
        receiver=order.customer_number,
        created_at=checked(at),
        title=title,
        quirks=quirks,
    )
