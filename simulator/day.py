"""A day in the warehouse: every order ends in one of Bring's states, goods arrive, stock is told.

The same seed, orders and time give the same day. Events lie earlier today, Oslo's time: never
in the future, in order for each order.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import cycle
from random import Random
from typing import NamedTuple

from . import numbering
from .inventory import Change, Stock, inventory_adjustment, inventory_report, of_line
from .messages import Message, despatch_advice, order_response, receiving_advice
from .orders import Order, articles
from .push import Answer, Endpoint
from .style import checked

SHIFT = timedelta(hours=10)  # so long before now the day begins, midnight at the earliest


class Event(NamedTuple):
    """What happens at `at`, and the message that tells of it."""

    at: datetime
    message: Message


# An order's steps up to its state, most telling first: few orders still show the most.
# R is an order response, D a despatch advice.
STATES = {
    "despatched": "R-O1 D-O2 R-O3 D-O3 D-O4",
    "partially despatched": "R-O1 D-O2 R-O3 D-O3 D-part",
    "picked": "R-O1 D-O2 R-O3 D-O3",
    "registered": "R-O1",
    "cancelled": "R-O1 D-99",
    "started": "R-O1 D-O2 R-O3",
    "allocated": "R-O1 D-O2",
    "untouched": "",
}
ARRIVALS = ("whole", "blocked", "short", "untouched")


def day(
    orders: Sequence[Order],
    *,
    now: datetime | None = None,
    seed: int = 0,
    quirks: bool = False,
) -> list[Event]:
    """Return the day's messages in the order of their events.

    :param now: an aware datetime; the end of the day so far.
    :raise ValueError: when there are no orders, or `now` has no time zone.
    """
    if not orders:
        raise ValueError("a day needs orders")
    now = checked(now or datetime.now(UTC))
    rng = Random(seed)
    midnight = now.replace(hour=0, minute=0, second=0)
    clock = _Clock(max(midnight, now - SHIFT), now, rng)
    events = []
    customers = [order for order in orders if order.type == "order"]
    for order, state in _states(customers, rng):
        steps = STATES[state].split()
        for at, step in zip(clock.times(len(steps)), steps, strict=True):
            events.append(Event(at, _step(order, step, at, rng, quirks)))
    incoming = [order for order in orders if order.type != "order"]
    rng.shuffle(incoming)
    for order, arrival in zip(incoming, cycle(ARRIVALS), strict=False):
        if arrival != "untouched":
            (at,) = clock.times(1)
            events.append(Event(at, _arrival(order, arrival, at, quirks)))
    events += _inventory(orders, now, rng, quirks)
    return sorted(events, key=lambda event: event.at)


def push_day(
    events: Sequence[Event], endpoint: Endpoint, format: str = "xml", convention: str = "bring"
) -> Iterator[tuple[Event, Answer]]:
    """Push the events in their order; raise as Endpoint.push does."""
    for event in events:
        yield event, endpoint.push(event.message, format, convention=convention)


class _Clock:
    """Deal out instants of the day, whole seconds, rising for each asker."""

    def __init__(self, start: datetime, end: datetime, rng: Random):
        self.start = start
        # In the last hundredth of the day only the stock is told.
        self.seconds = int((end - start).total_seconds() * 0.99)
        self.rng = rng

    def times(self, count: int) -> list[datetime]:
        seconds = sorted(self.rng.randint(0, self.seconds) for _ in range(count))
        return [self.start + timedelta(seconds=second) for second in seconds]


def _states(orders: Sequence[Order], rng: Random) -> Iterator[tuple[Order, str]]:
    """Spread the orders over the states; only what can be shipped in part is."""
    left = list(orders)
    rng.shuffle(left)
    for state in cycle(STATES):
        if not left:
            return
        suits: Callable[[Order], bool] = _divisible if state == "partially despatched" else bool
        found = next((order for order in left if suits(order)), None)
        if found is not None:
            left.remove(found)
            yield found, state


def _divisible(order: Order) -> bool:
    return len(order.lines) > 1 or order.lines[0].quantity > 1


def _step(order: Order, step: str, at: datetime, rng: Random, quirks: bool) -> Message:
    kind, _, status = step.partition("-")
    if kind == "R":
        return order_response(order, status, at, quirks=quirks)
    if status not in ("O4", "part"):
        return despatch_advice(order, status, at, quirks=quirks)
    sscc, tracking = numbering.sscc(rng.randrange(10**10)), numbering.ginc(rng.randrange(10**9))
    # The first line is halved where it can be; else only the other lines are left.
    quantities = {line.number: line.quantity for line in order.lines}
    if status == "part":
        first = order.lines[0]
        half = first.quantity // 2 or first.quantity
        quantities = {first.number: half}
    shipped = {
        number: order.line(number).portions(quantity, sscc)
        for number, quantity in quantities.items()
    }
    return despatch_advice(order, "O4", at, shipped=shipped, tracking=tracking, quirks=quirks)


def _arrival(order: Order, arrival: str, at: datetime, quirks: bool) -> Message:
    first = order.lines[0]
    if arrival == "short":
        received = {line.number: line.quantity for line in order.lines[1:]}
        if half := first.quantity // 2:
            received[first.number] = half
        return receiving_advice(order, at, received=received or None, quirks=quirks)
    blocked = {first.number: {"1": min(first.quantity, Decimal(1))}}
    conditions = blocked if arrival == "blocked" else None
    return receiving_advice(order, at, conditions=conditions, quirks=quirks)


def _inventory(
    orders: Sequence[Order], now: datetime, rng: Random, quirks: bool
) -> Iterator[Event]:
    """Tell of one adjustment, then of the stock, in the first order's warehouse."""
    warehouse, customer_number = orders[0].warehouse, orders[0].customer_number
    # A serial number that was lost or found can't be invented.
    countable = [line for line in articles(orders, warehouse) if not line.serials]
    if countable:
        lost, found = countable[0], countable[-1]
        changes = [
            of_line(Change(lost.article, Decimal(-1), "100"), lost),
            of_line(Change(found.article, Decimal(2), "210"), found),
        ]
        adjustment = inventory_adjustment(
            warehouse, changes, now, customer_number=customer_number, quirks=quirks
        )
        yield Event(now, adjustment)
    stock = [
        of_line(Stock(line.article, Decimal(rng.randint(20, 200))), line) for line in countable
    ]
    if stock:
        report = inventory_report(
            warehouse, stock, now, customer_number=customer_number, quirks=quirks
        )
        yield Event(now, report)
