"""XML in bounded memory: one push parser, and the tree looked at and emptied after each chunk.

Nothing is fetched or expanded: no document type declaration, no entity, no network. libxml2
itself bounds the depth (256 levels) and the length of a text (10 MB).
"""

from collections.abc import Iterator
from contextlib import suppress
from functools import lru_cache
from typing import Final, Literal

from lxml import etree

from .errors import RefusedMessage
from .kinds import KNOWN, Kinds
from .names import HEADER, ITEM, LOCAL, REPORT
from .part import (
    MAX_ATTRIBUTES,
    MAX_DOCUMENTS,
    Part,
    Survey,
    too_many_attributes,
    too_many_documents,
)
from .text import xml_chunks

_CHUNK: Final = 1 << 16
_MAX_HEADER: Final = 8  # chunks: the header alone is kept whole while the door looks through
_LONG: Final = 250  # bytes: a tag with more attributes than are allowed is twice as long
_crowded: Final = etree.XPath(f"boolean(descendant-or-self::node()/@*[{MAX_ATTRIBUTES + 1}])")

# libxml2's XML_ERR_INVALID_ENCODING, and what releases before 2.13 say instead of it.
_INVALID_ENCODING: Final = 81
_NOT_UTF8: Final = "not proper UTF-8"


def safe_parser(
    events: tuple[Literal["start", "end"], ...], *tags: str
) -> "etree.XMLPullParser[etree._Element]":
    """A push parser that fetches and expands nothing; the one for all that comes from outside."""
    return etree.XMLPullParser(
        events=events,
        tag=tags or None,
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        remove_blank_text=True,
        remove_comments=True,
        remove_pis=True,
        collect_ids=False,
    )


def _refused(error: etree.XMLSyntaxError) -> RefusedMessage:
    if error.code == _INVALID_ENCODING or _NOT_UTF8 in (error.msg or ""):
        return RefusedMessage(f"the body isn't valid in its encoding: {error.msg}")
    if "depth" in (error.msg or ""):
        return RefusedMessage(f"the message is nested too deeply: {error.msg}")
    return RefusedMessage(f"not well-formed XML: {error.msg}")


def _first_name(chunk: bytes) -> str | None:
    probe = safe_parser(("start",))
    probe.feed(chunk)
    with suppress(etree.XMLSyntaxError):  # a few bytes are only looked at in the end
        probe.close()
    return next((LOCAL[element.tag] for _event, element in probe.read_events()), None)


def _has_gap(chunk: bytes) -> bool:
    """Whether there may be (a part of) a long tag: quick, because it leaps from "<" to "<"."""
    at = 0
    while at + _LONG <= len(chunk):
        following = chunk.rfind(b"<", at + 1, at + _LONG)
        if following < 0:
            return True
        at = following
    return False


def _grow(
    content: bytes, content_type: str | None, kinds: Kinds
) -> Iterator[tuple[etree._Element, bool, bool]]:
    """Parse chunk by chunk; after each, yield the root, is it complete, may a tag be long.

    What the caller needs no more, it takes out of the tree, but never the last child of an
    element that is still open: the parser goes on there.
    """
    chunks = xml_chunks(content, content_type, _CHUNK)
    try:
        first = next(chunks)
        parser = safe_parser(("start",), *kinds.root_tags)
        parser.feed(first)
        root = next((element for _event, element in parser.read_events()), None)
        if root is None or root.getparent() is not None:
            name = _first_name(first)
            if next(chunks, None) is None:
                parser.close()  # it may not even be well-formed
            if name is None:
                raise RefusedMessage("no element begins in the first 64 KB")
            raise RefusedMessage("is not the root of a message we know", value=name)
        if root.getroottree().docinfo.internalDTD is not None:
            raise RefusedMessage("a document type declaration is not allowed")
        chunk = first
        for following in chunks:
            yield root, False, _has_gap(chunk)
            chunk = following
            parser.feed(chunk)
            for _event in parser.read_events():
                pass  # a root's name again, further down: no root
        parser.close()
        yield root, True, _has_gap(chunk)
    except etree.XMLSyntaxError as error:
        raise _refused(error) from None


def scan(content: bytes, content_type: str | None, kinds: Kinds = KNOWN) -> Iterator[Part]:
    """Yield the header, each document, and before a report its items, as they are complete.

    An element is the caller's until the next is asked for. A report that is yielded has lost
    the items that were yielded before.
    """
    position = 0
    kept: etree._Element | None = None  # the open report's last child that was looked at
    may_crowd = False
    for root, complete, has_gap in _grow(content, content_type, kinds):
        may_crowd = may_crowd or has_gap
        children = list(root)
        unfinished = None if complete or not children else children.pop()
        for child in children:
            name = LOCAL[child.tag]
            if may_crowd and _crowded(child):
                raise too_many_attributes()
            if name == HEADER:
                yield Part(0, name, child)
            else:
                position += 1
                if position > MAX_DOCUMENTS:
                    raise too_many_documents()
                if name == REPORT:
                    yield from _items(position, child, _after(child, kept))
                kept = None
                yield Part(position, name, child)
            root.remove(child)
        if unfinished is not None and LOCAL[unfinished.tag] == REPORT:
            if may_crowd and _crowded(unfinished):  # it has few children but the new ones
                raise too_many_attributes()
            fresh = _after(unfinished, kept)[:-1]
            yield from _items(position + 1, unfinished, fresh)
            kept = next((child for child in reversed(fresh) if LOCAL[child.tag] != ITEM), kept)


def _after(parent: etree._Element, child: etree._Element | None) -> list[etree._Element]:
    return list(parent) if child is None else list(child.itersiblings())


def _items(position: int, report: etree._Element, children: list[etree._Element]) -> Iterator[Part]:
    items = [child for child in children if LOCAL[child.tag] == ITEM]
    if items:
        yield Part(position, REPORT, report, items)
        if len(items) == len(children):
            start = report.index(items[0])
            del report[start : start + len(items)]
        else:
            for item in items:
                report.remove(item)


@lru_cache(maxsize=8)
def _deeper_than(levels: int) -> etree.XPath:
    """An XPath for a root: does the tree have more levels, the root's own included?"""
    return etree.XPath(f"boolean({'/'.join('*' * levels)})")


def survey(
    content: bytes, content_type: str | None, max_depth: int, kinds: Kinds = KNOWN
) -> Survey:
    """Prove that the whole body is well-formed and no deeper than ``max_depth`` elements."""
    too_deep = _deeper_than(max_depth)
    header: etree._Element | None = None
    count = chunks_of_header = 0
    name = ""
    for root, complete, has_gap in _grow(content, content_type, kinds):
        name = LOCAL[root.tag]
        if too_deep(root):
            raise RefusedMessage(f"the message is nested more than {max_depth} levels deep")
        if has_gap and _crowded(root):
            raise too_many_attributes()
        children = list(root)
        unfinished = None if complete or not children else children.pop()
        for child in children:
            if LOCAL[child.tag] == HEADER:
                header = child if header is None else header
            else:
                count += 1
            root.remove(child)
        if count > MAX_DOCUMENTS:
            raise too_many_documents()
        if unfinished is None:
            continue
        if LOCAL[unfinished.tag] != HEADER:
            _prune(unfinished)
            continue
        chunks_of_header += 1
        if chunks_of_header > _MAX_HEADER:
            raise RefusedMessage("the header is longer than any header is")
    return Survey(name, header, count)


def _prune(element: etree._Element) -> None:
    """Drop all that is complete in an element that is still open."""
    while len(element):
        del element[:-1]
        element = element[-1]
