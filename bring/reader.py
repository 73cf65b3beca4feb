"""From the bytes of a delivery to documents.

``inspect`` proves that a body can be read at all, while the sender waits. ``read_documents``
and ``iter_report_lines`` read it, later. All three take XML and JSON, told apart by the first
byte, and hold no more of a stock report than a few lines.
"""

import hashlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import tzinfo
from functools import partial
from typing import Final

from lxml import etree

from . import json_scan, json_tree, mapping, xml_scan
from .codes import REPORT_TYPES
from .digest import document_digest, tree_digest, tree_text
from .documents import Document, Header, InventoryLine, InventoryReport, Unsupported
from .errors import MessageError, RefusedMessage, TooLarge
from .fields import FieldError, child, children, own_text, text_at
from .inventory import PROBLEM, ItemReader, LineFields, fingerprint, line
from .kinds import KNOWN, Kinds, Place
from .names import LOCAL, REPORT
from .part import Part, Survey
from .parties import client_ids, warehouse_code
from .text import MAX_CONTENT_TYPE, Format, json_text, sniff
from .times import period_end, span_at, zone

MEBIBYTE: Final = 1024 * 1024
_DEFAULT_TZ: Final = "Europe/Oslo"


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """What a body is, before any document in it is read.

    ``root`` is the root element's local name, ``kind`` that of its documents as far as root
    and header tell.
    """

    format: Format
    root: str
    kind: str
    header: Header | None
    document_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One document of a message: either ``document`` or ``error`` is set.

    ``position`` counts from 1; ``digest`` (SHA-256, hexadecimal) is equal for documents that
    say the same, however they are spelled and whatever message they come in. ``clients`` are
    the client ids that say whose document it is: those of one party are alternatives.
    """

    position: int
    kind: str
    document: Document | None
    error: MessageError | None
    digest: str
    clients: tuple[tuple[str, ...], ...] = ()


def inspect(
    content: bytes,
    content_type: str | None = None,
    *,
    max_depth: int = json_tree.MAX_DEPTH,
    tz: str | tzinfo = _DEFAULT_TZ,
    kinds: Kinds = KNOWN,
) -> Envelope:
    """Go through the whole body once, in bounded memory, and say what it is.

    RefusedMessage when it is empty, not well-formed, nested more than ``max_depth`` elements
    deep, in an unknown or wrong encoding, has a document type declaration or an unknown root.
    ``tz`` is that of the header's time, when it has no offset. ``kinds`` are the kinds that
    there are.
    """
    body = _Body(content, content_type, kinds)
    survey = body.survey(max_depth)
    header = None if survey.header is None else mapping.header(survey.header, zone(tz))
    kind = kinds.by_root[survey.root].name
    if kind == "inventory_report" and header and "adjustment" in (header.type or "").lower():
        kind = "inventory_adjustment"
    return Envelope(
        format=body.format,
        root=survey.root,
        kind=kind,
        header=header,
        document_count=survey.documents,
    )


def admit(
    content: bytes, content_type: str | None, limit: int, *, kinds: Kinds = KNOWN
) -> Envelope:
    """Let a body in that can be read at all, however it came here; see ``inspect``.

    TooLarge when it has more than ``limit`` MiB.
    """
    if len(content) > limit * MEBIBYTE:
        raise TooLarge(f"The message is larger than {limit} MiB")
    if len(content_type or "") > MAX_CONTENT_TYPE:
        raise RefusedMessage(f"the Content-Type is longer than {MAX_CONTENT_TYPE} characters")
    return inspect(content, content_type, kinds=kinds)


def read_documents(
    content: bytes,
    content_type: str | None,
    tz: str | tzinfo,
    *,
    report_lines: bool = True,
    wanted: Collection[int] | None = None,
    kinds: Kinds = KNOWN,
) -> Iterator[Reading]:
    """Yield every document of a message, in order; one that is wrong doesn't stop the others.

    ``tz`` is the time zone of times without an offset. Without ``report_lines`` the reports'
    ``lines`` are left empty, and memory stays flat however many there are; ``line_count`` and
    ``digest`` don't change. ``wanted`` are the positions of the documents to read; the others
    are passed over. RefusedMessage as from ``inspect``: when it comes from the middle
    of a body, documents before it were yielded already.
    """
    local = zone(tz)
    header: Header | None = None
    report: _Report | None = None
    last = None if wanted is None else max(wanted, default=0)
    body = _Body(content, content_type, kinds)
    for part in body.scan():
        if last is not None and part.position > last:
            break
        if part.position == 0:
            header = header or mapping.header(part.element, local)
            continue
        if wanted is not None and part.position not in wanted:
            continue
        if header is None:  # rare: none at all, or after the documents
            found = body.survey(json_tree.MAX_DEPTH).header
            header = Header() if found is None else mapping.header(found, local)
        if part.name != REPORT:
            reading = _read(part, local, header.sender, kinds)
            yield replace(reading, clients=_clients(part, header, kinds))
            continue
        report = report or _Report(part.position, local, keep=report_lines)
        if part.items is not None:
            report.add(part.items)
            continue
        yield replace(report.finish(part.element), clients=_clients(part, header, kinds))
        report = None


def iter_report_lines(
    content: bytes,
    content_type: str | None,
    tz: str | tzinfo,
    position: int,
    *,
    kinds: Kinds = KNOWN,
) -> Iterator[InventoryLine]:
    """Yield the lines of the inventory report at ``position``, in bounded memory.

    A wrong line says so in its ``problem``. MessageError when there is no report at ``position``.
    """
    reader = ItemReader(zone(tz))
    before = 0
    for part in _Body(content, content_type, kinds).scan():
        if part.position < position:
            continue
        if part.position > position or part.name != REPORT:
            break
        if part.items is None:
            return
        for item in part.items:
            yield from map(line, reader.read(item, position, before))
        before += len(part.items)
    raise MessageError("is not an inventory report", path=f"*[{position}]")


class _Body:
    """A body that is gone through once or twice; JSON is decoded once, for it is held whole."""

    def __init__(self, content: bytes, content_type: str | None, kinds: Kinds) -> None:
        self.kinds = kinds
        self.format = sniff(content)
        if self.format == "xml":
            self._scan = partial(xml_scan.scan, content, content_type)
            self._survey = partial(xml_scan.survey, content, content_type)
        else:
            text = json_text(content, content_type)
            self._scan = partial(json_scan.scan, text)
            self._survey = partial(json_scan.survey, text)

    def scan(self) -> Iterator[Part]:
        """Go through it, reading."""
        return self._scan(self.kinds)

    def survey(self, max_depth: int) -> Survey:
        """Go through it, proving that it can be read."""
        return self._survey(max_depth, self.kinds)


def _clients(part: Part, header: Header, kinds: Kinds) -> tuple[tuple[str, ...], ...]:
    """Whose document it is, by the message's header and by the document itself."""
    kind = kinds.by_element.get(part.name)
    party = child(part.element, kind.client) if kind and kind.client else None
    return tuple(filter(None, (header.receivers, client_ids(party))))


