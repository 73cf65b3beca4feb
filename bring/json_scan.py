"""JSON in bounded memory: the message is walked, and one document or item decoded at a time."""

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from lxml import etree

from .errors import RefusedMessage
from .json_cursor import Cursor, Pairs
from .json_tree import MAX_DEPTH, append, check, fill, is_attribute, local_key
from .kinds import KNOWN, Kinds
from .names import HEADER, ITEM, REPORT
from .part import MAX_DOCUMENTS, Part, Survey, too_many_documents

_BATCH: Final = 64


class _Member(NamedTuple):
    """A value met on the way: a root (no value), a header, a document or a part of a report.

    ``name`` is a root's, HEADER or a document's. ``key`` is the part's own when the value is a
    member of the report at ``position``; a report is over when ``key`` is "".
    """

    position: int
    name: str
    key: str | None = None
    value: Any = None


class _Walk:
    """The members of a message, in order."""

    def __init__(self, text: str, kinds: Kinds) -> None:
        self.cursor = Cursor(text)
        self.kinds = kinds
        self.position = 0
        self.root = ""
        self.unknown = ""

    def members(self) -> Iterator[_Member]:
        """Yield them all; refuse a message that names neither a root nor a document.

        The wrapper with the root's name may be missing: the document's name tells it.
        """
        cursor, kinds = self.cursor, self.kinds
        for _entry in cursor.entries():
            for key in self._keys():
                name = local_key(key)
                if name in kinds.by_root:
                    self.root = self.root or name
                    for _message in cursor.entries():
                        for inner in self._keys():
                            yield from self._member(inner)
                elif name == HEADER or name in kinds.by_element:
                    if name != HEADER:
                        self.root = self.root or kinds.by_element[name].root
                    yield from self._member(key)
                else:
                    value = cursor.value()
                    if isinstance(value, list):
                        self.unknown = self.unknown or name
        if cursor.peek():
            raise cursor.refused("nothing may follow the message")
        if not self.root:
            reason = "is not the root of a message we know" if self.unknown else "no root is named"
            raise RefusedMessage(reason, value=self.unknown or None)

    def _keys(self) -> Iterator[str]:
        if self.cursor.peek() == "{":
            yield from self.cursor.members()
        else:
            self.cursor.value()

    def _member(self, key: str) -> Iterator[_Member]:
        cursor, name = self.cursor, local_key(key)
        for _entry in cursor.entries():
            if name == HEADER:
                yield _Member(0, name, value=cursor.value())
            elif name == REPORT and cursor.peek() == "{":
                self._count()
                yield from self._report(cursor, self.position)
            else:
                value = cursor.value()
                # A plain value of an unknown name is an attribute of the root.
                is_known = name in self.kinds.by_element
                if is_known or (isinstance(value, list) and not is_attribute(key)):
                    self._count()
                    yield _Member(self.position, name, value=value)

    def _count(self) -> None:
        self.position += 1
        if self.position > MAX_DOCUMENTS:
            raise too_many_documents()

    def _report(self, cursor: Cursor, position: int) -> Iterator[_Member]:
        for key in cursor.members():
            if local_key(key) == ITEM:
                for _entry in cursor.entries():
                    yield _Member(position, REPORT, key, cursor.value())
            else:
                yield _Member(position, REPORT, key, cursor.value())
        yield _Member(position, REPORT, "")


def scan(text: str, kinds: Kinds = KNOWN) -> Iterator[Part]:
    """Yield what ``xml_scan.scan`` yields for the same message in XML."""
    report, head = etree.Element(REPORT), Pairs()
    for position, name, key, value in _Walk(text, kinds).members():
        if key is None:
            yield Part(position, name, _element(name, value))
            continue
        if key and local_key(key) == ITEM:
            append(report, key, value, MAX_DEPTH - 2)
        elif key:
            head.append((key, value))
        if len(report) >= _BATCH or (not key and len(report)):
            yield Part(position, REPORT, report, list(report))
            del report[:]
        if not key:
            fill(report, head, MAX_DEPTH - 2)
            yield Part(position, REPORT, report)
            report, head = etree.Element(REPORT), Pairs()


def _element(name: str, value: Any) -> etree._Element:
    message = etree.Element("message")
    append(message, name, _single(value), MAX_DEPTH - 1)
    return message[0]


def _single(value: Any) -> Any:
    """A list within a list of documents is no document: it reads as an empty one."""
    return None if isinstance(value, list) and not isinstance(value, Pairs) else value


def survey(text: str, max_depth: int, kinds: Kinds = KNOWN) -> Survey:
    """Prove that the whole text is JSON and no deeper than ``max_depth`` elements would be."""
    walk = _Walk(text, kinds)
    header: etree._Element | None = None
    for _position, name, key, value in walk.members():
        level = 2 if key is None else 3
        if not check(value, max_depth - level + 1):
            raise RefusedMessage(f"the message is nested more than {max_depth} levels deep")
        if name == HEADER and header is None:
            header = _element(name, value)
    return Survey(walk.root, header, walk.position)
