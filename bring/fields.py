"""Leaf values: text, numbers and quantities, found by local name in any order."""

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

from lxml import etree

from .documents import Quantity
from .errors import BringError, MessageError
from .names import ITEM, LOCAL, REPEATED, REPORT

_NUMBER: Final = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?", re.ASCII)
_MAX_DIGITS: Final = 28  # what Decimal's default context keeps
NO_WIDTH: Final = "\ufeff\u200b\u2060"  # byte order mark, zero width space, word joiner
_SHOWN: Final = 5  # names of parts
_MAX_LENGTH: Final = 64  # characters; a cache must not keep a sender's longer ones
_MAX_MAGNITUDE: Final = 15  # what a float column holds exactly


class FieldError(BringError):
    """A wrong or missing value, before its place in the message is known.

    ``element`` holds the value, or lacks the child named ``missing``. (For a moment it may be
    another kind of place: see ``articles``.)
    """

    def __init__(
        self,
        element: Any,
        reason: str,
        value: str | None = None,
        missing: str | None = None,
    ) -> None:
        super().__init__(reason)
        self.element = element
        self.reason = reason
        self.value = value
        self.missing = missing

    def placed(self, position: int, items_before: int = 0) -> MessageError:
        """Return it as MessageError in the document at ``position`` of the message.

        ``items_before`` items of a report were taken out of the tree already.
        """
        chain = [self.element, *self.element.iterancestors()]
        if len(chain) > 1 and LOCAL[chain[-1].tag] != REPORT:
            chain.pop()  # the message; a report may stand alone
        document = LOCAL[chain.pop().tag]
        steps = [f"{document}[{position}]", *(_step(e, items_before) for e in reversed(chain))]
        if self.missing:
            steps.append(self.missing)
        return MessageError(self.reason, path="/".join(steps), value=self.value)


def _step(element: etree._Element, items_before: int) -> str:
    name = LOCAL[element.tag]
    before = sum(LOCAL[sibling.tag] == name for sibling in element.itersiblings(preceding=True))
    if name == ITEM:
        before += items_before
    alone = not before and all(LOCAL[e.tag] != name for e in element.itersiblings())
    return name if alone and name not in REPEATED else f"{name}[{before + 1}]"


def children(element: etree._Element, name: str) -> list[etree._Element]:
    """The children with this local name."""
    return [child for child in element if LOCAL[child.tag] == name]


def child(element: etree._Element, name: str) -> etree._Element | None:
    """The first child with this local name."""
    return next((child for child in element if LOCAL[child.tag] == name), None)


def walk(element: etree._Element, *path: str) -> Iterator[etree._Element]:
    """Yield every element at ``path`` below ``element``."""
    if not path:
        yield element
        return
    for found in children(element, path[0]):
        yield from walk(found, *path[1:])


def clean(found: str) -> str:
    """A text without what nobody sees around it, its lines ended as XML ends them.

    XML turns a line's end into a line feed, but lets ``&#13;`` be what it is, and JSON has CR too.
    """
    if "\r" in found:
        found = found.replace("\r\n", "\n").replace("\r", "\n")
    found = found.strip()
    if found.isascii():
        return found
    bare = found.strip(NO_WIDTH)
    return found if bare == found else clean(bare)


def own_text(element: etree._Element) -> str | None:
    """The text that stands in the element itself, whatever else does."""
    return clean(element.text or "") or None


def whole_text(element: etree._Element) -> str | None:
    """An element's own text, else all in it: of an id that, in parts, must not count as absent."""
    return own_text(element) or " ".join(filter(None, map(clean, element.itertext("*")))) or None


def leaf(element: etree._Element) -> etree._Element | None:
    """The element that holds the text of one that should hold nothing else; None when empty.

    That is the element itself or, as some programs write JSON (``{"date": "2026-03-02"}``), the
    only one below it with a text. FieldError when the text is in several parts: then it says
    something that isn't understood, and must not count as absent.
    """
    if not len(element):
        return element if clean(element.text or "") else None
    held = [found for inner in element if (found := leaf(inner)) is not None]
    if len(held) > 1 or clean(element.text or ""):
        names = ", ".join(sorted({LOCAL[inner.tag] for inner in element})[:_SHOWN])
        raise FieldError(element, f"is not a plain text, but has parts: {names}")
    return held[0] if held else None


def find(element: etree._Element, *paths: tuple[str, ...]) -> etree._Element | None:
    """The first element with a text at one of ``paths``, tried in turn; see ``leaf``."""
    for path in paths:
        for found in walk(element, *path):
            if leaf(found) is not None:
                return found
    return None


def text(element: etree._Element | None) -> str | None:
    """The text of an element without white space around it; None when nothing is left."""
    found = None if element is None else leaf(element)
    return None if found is None else clean(found.text or "")


def text_at(element: etree._Element, *path: str) -> str | None:
    """The first text at ``path`` below ``element``."""
    return text(find(element, path))


def attribute(element: etree._Element, name: str) -> str:
    """An attribute by its local name; "" when it is absent or blank."""
    value = element.get(name)
    if value is None:
        value = next((v for key, v in element.items() if LOCAL[key] == name), "")
    return value.strip()


def parse_number(number: str) -> Decimal | None:
    """A finite decimal number; None for anything else.

    The exponent is bounded, so that no short text stands for a number of a million digits.
    """
    return _parse_number(number) if len(number) <= _MAX_LENGTH else None


@lru_cache(maxsize=4096)
def _parse_number(number: str) -> Decimal | None:
    if not _NUMBER.fullmatch(number):
        return None
    value = Decimal(number)
    if value and not -_MAX_DIGITS <= value.adjusted() < _MAX_MAGNITUDE:
        return None
    return value if len(value.as_tuple().digits) <= _MAX_DIGITS else None


@lru_cache(maxsize=4096)
def plain_number(value: Decimal) -> str:
    """A number's one spelling: 1.0, 1 and 1e0 are "1"."""
    return format(value.normalize(), "f") if value else "0"


def quantity(element: etree._Element) -> Quantity:
    """The quantity in ``element``, which has a text."""
    found = text(element)
    if found is None:
        raise FieldError(element, "is missing")
    value = parse_number(found)
    if value is None:
        raise FieldError(element, "is not a number", found)
    return Quantity(value=value, unit=attribute(element, "measurementUnitCode").upper())


def line_number(found: str | None) -> str | None:
    """A line's number in its one spelling: 000020, 20.0 and 20 are one; other texts as sent."""
    if found is None or (found.isascii() and found.isdecimal() and found[0] != "0"):
        return found  # as by far the most are
    value = parse_number(found)
    return found if value is None else plain_number(value)


def quantity_at(element: etree._Element, *path: str) -> Quantity | None:
    """The first quantity at ``path``; None when there is no text."""
    found = find(element, path)
    return None if found is None else quantity(found)


def amount_at(element: etree._Element, name: str) -> Quantity | None:
    """A quantity of goods, which can't be negative."""
    found = find(element, (name,))
    if found is None:
        return None
    amount = quantity(found)
    if amount.value < 0:
        raise FieldError(found, "is negative", text(found))
    return amount


def required_amount(element: etree._Element, name: str) -> Quantity:
    """A quantity of goods that the document is worth nothing without."""
    amount = amount_at(element, name)
    if amount is None:
        raise FieldError(element, "is missing", missing=name)
    return amount
