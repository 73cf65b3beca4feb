"""What Bring says of its stock: a photograph (report), changes with a reason (adjustment), and
goods that are blocked, released or in quarantine now (notification).

Rows come from any iterable and are written one by one, so that a report of 100,000 lines needs
little memory; from a one-shot iterator such a message can be written once.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple, TypeVar

from .envelope import BRING_GLN, KINDS, Message
from .orders import CUSTOMER_NUMBER, Line
from .style import Style, branch, checked, entity, leaf
from .tree import Element

STATUSES = ("AVAILABLE_FOR_SALE", "BLOCKED", "QUARANTINED")
REASONS = {"100": "damaged", "110": "destroyed", "200": "error at receipt", "210": "goods found"}


class Stock(NamedTuple):
    """So much of an article in one status; `quantity` in `unit`."""

    article: str
    quantity: Decimal
    status: str = "AVAILABLE_FOR_SALE"
    batch: str = ""
    best_before: date | None = None
    serials: tuple[str, ...] = ()
    unit: str = "PCE"
    gtin: str = ""


class Change(NamedTuple):
    """More (positive) or less of an article; `reason` is one of REASONS, or another code."""

    article: str
    quantity: Decimal
    reason: str = "100"
    batch: str = ""
    best_before: date | None = None
    serials: tuple[str, ...] = ()
    unit: str = "PCE"
    gtin: str = ""


class NewStatus(NamedTuple):
    """So much of an article, of one batch, that is in `status` now; None: all of the batch."""

    article: str
    quantity: Decimal | None
    status: str = "BLOCKED"
    batch: str = ""
    unit: str = "PCE"
    gtin: str = ""


# How the notification says a status: its code ("Status kod") and words. Bring's sample has ABC and
# Blocked; it publishes no others, so these are those of a stock report.
STATUS_REASONS = {
    "AVAILABLE_FOR_SALE": ("AVAILABLE_FOR_SALE", "Available for sale"),
    "BLOCKED": ("ABC", "Blocked"),
    "QUARANTINED": ("QUARANTINED", "Quarantined"),
}


Row = TypeVar("Row", Stock, Change)


def of_line(row: Row, line: Line) -> Row:
    """Fill in the unit, the GTIN and the first batch of an ordered line."""
    row = row._replace(unit=line.unit, gtin=line.gtin)
    if line.batches:
        first = line.batches[0]
        row = row._replace(batch=first.batch, best_before=first.best_before)
    return row


@dataclass(slots=True)
class Lines:
    """The lines of a report, made one by one while they are written.

    :raise RuntimeError: when rows from an iterator are written a second time.
    """

    rows: Iterable[tuple[Any, ...]]
    line: Callable[[int, tuple[Any, ...]], Element]
    head: list[Element] = field(default_factory=list)
    used: bool = False

    def __iter__(self) -> Iterator[Element]:
        if self.used and isinstance(self.rows, Iterator):
            raise RuntimeError("the rows of this report are used up; give them as a list")
        self.used = True
        yield from self.head
        for number, row in enumerate(self.rows, 1):
            yield self.line(number, row)


def inventory_report(
    warehouse: str,
    stock: Iterable[Stock | tuple[Any, ...]],
    at: datetime,
    *,
    customer_number: str = CUSTOMER_NUMBER,
    quirks: bool = False,
) -> Message:
    """Say what the warehouse had at that instant (INVENTORY_STATUS).

    :param stock: Stock rows, or tuples in their order.
    """
    style = Style(quirks)

    def line(number: int, row: tuple[Any, ...]) -> Element:
        return _status(number, Stock(*row), warehouse, style)

    head = [
        *_identification(warehouse, at, quirks),
        leaf("inventoryReportTypeCode", "INVENTORY_STATUS"),
        leaf("structureTypeCode", "ITEM_BY_LOCATION"),
        *_parties(warehouse, customer_number, style),
        branch("reportingPeriod", leaf("endDate", checked(at).date().isoformat())),
    ]
    lines = Lines(stock, line)
    return _message("inventory_report", warehouse, head, lines, at, customer_number, quirks)


def inventory_adjustment(
    warehouse: str,
    changes: Iterable[Change | tuple[Any, ...]],
    at: datetime,
    *,
    customer_number: str = CUSTOMER_NUMBER,
    quirks: bool = False,
) -> Message:
    """Say what changed in the warehouse, and why (INVENTORY_ACTIVITY).

    :param changes: Change rows, or tuples in their order.
    """
    style = Style(quirks)

    def line(number: int, row: tuple[Any, ...]) -> Element:
        return _activity(number, Change(*row), warehouse, style)

    head = [
        *_identification(warehouse, at, quirks),
        leaf("inventoryReportTypeCode", "INVENTORY_ACTIVITY"),
        leaf("structureTypeCode", "1" if quirks else "ITEM_BY_LOCATION"),
        *_parties(warehouse, customer_number, style),
        branch(
            "reportingPeriod",
            leaf("endDate", checked(at).date().isoformat()),
            style.clock("endTime", at),
        ),
    ]
    lines = Lines(changes, line)
    return _message("inventory_adjustment", warehouse, head, lines, at, customer_number, quirks)


def operations_notification(
    warehouse: str,
    changes: Iterable[NewStatus | tuple[Any, ...]],
    at: datetime,
    *,
    customer_number: str = CUSTOMER_NUMBER,
    quirks: bool = False,
) -> Message:
    """Say that goods are blocked, in quarantine or released now (status_changing).

    :param changes: NewStatus rows, or tuples in their order.
    """
    style = Style(quirks)
    number = "PS" if quirks else f"{warehouse}-{checked(at):%Y%m%d%H%M%S}"
    rows = [NewStatus(*row) for row in changes]
    document = Element(
        KINDS["operations_notification"].document,
        children=[
            *style.created(at)[-2:],
            entity("warehousingOperationsNotificationIdentification", number),
            branch("logisticServicesBuyer", style.party(customer_number)),
            branch("logisticServicesSeller", leaf("gln", BRING_GLN)),
            *(_transaction(count, row, warehouse, style) for count, row in enumerate(rows, 1)),
        ],
    )
    return Message(
        kind="operations_notification",
        documents=(document,),
        receiver=customer_number,
        created_at=at,
        title=warehouse,
        quirks=quirks,
    )


def _transaction(number: int, row: NewStatus, warehouse: str, style: Style) -> Element:
    code, words = STATUS_REASONS.get(row.status, (row.status, row.status))
    gtin = row.gtin.strip()
    event = branch(
        "tradeItemInventoryEvent",
        leaf("gtin", gtin.zfill(14) if gtin.strip("0") and not style.quirks else "0" * 14),
        Element(
            "additionalTradeItemIdentification",
            row.article,
            attributes={"additionalTradeItemIdentificationTypeCode": "IN"},
        ),
        None
        if row.quantity is None
        else style.quantity(
            "tradeItemQuantity", Decimal(str(row.quantity)), style.unit(row.unit, "PCE")
        ),
        style.item_data(batch=row.batch, best_before=None, serials=()),
        leaf("inventoryBusinessStepCode", "status_changing"),
        leaf("inventoryDispositionCode", "active"),
        leaf("inventoryEventReasonCode", code),
        Element("inventoryEventReasonDescription", words, attributes={"languageCode": "NO"}),
        branch("inventorySubLocation", style.party(warehouse)),
    )
    return branch(
        "warehousingOperationsTransaction",
        leaf("transactionSequenceNumber", str(number)),
        branch("warehousingOperationsLocation", style.inventory_location(warehouse), event),
    )


def _status(number: int, row: Stock, warehouse: str, style: Style) -> Element:
    quantity = Decimal(str(row.quantity))
    data = style.item_data(batch=row.batch, best_before=row.best_before, serials=row.serials)
    item = style.article(
        article=row.article,
        gtin=row.gtin,
        own="BUYER_ASSIGNED",
        quantity=style.quantity("tradeItemQuantity", quantity, style.unit(row.unit, "PCE")),
        data=[data] if data else [],
    )
    line = branch(
        "inventoryStatusLineItem",
        leaf("lineItemNumber", str(number)),
        branch(
            "inventoryStatusQuantitySpecification",
            leaf("inventoryStatusType", row.status),
            style.quantity("quantityOfUnits", quantity, style.unit(row.unit, "STK")),
        ),
    )
    return _located(warehouse, item, line, style)


def _activity(number: int, row: Change, warehouse: str, style: Style) -> Element:
    quantity = Decimal(str(row.quantity))
    unit = style.unit(row.unit, "STK")
    # The sample counts 0 of the item, beside the change.
    counted = style.quantity("tradeItemQuantity", Decimal(0), unit) if style.quirks else None
    line = branch(
        "inventoryActivityLineItem",
        leaf("lineItemNumber", str(number)),
        branch(
            "inventoryActivityQuantitySpecification",
            leaf("inventoryActivityTypeCode", row.reason),
            style.quantity("quantityOfUnits", quantity, unit),
            style.item_data(
                batch=row.batch,
                best_before=None,  # the guideline has none here
                serials=row.serials,
                empty_serial=True,
            ),
        ),
    )
    item = style.article(article=row.article, gtin=row.gtin, quantity=counted)
    return _located(warehouse, item, line, style)


def _located(warehouse: str, item: Element, line: Element, style: Style) -> Element:
    location = style.inventory_location(warehouse)
    return branch("inventoryItemLocationInformation", location, item, line)


def _identification(warehouse: str, at: datetime, quirks: bool) -> list[Element]:
    """Name the report; the samples don't."""
    name = f"{warehouse}-{checked(at):%Y%m%d%H%M%S}"
    return [] if quirks else [entity("inventoryReportIdentification", name)]


def _parties(warehouse: str, customer_number: str, style: Style) -> list[Element]:
    return [
        branch("inventoryReportToParty", style.party(customer_number)),
        branch("inventoryReportingParty", style.party(warehouse)),
    ]


def _message(
    kind: str,
    warehouse: str,
    head: list[Element],
    lines: Lines,
    at: datetime,
    customer_number: str,
    quirks: bool,
) -> Message:
    """Make the message; its only document streams its lines."""
    # One creationDateTime: the samples of this kind don't repeat it.
    created = Style(quirks).created(at)[-2:]
    lines.head = [*created, *head]
    return Message(
        kind=kind,
        documents=(Element(KINDS[kind].document, children=lines),),
        receiver=customer_number,
        created_at=checked(at),
        title=warehouse,
        quirks=quirks,
    )
