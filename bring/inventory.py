"""The lines of an inventoryReport, one by one.

A report has up to a hundred thousand items, but they have only a few shapes: the same
elements, attributes and order, other texts. So each item is written out once by lxml and cut
into its shape and its texts. A new shape is laid out (which text means what); for one that is
known, the values are taken by number. There is one way of reading, and most of it is done
once a shape, not once an item.
"""

import re
from datetime import tzinfo
from decimal import Decimal
from functools import lru_cache
from typing import Final, NamedTuple

from lxml import etree

from .articles import (
    ITEM_DATA,
    ArticleFields,
    ArticleLayout,
    ItemFields,
    ItemLayout,
    article,
    article_fields,
    article_layout,
    item_data,
    item_fields,
    item_layout,
)
from .documents import InventoryLine, Quantity
from .fields import (
    NO_WIDTH,
    FieldError,
    attribute,
    child,
    children,
    clean,
    leaf,
    line_number,
    parse_number,
    plain_number,
)
from .names import LOCAL
from .parties import warehouse_element

# Number, warehouse code, article, items, status, reason, quantity, unit, problem: the fields of
# InventoryLine as plain values, because most of the time only their digest is wanted.
LineFields = tuple[
    str | None,
    str | None,
    ArticleFields,
    tuple[ItemFields, ...],
    str | None,
    str | None,
    Decimal | None,
    str,
    str | None,
]
PROBLEM: Final = 8

_STATUS_LINE: Final = "inventoryStatusLineItem"
_SPECIFICATIONS: Final = {
    _STATUS_LINE: "inventoryStatusQuantitySpecification",
    "inventoryActivityLineItem": "inventoryActivityQuantitySpecification",
}
_MAX_SHAPES: Final = 256
_split = re.compile(">([^<]+)</").split
_ENTITY: Final = re.compile("&(?:(lt|gt|amp|quot)|#(?:x([0-9A-Fa-f]+)|([0-9]+)));")
_NAMED: Final = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}


class _Line(NamedTuple):
    """Where the values of a quantity specification stand; what is None is nowhere."""

    number: int | None
    is_status: bool
    code: int | None = None
    quantity: int | None = None
    unit: str = ""
    items: tuple[ItemLayout[int], ...] = ()
    missing: FieldError | None = None  # in the marked item


class _Shape(NamedTuple):
    """Where the values of an inventoryItemLocationInformation stand, by the text's number."""

    warehouse: int | None
    article: ArticleLayout[int]
    lines: tuple[_Line, ...]


_MAX_UNIT: Final = 16  # characters of a unit that is remembered

_known_quantity = lru_cache(maxsize=4096)(Quantity)


def _quantity(value: Decimal, unit: str) -> Quantity:
    make = _known_quantity if len(unit) <= _MAX_UNIT else Quantity
    return make(value=value, unit=unit)


def line(fields: LineFields) -> InventoryLine:
    number, warehouse, of, items, status, reason, value, unit, problem = fields
    return InventoryLine(
        number=number,
        warehouse_code=warehouse,
        article=article(of),
        items=tuple(map(item_data, items)) if items else (),
        status=status,
        reason=reason,
        quantity=None if value is None else _quantity(value=value, unit=unit),
        problem=problem,
    )


def fingerprint(fields: LineFields) -> str:
    """One line as text for a digest: equal exactly when the lines are.

    The separators can't stand in a text of XML, and no text is empty.
    """
    number, warehouse, of, items, status, reason, value, unit, _problem = fields
    gtin, own, supplier, grade, item_status, others, description = of
    plain = items and [
        (*item[:4], item[4] and (plain_number(item[4].value), item[4].unit)) for item in items
    ]
    return "\x1f".join(
        (
            number or "",
            warehouse or "",
            gtin or "",
            own or "",
            supplier or "",
            grade or "",
            item_status or "",
            ascii(others) if others else "",
            description or "",
            ascii(plain) if plain else "",
            status or "",
            reason or "",
            "" if value is None else plain_number(value),
            unit,
        )
    )


