"""A message as a tree, and its two spellings: XML, and JSON in three conventions.

A document's own children may come from an iterator (a stock report of 100,000 lines): they are
written one by one, so that a message of any size needs little memory. Such a message can be
written once; one made of lists as often as wanted.
"""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from itertools import groupby
from typing import Any, Protocol

ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # XML 1.0, 2.2


class Sink(Protocol):
    """What bytes can be written to: a file, a gzip file, a buffer."""

    def write(self, data: bytes, /) -> object: ...


@dataclass(frozen=True, slots=True)
class Element:
    """An element: text or children, never both.

    `name` may carry a prefix (`sh:Sender`). `value` is what Bring's own JSON has instead of
    the text: a number, or a time in epoch milliseconds.
    """

    name: str
    text: str = ""
    children: Iterable["Element"] = ()
    attributes: dict[str, str] = field(default_factory=dict)
    value: int | float | None = None


@dataclass(frozen=True, slots=True)
class Convention:
    """How JSON spells what XML has: attributes, text beside them, plain text, prefixes."""

    attribute: str
    text: str
    plain_leaf: bool
    prefixes: bool
    typed: bool

    def key(self, name: str) -> str:
        return name if self.prefixes else name.rpartition(":")[2]

    def attributes(self, element: Element) -> dict[str, Any]:
        """Return the attributes as JSON members; namespaces only where prefixes are kept."""
        return {
            self.attribute + name: text
            for name, text in element.attributes.items()
            if self.prefixes or not name.startswith("xmlns")
        }

    def leaf(self, element: Element) -> Any:
        """Return the JSON value of an element without children; nothing in it is null."""
        text: Any = element.text or None
        if self.typed and element.value is not None:
            text = element.value
        members = self.attributes(element)
        if self.plain_leaf and not members:
            return text
        if text is not None:
            members[self.text] = text
        return members

    def branch(self, element: Element) -> Any:
        """Return the JSON value of an element; one child of a name is an object, more a list."""
        children = list(element.children)
        if not children:
            return self.leaf(element)
        members = self.attributes(element)
        for child in children:
            key, value = self.key(child.name), self.branch(child)
            if key not in members:
                members[key] = value
            elif isinstance(members[key], list):
                members[key].append(value)
            else:
                members[key] = [members[key], value]
        return members


CONVENTIONS = {
    # Bring's pull answers: plain keys beside `value`, numbers, epoch milliseconds.
    "bring": Convention("", "value", plain_leaf=True, prefixes=False, typed=True),
    # Every element is an object.
    "badgerfish": Convention("@", "$", plain_leaf=False, prefixes=False, typed=False),
    # What XML-to-JSON converters write.
    "prefixed": Convention("-", "#text", plain_leaf=True, prefixes=True, typed=False),
}


@dataclass(frozen=True, slots=True)
class Tree:
    """A message: its root (no children), the header, then documents of streamed children."""

    root: Element
    header: Element
    documents: tuple[Element, ...]
    encoding: str = "UTF-8"

    def write(self, file: Sink, format: str = "xml", convention: str = "bring") -> None:
        """Write the message into a binary file, or whatever takes bytes.

        :param format: `xml` or `json` (always UTF-8).
        :param convention: a key of CONVENTIONS, for JSON.
        :raise ValueError: for a format or convention that doesn't exist, and for characters
            that XML can't carry.
        """
        if format == "xml":
            # What the encoding doesn't have becomes a character reference.
            for part in self._xml():
                file.write(part.encode(self.encoding, "xmlcharrefreplace"))
        elif format == "json" and convention in CONVENTIONS:
            for part in self._json(CONVENTIONS[convention]):
                file.write(part.encode())
        else:
            raise ValueError(f"no format {format!r} with convention {convention!r}")

    def xml(self) -> bytes:
        """Return the message as XML."""
        return self._bytes("xml")

    def json(self, convention: str = "bring") -> bytes:
        """Return the message as JSON in one of CONVENTIONS."""
        return self._bytes("json", convention)

    def _bytes(self, format: str, convention: str = "bring") -> bytes:
        file = BytesIO()
        self.write(file, format, convention)
        return file.getvalue()

    def _xml(self) -> Iterator[str]:
        yield f'<?xml version="1.0" encoding="{self.encoding}"?>\n{_open(self.root)}>\n'
        yield _xml(self.header, "  ")
        for document in self.documents:
            yield f"  {_open(document)}>\n"
            for child in document.children:
                yield _xml(child, "    ")
            yield f"  </{document.name}>\n"
        yield f"</{self.root.name}>\n"

    def _json(self, convention: Convention) -> Iterator[str]:
        yield f"{{{json.dumps(convention.key(self.root.name))}: {{"
        for name, text in convention.attributes(self.root).items():
            yield f"{json.dumps(name)}: {json.dumps(text)}, "
        yield f"{json.dumps(convention.key(self.header.name))}: "
        yield f"{_dumps(convention.branch(self.header))}, "
        yield f"{json.dumps(convention.key(self.documents[0].name))}: "
        many = len(self.documents) > 1
        for position, document in enumerate(self.documents):
            yield ",\n" if position else "[" if many else ""
            yield from self._document(document, convention)
        yield "]}}\n" if many else "}}\n"

    def _document(self, document: Element, convention: Convention) -> Iterator[str]:
        seen: set[str] = set()
        yield "{"
        for name, children in groupby(document.children, key=lambda child: child.name):
            if name in seen:
                raise ValueError(f"{document.name}: {name} stands in two places")
            yield f"{', ' if seen else ''}{json.dumps(convention.key(name))}: "
            seen.add(name)
            yield from _collapsed(_dumps(convention.branch(child)) for child in children)
        yield "}"


def _collapsed(values: Iterator[str]) -> Iterator[str]:
    """Join JSON values, at least one: one stands alone, more are a list. Looks one ahead."""
    first = next(values)
    second = next(values, None)
    if second is None:
        yield first
        return
    yield f"[{first},\n{second}"
    for value in values:
        yield f",\n{value}"
    yield "]"


def element_xml(element: Element, encoding: str = "UTF-8") -> bytes:
    """Return one element, with all that is in it, as an XML document."""
    declaration = f'<?xml version="1.0" encoding="{encoding}" standalone="yes"?>\n'
    return (declaration + _xml(element, "")).encode(encoding, "xmlcharrefreplace")


def _open(element: Element) -> str:
    attributes = "".join(
        f' {name}="{_escape(text).replace(chr(34), "&quot;")}"'
        for name, text in element.attributes.items()
    )
    return f"<{element.name}{attributes}"


def _xml(element: Element, indent: str) -> str:
    if element.text:
        return f"{indent}{_open(element)}>{_escape(element.text)}</{element.name}>\n"
    content = "".join(_xml(child, indent + "  ") for child in element.children)
    if not content:
        return f"{indent}{_open(element)}/>\n"
    return f"{indent}{_open(element)}>\n{content}{indent}</{element.name}>\n"


def _escape(text: str) -> str:
    if found := ILLEGAL.search(text):
        raise ValueError(f"XML can't carry the character {found[0]!r} in {text[:40]!r}")
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _dumps(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
