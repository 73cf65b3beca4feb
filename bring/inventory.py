"""The lines of an inventoryReport, one by one."""

from datetime import tzinfo
from decimal import Decimal
from typing import Final

from lxml import etree

from .articles import (
    ITEM_DATA,
    NO_ARTICLE,
    ArticleFields,
    ItemFields,
    article,
    item_data,
    read_item_data,
    read_trade_item,
)
from .documents import InventoryLine, Quantity
from .fields import FieldError, attribute, parse_number, plain_number
from .names import LOCAL
from .parties import warehouse_code

# Number, warehouse code, article, items, status, reason, quantity, unit: the fields of
# InventoryLine as plain values, because most of the time only their digest is wanted.
LineFields = tuple[
    str | None,
    str | None,
    ArticleFields,
    tuple[ItemFields, ...],
    str | None,
    str | None,
    Decimal,
    str,
]

_STATUS_LINE: Final = "inventoryStatusLineItem"
_SPECIFICATIONS: Final = {
    _STATUS_LINE: "inventoryStatusQuantitySpecification",
    "inventoryActivityLineItem": "inventoryActivityQuantitySpecification",
}


def line(fields: LineFields) -> InventoryLine:
    number, warehouse, article_fields, items, status, reason, value, unit = fields
    return InventoryLine(
        number=number,
        warehouse_code=warehouse,
        article=article(article_fields),
        items=tuple(map(item_data, items)),
        status=status,
        reason=reason,
        quantity=Quantity(value=value, unit=unit),
    )


def fingerprint(fields: LineFields) -> str:
    """One line as text for a digest: equal exactly when the lines are."""
    number, warehouse, article_fields, items, status, reason, value, unit = fields
    plain = items and tuple(
        (*item[:4], item[4] and (plain_number(item[4].value), item[4].unit)) for item in items
    )
    amount = plain_number(value)
    return ascii((number, warehouse, article_fields, plain, status, reason, amount, unit))


def read_item(item: etree._Element, tz: tzinfo) -> list[LineFields]:
    """Read an inventoryItemLocationInformation: a line for each quantity specification in it.

    This runs a hundred thousand times for one report, so it looks at each element once.
    """
    warehouse: str | None = None
    article_fields, items = NO_ARTICLE, ()  # type: ArticleFields, tuple[ItemFields, ...]
    found: list[tuple[str | None, bool, etree._Element]] = []
    for child in item:
        name = LOCAL[child.tag]
        if name in _SPECIFICATIONS:
            found += _specifications(child, name)
        elif name == "transactionalTradeItem":
            article_fields, items = read_trade_item(child, tz)
        elif name == "inventoryLocation":
            warehouse = warehouse or warehouse_code(child)
    if not found:
        raise FieldError(item, "is missing", missing=_STATUS_LINE)
    return [
        (number, warehouse, article_fields, *_specification(element, is_status, items, tz))
        for number, is_status, element in found
    ]


def _specifications(
    line_item: etree._Element, name: str
) -> list[tuple[str | None, bool, etree._Element]]:
    """The quantity specifications of a line item: (the line's number, a status?, element)."""
    specification = _SPECIFICATIONS[name]
    number: str | None = None
    elements = []
    for child in line_item:
        child_name = LOCAL[child.tag]
        if child_name == specification:
            elements.append(child)
        elif child_name == "lineItemNumber":
            number = number or (child.text or "").strip() or None
    if not elements:
        raise FieldError(line_item, "is missing", missing=specification)
    return [(number, name == _STATUS_LINE, element) for element in elements]


def _specification(
    element: etree._Element, is_status: bool, items: tuple[ItemFields, ...], tz: tzinfo
) -> tuple[tuple[ItemFields, ...], str | None, str | None, Decimal, str]:
    """Read a quantity specification; ``items`` are those of its article."""
    code = amount = None
    unit = ""
    own: list[ItemFields] = []
    for child in element:
        name = LOCAL[child.tag]
        if name == "quantityOfUnits":
            found = (child.text or "").strip()
            if found and amount is None:
                amount = parse_number(found)
                if amount is None:
                    raise FieldError(child, "is not a number", found)
                unit = attribute(child, "measurementUnitCode").upper()
        elif name == "inventoryStatusType" or name == "inventoryActivityTypeCode":
            code = code or (child.text or "").strip() or None
        elif name == ITEM_DATA:
            fields = read_item_data(child, tz)
            if fields is not None:
                own.append(fields)
    if amount is None:
        raise FieldError(element, "is missing", missing="quantityOfUnits")
    if is_status:
        if code is None:
            raise FieldError(element, "is missing", missing="inventoryStatusType")
        return _merge(items, own), code.upper(), None, amount, unit
    return _merge(items, own), None, code, amount, unit


def _merge(items: tuple[ItemFields, ...], own: list[ItemFields]) -> tuple[ItemFields, ...]:
    """The item data of a specification: its own, completed by its article's if that is one."""
    if not own or not items:
        return items or tuple(own)
    if len(items) > 1:
        return (*items, *own)
    batch, best_before, lot_number, serials, _quantity = items[0]
    return tuple(
        (
            fields[0] or batch,
            fields[1] or best_before,
            fields[2] or lot_number,
            fields[3] or serials,
            fields[4],
        )
        for fields in own
    )
