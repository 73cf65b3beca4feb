"""Digests of what a document says, however it is spelled.

XML and JSON, prefixes, the order of differently named elements, 1.0 and 1, a time with and
without an offset: all the same. Neither the message's header nor the document's position in
the message is part of it. ``ascii``, unlike ``repr``, doesn't change with Python's version.
"""

import dataclasses
import hashlib
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from lxml import etree

from .codes import COPIES, ORIGINAL
from .documents import Document
from .fields import parse_number, plain_number
from .names import LOCAL
from .span import Span

_APART = frozenset({"position", "lines"})


def document_digest(document: Document, lines: str = "") -> str:
    """The SHA-256 of a document, in hexadecimal; ``lines`` is that of a report's lines."""
    fields = [
        (field.name, _said(field.name, getattr(document, field.name)))
        for field in dataclasses.fields(document)
        if field.name not in _APART
    ]
    return _sha256(ascii((document.kind, fields, lines)))


def _said(name: str, value: Any) -> Any:
    """A field's canonical value. A copy says what its original says, and so does neither."""
    if name == "document_status" and (value or "").upper() in ("", *COPIES):
        return ORIGINAL
    return _canonical(value)


def tree_digest(element: etree._Element, lines: str = "") -> str:
    """The SHA-256, in hexadecimal, of a document that can't be read: of its tree."""
    return _sha256(f"{tree_text(element)}{lines}")


def tree_text(element: etree._Element) -> str:
    """A tree's one spelling. Attributes are as children: some JSON can't tell them apart."""
    return ascii(_tree(element))


def _sha256(canonical: str) -> str:
    return hashlib.sha256(canonical.encode("ascii")).hexdigest()


def _canonical(value: Any) -> Any:
    if isinstance(value, Decimal):
        return plain_number(value)
    if isinstance(value, Span):
        value = value.start  # a day's midnight stands for no instant
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, tuple):
        return tuple(map(_canonical, value))
    if dataclasses.is_dataclass(value):
        return tuple(_canonical(getattr(value, f.name)) for f in dataclasses.fields(value))
    return value


def _tree(element: etree._Element) -> Any:
    inner: list[Any] = [(LOCAL[key], _leaf(value), []) for key, value in element.items()]
    inner += [_tree(child) for child in element]
    # Stable: elements of one name keep their order. Empty ones say nothing.
    inner = sorted((i for i in inner if i[1] or i[2]), key=lambda entry: entry[0])
    return LOCAL[element.tag], _leaf(element.text or ""), inner


def _leaf(text: str) -> str:
    stripped = text.strip()
    number = parse_number(stripped)
    return stripped if number is None else plain_number(number)
