"""An answer of Bring's pull interface, XML (REST or SOAP) or JSON, as elements.

As for pushed messages: nothing is fetched or expanded, a document type declaration is refused,
and of an answer with many articles no more than one is held as a tree.
"""

from collections.abc import Iterator
from typing import Any, Final

from lxml import etree

from .errors import RefusedMessage
from .json_cursor import Cursor, Pairs
from .json_tree import MAX_DEPTH, append, fill, local_key
from .names import LOCAL
from .text import json_text, sniff, xml_chunks
from .xml_scan import safe_parser

# The element of which an answer has many, and what it stands in.
MANY: Final = "ArticleBalance"
_AROUND_MANY: Final = frozenset(
    {"GetArticleBalanceResponse", "ArticleBalanceSet", "Envelope", "Body"}
)
_CHUNK: Final = 1 << 16
ANSWER: Final = "answer"  # the root of what came as JSON, which names none


def scan(content: bytes, content_type: str | None) -> Iterator[etree._Element]:
    """Yield each ArticleBalance, and last the answer itself without them.

    The last is the root element; of JSON, one named ``ANSWER``, or as JSON names it. An
    element is the caller's until the next is asked for. RefusedMessage when the answer isn't
    well-formed, has a DTD, or is empty: perhaps after some elements.
    """
    if sniff(content) == "xml":
        return _scan_xml(content, content_type)
    return _scan_json(json_text(content, content_type))


def root(content: bytes, content_type: str | None) -> etree._Element:
    """The answer itself, as the last that ``scan`` yields."""
    for last in scan(content, content_type):  # noqa: B007 - there always is one
        pass
    return last


def _scan_xml(content: bytes, content_type: str | None) -> Iterator[etree._Element]:
    parser = safe_parser(("start", "end"))
    top: etree._Element | None = None
    try:
        for chunk in xml_chunks(content, content_type, _CHUNK):
            parser.feed(chunk)
            for event, element in parser.read_events():
                if top is None:
                    top = element
                    if top.getroottree().docinfo.internalDTD is not None:
                        raise RefusedMessage("a document type declaration is not allowed")
                if event == "end" and LOCAL[element.tag] == MANY and element is not top:
                    yield element
                    _drop(element)
        parser.close()
    except etree.XMLSyntaxError as error:
        raise RefusedMessage(f"not well-formed XML: {error.msg}") from None
    if top is None:
        raise RefusedMessage("no element begins in it")
    yield top


def _drop(element: etree._Element) -> None:
    """Free what was yielded, but for the element itself: the parser may go on behind it."""
    parent = element.getparent()
    element.clear()
    if parent is not None:
        del parent[: parent.index(element)]


def _scan_json(text: str) -> Iterator[etree._Element]:
    cursor = Cursor(text)
    rest = etree.Element(ANSWER)
    head = Pairs()
    if cursor.peek() == "{":
        yield from _walk(cursor, head, len(_AROUND_MANY))
    else:  # a list, as of error codes
        head.append(("entry", cursor.value()))
    if cursor.peek():
        raise cursor.refused("nothing may follow the answer")
    fill(rest, head, MAX_DEPTH)
    yield rest


def _walk(cursor: Cursor, head: Pairs, depth: int) -> Iterator[etree._Element]:
    """Yield each ArticleBalance of the object here; put all else of it into ``head``.

    ``depth`` is how many of the elements around it may still follow, one in another.
    """
    for key in cursor.members():
        name = local_key(key)
        if name == MANY:
            for _entry in cursor.entries():
                yield _element(name, cursor.value())
        elif depth and name in _AROUND_MANY and cursor.peek() == "{":
            inner = Pairs()
            yield from _walk(cursor, inner, depth - 1)
            head.append((key, inner))
        else:
            head.append((key, cursor.value()))


def _element(name: str, value: Any) -> etree._Element:
    parent = etree.Element(ANSWER)
    nested = isinstance(value, list) and not isinstance(value, Pairs)
    append(parent, name, None if nested else value)  # a list in a list is no balance
    return parent[0]
