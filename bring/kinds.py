"""Which messages there are: their root elements, the documents in them, how those are read."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any, Final, NamedTuple

from lxml import etree

from . import mapping
from .names import REPORT


class Place(NamedTuple):
    """What a reading function knows besides the element.

    ``position`` is the document's in its message, counted from 1; ``tz`` is the time zone of
    times without an offset; ``sender`` is the header's, or None.
    """

    position: int
    tz: tzinfo
    sender: str | None


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of document: ``name`` is its key, ``root`` and ``element`` are local names.

    ``read`` makes a frozen dataclass of the element ``element`` and its Place, and raises
    FieldError for what is wrong. The dataclass has ``kind`` (equal to ``name``), ``position``,
    and ``event`` (a Span; None when it isn't told); ``reference``, ``warehouse_code``,
    ``created_at``, ``status`` and ``line_count`` are taken over where it has them. ``read`` is
    None for stock reports alone: they are read item by item. ``client`` names the party whose
    id says whose document it is, "" where there is none.
    """

    name: str
    root: str
    element: str
    read: Callable[[etree._Element, Place], Any] | None
    client: str = ""


class Kinds:
    """The kinds that a message may be of, ready to be looked up."""

    def __init__(self, kinds: Iterable[Kind]) -> None:
        self.by_element = {kind.element: kind for kind in kinds}
        self.by_root = {kind.root: kind for kind in self.by_element.values()}
        self.root_tags = [f"{{*}}{root}" for root in self.by_root]


def _order_response(element: etree._Element, place: Place) -> Any:
    return mapping.order_response(element, place.position, place.tz)


def _despatch_advice(element: etree._Element, place: Place) -> Any:
    return mapping.despatch_advice(element, place.position, place.tz, place.sender)


def _receiving_advice(element: etree._Element, place: Place) -> Any:
    return mapping.receiving_advice(element, place.position, place.tz)


def _operations_notification(element: etree._Element, place: Place) -> Any:
    return mapping.operations_notification(element, place.position, place.tz)


# Root and document elements: every guideline. The client: receiver (guideline DespatchAdvice
# outbound, and the sample of ReceivingAdvice), inventoryReportToParty (guideline InventoryReport),
# logisticServicesBuyer (guideline WarehousingOperationsNotification).
BUILT_IN: Final = (
    Kind("order_response", "orderResponseMessage", "orderResponse", _order_response),
    Kind(
        "despatch_advice", "despatchAdviceMessage", "despatchAdvice", _despatch_advice, "receiver"
    ),
    Kind(
        "receiving_advice",
        "receivingAdviceMessage",
        "receivingAdvice",
        _receiving_advice,
        "receiver",
    ),
    Kind("inventory_report", "inventoryReportMessage", REPORT, None, "inventoryReportToParty"),
    Kind(
        "operations_notification",
        "warehousingOperationsNotificationMessage",
        "warehousingOperationsNotification",
        _operations_notification,
        "logisticServicesBuyer",
    ),
)
KNOWN: Final = Kinds(BUILT_IN)