class ItemReader:
    """Reads the items of one report; it remembers their shapes."""

    def __init__(self, tz: tzinfo) -> None:
        self.tz = tz
        self._shapes: dict[str, _Shape] = {}
        self._markup: list[str] = []
        self._shape = _Shape(None, ArticleLayout(), ())

    def read(self, item: etree._Element, position: int, before: int) -> list[LineFields]:
        """Read an inventoryItemLocationInformation: a line for each quantity specification.

        One line without a quantity when there is none. A line that can't be read says why, with
        its place: the report's ``position``, and how many items of it came ``before``.
        White space alone counts as nothing, and is taken out of ``item``.
        """
        written = etree.tostring(item, encoding="unicode", with_tail=False)
        pieces = _split(written)
        texts = [piece.strip() for piece in pieces[1::2]]
        if "&" in written or any(map(written.__contains__, NO_WIDTH)):
            texts = [clean(_ENTITY.sub(_character, found)) for found in texts]
        if "" in texts:
            _drop_blanks(item)
            return self.read(item, position, before)
        markup = pieces[::2]
        if markup != self._markup:  # most are as the one before
            self._shape = self._shape_of(pieces, markup)
            self._markup = markup
        wrong: list[tuple[int, FieldError]] = []
        lines = _lines(self._shape, texts, self.tz, wrong)
        for index, error in wrong:
            place = _counterpart(error.element, _marked(pieces), item)
            placed = FieldError(place, error.reason, error.value, error.missing)
            problem = str(placed.placed(position, before))
            number, warehouse, of, _items, status, reason, *_rest = lines[index]
            lines[index] = (number, warehouse, of, (), status, reason, None, "", problem)
        return lines

    def _shape_of(self, pieces: list[str], markup: list[str]) -> _Shape:
        key = "\n".join(markup)
        shape = self._shapes.get(key)
        if shape is None:
            shape = _shape(_marked(pieces))
            if len(self._shapes) < _MAX_SHAPES:  # a hostile report may have any number
                self._shapes[key] = shape
        return shape


def _lines(
    shape: _Shape, texts: list[str], tz: tzinfo, wrong: list[tuple[int, FieldError]]
) -> list[LineFields]:
    """Take the values. What is wrong with a line is added to ``wrong``, with the line's index."""
    warehouse = None if shape.warehouse is None else texts[shape.warehouse]
    of = article_fields(shape.article, texts)
    lines: list[LineFields] = []
    for number, is_status, code, quantity, unit, layouts, missing in shape.lines:
        value = None if quantity is None else parse_number(texts[quantity])
        sent = None if code is None else texts[code]
        items: tuple[ItemFields, ...] = ()
        if missing is not None:
            wrong.append((len(lines), missing))
        elif value is None and quantity is not None:
            wrong.append((len(lines), FieldError(quantity, "is not a number", texts[quantity])))
        elif layouts:
            # a count of stock has no use for a date: one that can't be read is left out
            undated = _ignore if is_status else None
            try:
                items = tuple([item_fields(item, texts, tz, undated) for item in layouts])
            except FieldError as error:
                wrong.append((len(lines), error))
        lines.append(
            (
                None if number is None else line_number(texts[number]),
                warehouse,
                of,
                items,
                sent.upper() if is_status and sent else None,
                None if is_status else sent,
                value,
                unit,
                None,
            )
        )
    return lines


def _ignore(_error: FieldError) -> None:
    """Do nothing about it."""


def _marked(pieces: list[str]) -> etree._Element:
    """The item again, with each text's number in its place.

    An element without others in it has a number or nothing; a text before an element in it is a
    message's own, and never read.
    """
    numbered = [p if i % 2 == 0 else f">{i // 2}</" for i, p in enumerate(pieces)]
    return etree.fromstring("".join(numbered), etree.XMLParser(resolve_entities=False))


def _place(element: etree._Element) -> int | None:
    held = leaf(element)
    return None if held is None else int(held.text or "")


def _counterpart(
    place: etree._Element | int, marked: etree._Element, item: etree._Element
) -> etree._Element:
    """The element of ``item`` that is at ``place``: a text's number, or in a marked item."""
    steps: list[int] = []
    if isinstance(place, int):
        number = str(place)
        place = next(e for e in marked.iter() if e.text == number and not len(e))
    while (parent := place.getparent()) is not None:
        steps.append(parent.index(place))
        place = parent
    for step in reversed(steps):
        item = item[step]
    return item


