"""transactionalTradeItem and transactionalItemData, as every message has them.

Reading goes in two steps: the layout says where each value stands, the values are then taken
from there. For one line the places are elements. In a stock report they are numbers, because
its hundred thousand items have only a few layouts (see ``inventory``).
"""

from collections.abc import Callable
from datetime import date, tzinfo
from functools import lru_cache
from typing import Final, Generic, NamedTuple, Protocol, TypeVar

from lxml import etree

from .codes import GRADE, ITEM_STATUS, OWN_ARTICLE, SUPPLIER_ARTICLE
from .documents import Article, ItemData, Quantity
from .fields import FieldError, attribute, clean, leaf, parse_number
from .names import LOCAL
from .times import NotSet, parse_date

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

ITEM_DATA: Final = "transactionalItemData"
_ITEM_NAMES: Final = frozenset({"batchNumber", "bestBeforeDate", "lotNumber", "serialNumber"})
_ITEM_LEAVES: Final = _ITEM_NAMES | {"tradeItemQuantity"}
_LEAVES: Final = _ITEM_NAMES | {
    "additionalTradeItemIdentification",
    "gtin",
    "tradeItemDescription",
}
_GTIN_DIGITS: Final = 14
_MAX_KNOWN: Final = 64  # characters of a number that is remembered

Place = TypeVar("Place")
PlaceIn = TypeVar("PlaceIn", contravariant=True)


class Texts(Protocol[PlaceIn]):
    """The text at a place."""

    def __getitem__(self, place: PlaceIn, /) -> str: ...


class ItemLayout(NamedTuple, Generic[Place]):
    """Where the values of a transactionalItemData stand; ``unit`` is the quantity's."""

    batch: Place | None = None
    best_before: Place | None = None
    lot_number: Place | None = None
    serials: tuple[Place, ...] = ()
    quantity: Place | None = None
    unit: str = ""


class ArticleLayout(NamedTuple, Generic[Place]):
    """Where the values of a transactionalTradeItem stand, and those of the item data in it."""

    gtins: tuple[Place, ...] = ()
    own: Place | None = None
    supplier: Place | None = None
    grade: Place | None = None
    status: Place | None = None
    others: tuple[tuple[str, Place], ...] = ()
    description: Place | None = None
    items: tuple[ItemLayout[Place], ...] = ()


def article_layout(
    element: etree._Element, place: Callable[[etree._Element], Place | None]
) -> ArticleLayout[Place]:
    """Find the values of a transactionalTradeItem; ``place`` is None for an empty element.

    A batch or a serial number may stand in it directly, without transactionalItemData.
    """
    gtins: list[Place] = []
    numbers: dict[str, Place] = {}
    others: list[tuple[str, Place]] = []
    description: Place | None = None
    items: list[ItemLayout[Place]] = []
    has_item = False
    for child in element:
        name = LOCAL[child.tag]
        if name == ITEM_DATA:
            items.append(item_layout(child, place))
            continue
        found = place(child) if name in _LEAVES else None
        if found is None:
            continue
        if name == "additionalTradeItemIdentification":
            code = attribute(child, "additionalTradeItemIdentificationTypeCode").upper()
            if code in numbers:
                others.append((code, found))
            else:
                numbers[code] = found
        elif name == "gtin":
            gtins.append(found)
        elif name == "tradeItemDescription":
            description = found if description is None else description
        elif name in _ITEM_NAMES:
            has_item = True
    if has_item:  # the quantity beside it is the whole line's
        items.append(item_layout(element, place)._replace(quantity=None, unit=""))
    own = next((numbers.pop(code) for code in OWN_ARTICLE if code in numbers), None)
    return ArticleLayout(
        gtins=tuple(gtins),
        own=own,
        supplier=numbers.pop(SUPPLIER_ARTICLE, None),
        grade=numbers.pop(GRADE, None),
        status=numbers.pop(ITEM_STATUS, None),
        others=(*numbers.items(), *others),
        description=description,
        items=tuple(item for item in items if item != ItemLayout()),
    )


