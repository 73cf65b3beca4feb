"""JSON as the element tree that the same message has in XML, so that there is one reader.

Bring publishes no JSON example of a pushed message. These conventions are all taken:

- attributes as ``@name``, ``-name``, ``_name``, in an object under ``$``, ``@attributes`` or
  ``_attributes``, or as plain keys beside a text key (Bring's own pull samples);
- text as ``value``, ``#text``, ``$``, ``$t``, ``_``, ``_text``, ``__text`` or one of their kin;
- one object where a list could stand; null for an empty element;
- prefixes in keys (``sh:Sender``, ``{uri}Sender``), which are dropped with their declarations;
- numbers, kept as they are spelled; a key that stands twice, as a repetition.
"""

import re
from functools import lru_cache
from typing import Any, Final, NamedTuple

from lxml import etree

from .errors import RefusedMessage
from .json_cursor import Pairs
from .part import MAX_ATTRIBUTES, too_many_attributes
from .text import xml_safe

MAX_DEPTH: Final = 64
_MAX_KNOWN: Final = 64  # characters of a key that is remembered

_TEXT_KEYS: Final = frozenset(
    {
        *("value", "#text", "$", "$t", "_", "_text", "__text"),
        *("", "#value", "$value", "$text", "@value", "-value", "_value", "_VALUE", "content"),
        *("text", "#cdata", "__cdata", "_cdata", "#cdata-section"),
    }
)
_ATTRIBUTE_GROUPS: Final = frozenset({"$", "@attributes", "_attributes"})
_MARKERS: Final = "@-_"
_SMALL: Final = re.compile(r"\d{1,9}", re.ASCII)
_NOT_NAME: Final = re.compile(r"[^\w.-]|^(?=[\d.-]|$)", re.ASCII)


def local_key(key: str) -> str:
    """The local name in a key: without ``@`` and the like, ``{uri}`` and prefix."""
    if len(key) > 1 and key[0] in _MARKERS:
        key = key.lstrip(_MARKERS)
    return key.rpartition("}")[2].rpartition(":")[2]


def is_declaration(key: str) -> bool:
    """Whether a key declares a namespace, or is an XML declaration, and so says nothing."""
    bare = key.lstrip("@-_$")
    return bare.startswith(("xmlns", "?")) or key == "__prefix"


def is_attribute(key: str) -> bool:
    """Whether a key names attributes, or a text: no element, whatever its value is."""
    meaning = _key(key)
    return meaning.is_declaration or meaning.is_marked or meaning.is_group or meaning.is_text


class _Key(NamedTuple):
    """What a key may mean: the element or attribute ``name``, or a text, or attributes."""

    name: str
    is_declaration: bool
    is_text: bool
    is_group: bool
    is_marked: bool


def _key(key: str) -> _Key:
    """What a key means; remembered unless it is longer than any of Bring's."""
    return _short_key(key) if len(key) <= _MAX_KNOWN else _any_key(key)


def _any_key(key: str) -> _Key:
    return _Key(
        name=_NOT_NAME.sub("_", xml_safe(local_key(key))),
        is_declaration=is_declaration(key),
        is_text=key in _TEXT_KEYS,
        is_group=key in _ATTRIBUTE_GROUPS,
        is_marked=len(key) > 1 and key[0] in _MARKERS,
    )


_short_key = lru_cache(maxsize=1024)(_any_key)


def _text(value: Any) -> str:
    if isinstance(value, str):
        return xml_safe(value)
    return "" if value is None else "true" if value else "false"


def append(parent: etree._Element, key: str, value: Any, depth: int = MAX_DEPTH) -> None:
    """Append ``value`` to ``parent`` as one element named by ``key``, or one for each entry.

    ``depth`` is how many levels may still follow; beyond it the message is refused.
    """
    if depth <= 0:
        raise RefusedMessage("the message is nested too deeply")
    if isinstance(value, list) and not isinstance(value, Pairs):
        moment = _java_time(_key(key).name, value)
        for entry in value if moment is None else [moment]:
            append(parent, key, entry, depth - 1)
        return
    element = etree.SubElement(parent, _key(key).name)
    if isinstance(value, Pairs):
        fill(element, value, depth - 1)
    else:
        element.text = _text(value) or None


def _java_time(name: str, value: list[Any]) -> str | None:
    """A date or time as Java's programs write it unless told otherwise, in ISO 8601.

    ``[2026, 3, 2, 9, 5, 0]`` for a date and time, ``[9, 5]`` for a time of day; the last of seven
    (four) numbers are nanoseconds. None for any other list.
    """
    if len(value) < 2 or not all(_SMALL.fullmatch(e) for e in value if isinstance(e, str)):
        return None
    if not all(isinstance(entry, str) for entry in value):
        return None
    clock: list[str] = value
    day = ""
    if name.endswith(("Date", "DateTime", "DateAndTime")) and 3 <= len(value) <= 7:
        year, month, of_month, *clock = value
        if len(year) != 4:
            return None
        day = f"{year}-{month:0>2}-{of_month:0>2}"
    elif not name.endswith("Time") or len(value) > 4:
        return None
    if not clock:
        return day
    hour, minute, second, nanos = (*clock, "0", "0", "0")[:4]
    fraction = f".{nanos:0>9}" if len(clock) == 4 else ""
    return f"{day}{'T' if day else ''}{hour:0>2}:{minute:0>2}:{second:0>2}{fraction}"


def fill(element: etree._Element, pairs: Pairs, depth: int) -> None:
    """Put the members of an object into ``element``: its text, attributes and children."""
    if len(pairs) > MAX_ATTRIBUTES:
        _check_attributes(pairs)
    members = [(key, _key(key), value) for key, value in pairs]
    has_text = _has_text(pairs)
    for key, meaning, value in members:
        if meaning.is_declaration:
            continue
        if isinstance(value, list):
            if meaning.is_group and isinstance(value, Pairs):
                if len(value) > MAX_ATTRIBUTES:
                    raise too_many_attributes()
                for name, entry in value:
                    if not is_declaration(name):
                        _set(element, _key(name).name, entry)
            else:
                append(element, key, value, depth)
        elif meaning.is_text:
            element.text = (element.text or "") + _text(value) or None
        elif has_text or meaning.is_marked:
            _set(element, meaning.name, value)
        else:
            append(element, key, value, depth)


def _set(element: etree._Element, name: str, value: Any) -> None:
    if value is not None and not isinstance(value, list):
        element.set(name, _text(value))


def _has_text(pairs: Pairs) -> bool:
    return any(_key(key).is_text and not isinstance(value, list) for key, value in pairs)


def _check_attributes(pairs: Pairs) -> None:
    """Refuse an object that would be an element with too many attributes."""
    plain = [key for key, value in pairs if not isinstance(value, list)]
    attributes = plain if _has_text(pairs) else [key for key in plain if _key(key).is_marked]
    if len(attributes) > MAX_ATTRIBUTES:
        raise too_many_attributes()


def check(value: Any, levels: int) -> bool:
    """Whether ``value``, an element itself, has no more than ``levels`` levels; as ``append``.

    RefusedMessage when one of its elements would have too many attributes.
    """
    if levels < 1 or not isinstance(value, list):
        return levels >= 1
    if isinstance(value, Pairs):
        if len(value) > MAX_ATTRIBUTES:
            _check_attributes(value)
        for key, entry in value:
            if isinstance(entry, Pairs) and len(entry) > MAX_ATTRIBUTES and _key(key).is_group:
                raise too_many_attributes()
        return all(check(entry, levels - 1) for _name, entry in value)
    return all(check(entry, levels - 1) for entry in value)
