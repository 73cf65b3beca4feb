"""An order as Bring keeps it: what was sent, how far it is, what was shipped or received."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from .depot import ZERO, Allocation
from .intake import OrderRequest
from .orders import Line, Order

# Our status to that of Bring's answers, which is an open list: EDIIMPORTED and Picked stand in
# Bring's examples, the others are the labels of its status codes (guidelines DespatchAdvice
# outbound and OrderResponse). That of receipts is not published.
ORDER_STATUSES = {
    "taken": "EDIIMPORTED",
    "registered": "EDIIMPORTED",
    "allocated": "Order allocated",
    "started": "Order started in WMS system",
    "picked": "Picked",
    "partially_despatched": "Order sent",
    "despatched": "Order sent",
    "partially_received": "PartiallyReceived",
    "received": "Received",
    "cancelled": "Canceled",
}
CHANGEABLE = ("taken", "registered", "allocated")


@dataclass(slots=True)
class WarehouseOrder:
    """An order, a purchase order or a return; `handled` is shipped, or received, by line.

    `duplicates` counts how often it was sent once more as an Original, and refused.
    """

    request: OrderRequest
    taken_at: datetime
    status: str = "taken"
    history: list[tuple[datetime, str]] = field(default_factory=list)
    allocations: list[Allocation] = field(default_factory=list)
    handled: dict[int, Decimal] = field(default_factory=dict)
    tracking: list[str] = field(default_factory=list)
    ssccs: list[str] = field(default_factory=list)
    duplicates: int = 0
    updates: int = 0

    @property
    def order(self) -> Order:
        return self.request.order

    @property
    def reference(self) -> str:
        return self.order.reference

    @property
    def changeable(self) -> bool:
        """Whether it can be updated or deleted still."""
        return self.status in CHANGEABLE

    @property
    def done(self) -> bool:
        return all(self.remaining(line) <= 0 for line in self.order.lines)

    def remaining(self, line: Line) -> Decimal:
        """Return what is yet to be shipped or received of a line."""
        return line.quantity - self.handled.get(line.number, ZERO)

    def wanted(self, line: Line) -> Decimal:
        """Return what is yet to be set aside for a line."""
        allocated = (a.quantity for a in self.allocations if a.line == line.number)
        return self.remaining(line) - sum(allocated, ZERO)

    def become(self, status: str, at: datetime) -> None:
        self.status = status
        self.history.append((at, status))