def _number(element: etree._Element) -> str | None:
    """The number of a document of whatever kind: its ...Identification/entityIdentification."""
    for inner in element:
        if LOCAL[inner.tag].endswith("Identification"):
            for number in children(inner, "entityIdentification"):
                if found := own_text(number):
                    return found
    return None


def _read(part: Part, tz: tzinfo, sender: str | None, kinds: Kinds) -> Reading:
    position, name, element, _items = part
    kind = kinds.by_element.get(name)
    if kind is None or kind.read is None:
        reason = f"{name} is not a document that we know"
        number = _number(element)
        unsupported = Unsupported(position=position, name=name, reason=reason, reference=number)
        return _readable(unsupported, tree_digest(element))
    try:
        document = kind.read(element, Place(position, tz, sender))
    except FieldError as error:
        return Reading(
            position=position,
            kind=kind.name,
            document=None,
            error=error.placed(position),
            digest=tree_digest(element),
        )
    unread = getattr(document, "unread", ())
    return _readable(document, tree_digest(element) if unread else document_digest(document))


def _readable(document: Document, digest: str) -> Reading:
    return Reading(
        position=document.position,
        kind=document.kind,
        document=document,
        error=None,
        digest=digest,
    )


class _Report:
    """An inventory report while its items come in."""

    def __init__(self, position: int, tz: tzinfo, keep: bool) -> None:
        self.position = position
        self.tz = tz
        self.keep = keep
        self.lines: list[LineFields] = []
        self.line_count = 0
        self.warehouse: str | None = None  # that all lines name
        self._items = 0
        self._reader = ItemReader(tz)
        self._hash = hashlib.sha256()

    def add(self, items: list[etree._Element]) -> None:
        """Read the next items."""
        fingerprints: list[str] = []
        read = self._reader.read
        for item in items:
            found = read(item, self.position, self._items)
            for fields in found:
                # of a wrong line all counts: nobody knows what it says
                fingerprints.append(tree_text(item) if fields[PROBLEM] else fingerprint(fields))
            if self.keep:
                self.lines += found
            warehouse = found[0][1]
            if not self._items and item is items[0]:
                self.warehouse = warehouse
            elif warehouse != self.warehouse:
                self.warehouse = None
            self.line_count += len(found)
        self._items += len(items)
        self._hash.update(("\x1e".join(fingerprints) + "\x1e").encode())

    def finish(self, element: etree._Element) -> Reading:
        """Read the head, and put all together."""
        name = ""
        unreadable = tree_digest(element, self._hash.hexdigest())
        try:
            name = (text_at(element, "inventoryReportTypeCode") or "").upper()
            if not name:
                raise FieldError(element, "is missing", missing="inventoryReportTypeCode")
            if name not in REPORT_TYPES:
                reason = f"inventoryReportTypeCode {name[:80]!r} is not one that we know"
                document = Unsupported(
                    position=self.position,
                    name=REPORT,
                    reason=reason,
                    reference=_number(element),
                )
                return _readable(document, unreadable)
            report = self._report(element, REPORT_TYPES[name])
        except FieldError as error:
            is_activity = REPORT_TYPES.get(name) == "activity"
            return Reading(
                position=self.position,
                kind="inventory_adjustment" if is_activity else "inventory_report",
                document=None,
                error=error.placed(self.position),
                digest=unreadable,
            )
        return _readable(report, document_digest(report, self._hash.hexdigest()))

    def _report(self, element: etree._Element, kind: str) -> InventoryReport:
        period = child(element, "reportingPeriod")
        gaps = mapping.Gaps(self.position)
        written = partial(span_at, element, self.tz, "creationDateTime")
        ended = partial(period_end, period, self.tz)
        created_at, ends = gaps.take(written, False), gaps.take(ended, False)
        if kind == "status" and (created_at or ends or written() or ended()) is None:
            # a photograph of an unknown time can't be compared with anything
            raise FieldError(element, "is missing", missing="creationDateTime")
        return InventoryReport(
            position=self.position,
            created_at=created_at,
            document_status=text_at(element, "documentStatusCode"),
            reference=text_at(element, "inventoryReportIdentification", "entityIdentification"),
            type=kind,
            structure=text_at(element, "structureTypeCode"),
            # The reporting party is the client in the guideline of adjustments, the warehouse in
            # both samples.
            warehouse_code=warehouse_code(child(element, "inventoryLocation"))
            or self.warehouse
            or warehouse_code(child(element, "inventoryReportingParty")),
            ends=ends,
            unread=tuple(gaps.unread),
            line_count=self.line_count,
            lines=tuple(map(line, self.lines)),
        )