def _character(entity: re.Match[str]) -> str:
    name, hexadecimal, decimal = entity.groups()
    if name:
        return _NAMED[name]
    return chr(int(hexadecimal, 16) if hexadecimal else int(decimal))


def _drop_blanks(item: etree._Element) -> None:
    for element in item.iter():
        if element.text is not None and not clean(element.text):
            element.text = None
        if element.tail is not None and not clean(element.tail):
            element.tail = None


def _shape(item: etree._Element) -> _Shape:
    """Lay out a marked item; a line that lacks something knows what."""
    location = child(item, "inventoryLocation")
    trade_item = child(item, "transactionalTradeItem")
    warehouse: int | None = None
    layout: ArticleLayout[int] = ArticleLayout()
    missing: FieldError | None = None
    try:
        code = None if location is None else warehouse_element(location)
        warehouse = None if code is None else _place(code)
        if trade_item is not None:
            layout = article_layout(trade_item, _place)
    except FieldError as error:
        missing = error
    lines = [
        _line(specification, number, name == _STATUS_LINE, layout.items)
        for line_item in item
        if (name := LOCAL[line_item.tag]) in _SPECIFICATIONS
        for number, specification in _specifications(line_item, _SPECIFICATIONS[name])
    ]
    lines = lines or [_Line(None, is_status=False, items=layout.items)]
    if trade_item is None:
        missing = FieldError(item, "is missing", missing="transactionalTradeItem")
    if missing is not None:
        lines = [line._replace(missing=missing) for line in lines]
    return _Shape(warehouse, layout, tuple(lines))


def _specifications(
    line_item: etree._Element, name: str
) -> list[tuple[int | None, etree._Element | FieldError]]:
    """The quantity specifications of a line item, each with the line's number."""
    found: list[etree._Element | FieldError] = list(children(line_item, name))
    if not found:
        found = [FieldError(line_item, "is missing", missing=name)]
    try:
        places = (_place(element) for element in children(line_item, "lineItemNumber"))
        number = next((place for place in places if place is not None), None)
    except FieldError as error:
        number, found = None, [error]
    return [(number, specification) for specification in found]


def _line(
    element: etree._Element | FieldError,
    number: int | None,
    is_status: bool,
    items: tuple[ItemLayout[int], ...],
) -> _Line:
    if isinstance(element, FieldError):
        return _Line(number, is_status, missing=element)
    try:
        return _line_read(element, number, is_status, items)
    except FieldError as error:
        return _Line(number, is_status, missing=error)


def _line_read(
    element: etree._Element,
    number: int | None,
    is_status: bool,
    items: tuple[ItemLayout[int], ...],
) -> _Line:
    code = quantity = missing = None
    unit = ""
    own: list[ItemLayout[int]] = []
    for inner in element:
        name = LOCAL[inner.tag]
        if name == ITEM_DATA:
            own.append(item_layout(inner, _place))
        elif name == "quantityOfUnits" and quantity is None:
            quantity = _place(inner)
            unit = attribute(inner, "measurementUnitCode").upper()
        elif name == ("inventoryStatusType" if is_status else "inventoryActivityTypeCode"):
            code = _place(inner) if code is None else code
    if quantity is None:
        missing = FieldError(element, "is missing", missing="quantityOfUnits")
    elif is_status and code is None:
        missing = FieldError(element, "is missing", missing="inventoryStatusType")
    own = [item for item in own if item != ItemLayout()]
    return _Line(number, is_status, code, quantity, unit, _merge(items, tuple(own)), missing)


def _merge(
    items: tuple[ItemLayout[int], ...], own: tuple[ItemLayout[int], ...]
) -> tuple[ItemLayout[int], ...]:
    """The item data of a specification: its own, completed by the article's if that is one."""
    if not own or not items:
        return own or items
    if len(items) > 1:
        return items + own
    (outer,) = items
    return tuple(
        inner._replace(
            batch=outer.batch if inner.batch is None else inner.batch,
            best_before=outer.best_before if inner.best_before is None else inner.best_before,
            lot_number=outer.lot_number if inner.lot_number is None else inner.lot_number,
            serials=inner.serials or outer.serials,
        )
        for inner in own
    )