def item_layout(
    element: etree._Element, place: Callable[[etree._Element], Place | None]
) -> ItemLayout[Place]:
    """Find the values of a transactionalItemData."""
    found: dict[str, Place] = {}
    serials: list[Place] = []
    unit = ""
    for child in element:
        name = LOCAL[child.tag]
        at = place(child) if name in _ITEM_LEAVES else None
        if at is None:
            continue
        if name == "serialNumber":
            serials.append(at)
        elif name not in found:
            found[name] = at
            if name == "tradeItemQuantity":
                unit = attribute(child, "measurementUnitCode").upper()
    return ItemLayout(
        batch=found.get("batchNumber"),
        best_before=found.get("bestBeforeDate"),
        lot_number=found.get("lotNumber"),
        serials=tuple(serials),
        quantity=found.get("tradeItemQuantity"),
        unit=unit,
    )


def _gtin(number: str) -> str | None:
    """A GTIN with 14 digits; None when it is zeros ("not used"), "" when it is no GTIN."""
    return _short_gtin(number) if len(number) <= _MAX_KNOWN else _any_gtin(number)


def _any_gtin(number: str) -> str | None:
    if not number.strip("0"):
        return None
    digits = number.lstrip("0") if len(number) > _GTIN_DIGITS else number
    is_gtin = digits.isascii() and digits.isdigit() and len(digits) <= _GTIN_DIGITS
    return digits.zfill(_GTIN_DIGITS) if is_gtin else ""


_short_gtin = lru_cache(maxsize=4096)(_any_gtin)


def article_fields(layout: ArticleLayout[Place], texts: Texts[Place]) -> ArticleFields:
    """Take the values. What stands as GTIN but is none becomes another number, type GTIN."""
    gtins, own, supplier, grade, status, others, description, _items = layout
    gtin: str | None = None
    rest: tuple[tuple[str, str], ...] = ()
    if others:
        rest = tuple([(code, texts[place]) for code, place in others])
    for place in gtins:
        found = _gtin(texts[place])
        if found == "":
            rest += (("GTIN", texts[place]),)
        else:
            gtin = gtin or found
    return (
        gtin,
        None if own is None else texts[own],
        None if supplier is None else texts[supplier],
        None if grade is None else texts[grade],
        None if status is None else texts[status],
        rest,
        None if description is None else texts[description],
    )


def item_fields(
    layout: ItemLayout[Place],
    texts: Texts[Place],
    tz: tzinfo,
    undated: Callable[[FieldError], object] | None = None,
) -> ItemFields:
    """Take the values; FieldError at the place of a wrong one.

    ``undated`` is told of a best-before date that can't be read, where none is needed.
    """
    batch, best_before, lot_number, serials, quantity, unit = layout
    day: date | None = None
    amount: Quantity | None = None
    if best_before is not None:
        try:
            day = parse_date(texts[best_before], tz)
        except NotSet:
            pass  # 9999-12-31: the goods don't go bad
        except ValueError as error:
            wrong = FieldError(best_before, str(error), texts[best_before])
            if undated is None:
                raise wrong from None
            undated(wrong)
    if quantity is not None:
        value = parse_number(texts[quantity])
        if value is None:
            raise FieldError(quantity, "is not a number", texts[quantity])
        amount = Quantity(value=value, unit=unit)
    return (
        None if batch is None else texts[batch],
        day,
        None if lot_number is None else texts[lot_number],
        tuple([texts[serial] for serial in serials]),
        amount,
    )


class _ElementTexts:
    """The texts of elements that aren't empty."""

    def __getitem__(self, element: etree._Element, /) -> str:
        return clean(element.text or "")


def read_trade_item(
    element: etree._Element, tz: tzinfo, undated: Callable[[FieldError], object] | None = None
) -> tuple[Article, tuple[ItemData, ...]]:
    """Read a transactionalTradeItem: the article, and the item data in it."""
    layout = article_layout(element, leaf)
    texts = _ElementTexts()
    items = tuple(item_data(item_fields(item, texts, tz, undated)) for item in layout.items)
    return article(article_fields(layout, texts)), items


def read_item_data(
    element: etree._Element, tz: tzinfo, undated: Callable[[FieldError], object] | None = None
) -> ItemData | None:
    """Read a transactionalItemData; None when all in it is empty."""
    layout = item_layout(element, leaf)
    if layout == ItemLayout():
        return None
    return item_data(item_fields(layout, _ElementTexts(), tz, undated))


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
