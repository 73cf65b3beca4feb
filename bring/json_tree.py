"""JSON as the element tree that the same message has in XML, so that there is one reader.

Bring publishes no JSON example of a pushed message. These conventions are all taken:

- attributes as ``@name``, ``-name``, ``_name``, in an object under ``$``, ``@attributes`` or
  ``_attributes``, or as plain keys beside a text key (Bring's own pull samples);
- text as ``value``, ``#text``, ``$``, ``$t``, ``_``, ``_text`` or ``__text``;
- one object where a list could stand; null for an empty element;
- prefixes in keys (``sh:Sender``, ``{uri}Sender``), which are dropped with their declarations;
- numbers, kept as they are spelled; a key that stands twice, as a repetition.
"""

import re
from typing import Any, Final

from lxml import etree

from .errors import RefusedMessage
from .json_cursor import Pairs
from .text import xml_safe

MAX_DEPTH: Final = 64

_TEXT_KEYS: Final = frozenset({"value", "#text", "$", "$t", "_", "_text", "__text"})
_ATTRIBUTE_GROUPS: Final = frozenset({"$", "@attributes", "_attributes"})
_MARKERS: Final = "@-_"
_NOT_NAME: Final = re.compile(r"[^\w.-]|^(?=[\d.-]|$)", re.ASCII)


def local_key(key: str) -> str:
    """The local name in a key: without ``@`` and the like, ``{uri}`` and prefix."""
    if len(key) > 1 and key[0] in _MARKERS:
        key = key.lstrip(_MARKERS)
    return key.rpartition("}")[2].rpartition(":")[2]


def is_declaration(key: str) -> bool:
    bare = key.lstrip("@-_$")
    return bare.startswith(("xmlns", "?")) or key == "__prefix"


def _is_scalar(value: Any) -> bool:
    return not isinstance(value, list)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return xml_safe(value)


def append(parent: etree._Element, key: str, value: Any, depth: int = MAX_DEPTH) -> None:
    """Append ``value`` to ``parent`` as one element named by ``key``, or one for each entry.

    ``depth`` is how many levels may still follow; beyond it the message is refused.
    """
    if depth <= 0:
        raise RefusedMessage("the message is nested too deeply")
    if isinstance(value, list) and not isinstance(value, Pairs):
        for entry in value:
            append(parent, key, entry, depth - 1)
        return
    name = _NOT_NAME.sub("_", xml_safe(local_key(key)))
    element = etree.SubElement(parent, name)
    if isinstance(value, Pairs):
        fill(element, value, depth - 1)
    else:
        element.text = _text(value) or None


def fill(element: etree._Element, pairs: Pairs, depth: int) -> None:
    is_text = any(key in _TEXT_KEYS and _is_scalar(value) for key, value in pairs)
    for key, value in pairs:
        if is_declaration(key):
            continue
        if key in _ATTRIBUTE_GROUPS and isinstance(value, Pairs):
            for name, entry in value:
                _set(element, name, entry)
        elif key in _TEXT_KEYS and _is_scalar(value):
            element.text = (element.text or "") + _text(value) or None
        elif _is_scalar(value) and (is_text or (len(key) > 1 and key[0] in _MARKERS)):
            _set(element, key, value)
        else:
            append(element, key, value, depth)


def _set(element: etree._Element, key: str, value: Any) -> None:
    if _is_scalar(value) and value is not None and not is_declaration(key):
        element.set(_NOT_NAME.sub("_", xml_safe(local_key(key))), _text(value))
