"""transactionalTradeItem and transactionalItemData, as every message has them.

They are read as plain tuples first: a stock report has a hundred thousand of them, and its
digest needs no objects.
"""

from datetime import date, tzinfo
from functools import lru_cache
from typing import Final

from lxml import etree

from .codes import GRADE, ITEM_STATUS, OWN_ARTICLE, SUPPLIER_ARTICLE
from .documents import Article, ItemData, Quantity
from .fields import attribute, quantity
from .names import LOCAL
from .times import date_of

# The fields of Article and of ItemData, in their order.
ArticleFields = tuple[
    str | None,
    str | None,
    str | None,
    str | None,
    str | None,
    tuple[tuple[str, str], ...],
    str | None,
]
ItemFields = tuple[str | None, date | None, str | None, tuple[str, ...], Quantity | None]

NO_ARTICLE: Final[ArticleFields] = (None, None, None, None, None, (), None)
ITEM_DATA: Final = "transactionalItemData"
_ITEM_NAMES: Final = frozenset({"batchNumber", "bestBeforeDate", "lotNumber", "serialNumber"})
_GTIN_DIGITS: Final = 14


def article(fields: ArticleFields) -> Article:
    gtin, own, supplier, grade, status, others, description = fields
    return Article(
        gtin=gtin,
        own=own,
        supplier=supplier,
        grade=grade,
        status=status,
        others=others,
        description=description,
    )


def item_data(fields: ItemFields) -> ItemData:
    batch, best_before, lot_number, serials, amount = fields
    return ItemData(
        batch=batch,
        best_before=best_before,
        lot_number=lot_number,
        serials=serials,
        quantity=amount,
    )


@lru_cache(maxsize=4096)
def _gtin(number: str) -> str | None:
    """A GTIN with 14 digits; None when it is zeros ("not used"), "" when it is no GTIN."""
    if not number.strip("0"):
        return None
    digits = number.lstrip("0") if len(number) > _GTIN_DIGITS else number
    is_gtin = digits.isascii() and digits.isdigit() and len(digits) <= _GTIN_DIGITS
    return digits.zfill(_GTIN_DIGITS) if is_gtin else ""


def read_trade_item(
    element: etree._Element, tz: tzinfo
) -> tuple[ArticleFields, tuple[ItemFields, ...]]:
    """Read a transactionalTradeItem: the article, and the item data in it.

    A batch or a serial number may stand in it directly, without transactionalItemData. What
    stands as GTIN but is none is kept among the others, with type GTIN.
    """
    gtin = description = None
    numbers: dict[str, str] = {}
    others: list[tuple[str, str]] = []
    items: list[ItemFields] = []
    is_item = False
    for child in element:
        name = LOCAL[child.tag]
        found = (child.text or "").strip()
        if name == "additionalTradeItemIdentification":
            if found:
                code = attribute(child, "additionalTradeItemIdentificationTypeCode").upper()
                if code in numbers:
                    others.append((code, found))
                else:
                    numbers[code] = found
        elif name == "gtin":
            gtin = gtin or _gtin(found)
            if gtin == "":
                others.append(("GTIN", found))
                gtin = None
        elif name == ITEM_DATA:
            fields = read_item_data(child, tz)
            if fields is not None:
                items.append(fields)
        elif name == "tradeItemDescription":
            description = description or found or None
        elif name in _ITEM_NAMES:
            is_item = True
    if is_item:
        fields = read_item_data(element, tz)
        if fields is not None:  # the quantity beside it is the whole line's
            items.append((*fields[:4], None))
    own = next((numbers.pop(code) for code in OWN_ARTICLE if code in numbers), None)
    supplier = numbers.pop(SUPPLIER_ARTICLE, None)
    grade = numbers.pop(GRADE, None)
    status = numbers.pop(ITEM_STATUS, None)
    rest = (*numbers.items(), *others) if numbers or others else ()
    return (gtin, own, supplier, grade, status, rest, description), tuple(items)


def read_item_data(element: etree._Element, tz: tzinfo) -> ItemFields | None:
    """Read a transactionalItemData; None when all in it is empty."""
    batch = best_before = lot_number = amount = None
    serials: list[str] = []
    for child in element:
        found = (child.text or "").strip()
        if not found:
            continue
        name = LOCAL[child.tag]
        if name == "batchNumber":
            batch = batch or found
        elif name == "serialNumber":
            serials.append(found)
        elif name == "bestBeforeDate":
            best_before = best_before or date_of(child, tz)
        elif name == "lotNumber":
            lot_number = lot_number or found
        elif name == "tradeItemQuantity":
            amount = amount or quantity(child)
    if not (batch or serials or best_before or lot_number or amount):
        return None
    return batch, best_before, lot_number, tuple(serials), amount
