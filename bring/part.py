"""What the two scanners, of XML and of JSON, hand to the reader."""

from typing import Final, NamedTuple

from lxml import etree

from .errors import RefusedMessage

# GS1 allows 1 to 10,000 documents in a message (Implementation guideline of GS1 XML 3). An element
# of its schemas has no more than a handful of attributes; lxml and libxml2 take time with the
# square of their number.
MAX_DOCUMENTS: Final = 10_000
MAX_ATTRIBUTES: Final = 100


def too_many_documents() -> RefusedMessage:
    return RefusedMessage(
        f"the message has more than {MAX_DOCUMENTS:,} documents; send it in several"
    )


def too_many_attributes() -> RefusedMessage:
    return RefusedMessage(f"an element has more than {MAX_ATTRIBUTES} attributes")


class Part(NamedTuple):
    """A whole header or document, or some items of a report.

    ``position`` is 0 for the header, else the document's, counted from 1. With ``items``, they
    are inventoryItemLocationInformation elements of the report ``element``, which isn't
    complete yet: it comes again, without items, when all of them were given out.
    """

    position: int
    name: str
    element: etree._Element
    items: list[etree._Element] | None = None


class Survey(NamedTuple):
    """A message from outside: its root's name, its header, how many documents are in it."""

    root: str
    header: etree._Element | None
    documents: int
