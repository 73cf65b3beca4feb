"""What the two scanners, of XML and of JSON, hand to the reader."""

from typing import NamedTuple

from lxml import etree


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
