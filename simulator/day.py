"""A day in the warehouse: every order ends in one of Bring's states, goods arrive, stock is told.

The same seed, orders and time give the same day. Events lie earlier today, Oslo's time: never
in the future, in order for each order. Where the opening stock is given, the stock report at the
end tells what the day left of it; mishaps make it differ from what was told.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import cycle
from random import Random
from typing import NamedTuple
from zlib import crc32

from . import numbering
from .inventory import (
    Change,
    NewStatus,
    Stock,
    inventory_adjustment,
    inventory_report,
    of_line,
    operations_notification,
)
from .messages import Message, despatch_advice, order_response, receiving_advice
from .orders import Line, Order, Portion, articles
from .push import Answer, Endpoint
from .shelf import AVAILABLE, BLOCKED, Shelf
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
ENOUGH = 20  # of an article: so many that a day's orders leave some to be blocked
STRAY = "W20417"  # an order that was not sent from here


def day(
    orders: Sequence[Order],
    *,
    now: datetime | None = None,
    seed: int = 0,
    quirks: bool = False,
    stock: Sequence[Stock] | None = None,
    mishaps: bool = False,
) -> list[Event]:
    """Return the day's messages in the order of their events.

    :param now: an aware datetime; the end of the day so far.
    :param stock: what the first order's warehouse had in the morning; invented at the end of
        the day when None.
    :param mishaps: let happen what does on a real day: goods of an order that isn't ours are
        sent, an article turns up that nobody knows, one gets lost, arrivals aren't told.
    :raise ValueError: when there are no orders, or `now` has no time zone.
    """
    if not orders:
        raise ValueError("a day needs orders")
    now = checked(now or datetime.now(UTC))
    rng = Random(seed)
    midnight = now.replace(hour=0, minute=0, second=0)
    clock = _Clock(max(midnight, now - SHIFT), now, rng)
    events = []
    shelf = Shelf(stock or ())
    home = orders[0].warehouse
    puzzling: set[str] = set()  # articles that a mishap befell: not two to one
    customers = [order for order in orders if order.type == "order"]
    for order, state in _states(customers, rng):
        steps = STATES[state].split()
        for at, step in zip(clock.times(len(steps)), steps, strict=True):
            message, shipped = _step(order, step, at, rng, quirks)
            events.append(Event(at, message))
            for number, portions in shipped.items() if order.warehouse == home else ():
                shelf.take(order.line(number), portions)
    incoming = [order for order in orders if order.type != "order"]
    rng.shuffle(incoming)
    for order, arrival in zip(incoming, cycle(ARRIVALS), strict=False):
        received, blocked = _arrived(order, arrival)
        if arrival != "untouched":
            (at,) = clock.times(1)
            events.append(Event(at, _arrival(order, received, blocked, at, quirks)))
        elif mishaps:
            puzzling.update(line.article for line in order.lines)
        if order.warehouse == home and (arrival != "untouched" or mishaps):
            for number, quantity in received.items():
                shelf.put(order.line(number), quantity - blocked.get(number, Decimal(0)))
            for number, quantity in blocked.items():
                shelf.put(order.line(number), quantity, BLOCKED)
    if mishaps:
        line = next(
            (line for line in _countable(orders) if line.article not in puzzling),
            orders[0].lines[0],
        )
        puzzling |= {line.article, f"{line.article}-B"}
        events += _mishaps(orders[0], line, shelf, clock, rng, quirks)
    events += _held(orders[0], stock or (), puzzling, clock, quirks)
    events += _adjustment(orders, shelf, now, quirks)
    left = _invented(orders, rng) if stock is None else shelf.told()
    if mishaps:
        left = _lose(left, puzzling, rng)
    events += _report(orders, left, now, quirks)
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


def _step(
    order: Order, step: str, at: datetime, rng: Random, quirks: bool
) -> tuple[Message, dict[int, list[Portion]]]:
    """Return the message of a step, and what left with it by line number."""
    kind, _, status = step.partition("-")
    if kind == "R":
        return order_response(order, status, at, quirks=quirks), {}
    if status not in ("O4", "part"):
        return despatch_advice(order, status, at, quirks=quirks), {}
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
    advice = despatch_advice(
        order, "O4", at, shipped=shipped, tracking=tracking, by_day=_by_day(order, quirks),
        quirks=quirks,
    )  # fmt: skip
    return advice, shipped


def _arrived(order: Order, arrival: str) -> tuple[dict[int, Decimal], dict[int, Decimal]]:
    """Return what arrives by line number, and how much of that is blocked."""
    first = order.lines[0]
    whole = {line.number: line.quantity for line in order.lines}
    if arrival == "blocked":
        return whole, {first.number: min(first.quantity, Decimal(1))}
    if arrival == "short":
        half = first.quantity // 2
        return {
            number: half if number == first.number else quantity
            for number, quantity in whole.items()
            if half or number != first.number
        } or whole, {}
    return whole, {}


def _arrival(
    order: Order,
    received: dict[int, Decimal],
    blocked: dict[int, Decimal],
    at: datetime,
    quirks: bool,
) -> Message:
    conditions = {number: {"1": quantity} for number, quantity in blocked.items()}
    return receiving_advice(
        order, at, received=received, conditions=conditions, by_day=_by_day(order, quirks),
        quirks=quirks,
    )  # fmt: skip


def _by_day(order: Order, quirks: bool) -> bool:
    """Tell only the day on which goods moved: always with the quirks, else of every other order."""
    return quirks or crc32(order.reference.encode()) % 2 == 0


def _mishaps(
    order: Order, line: Line, shelf: Shelf, clock: "_Clock", rng: Random, quirks: bool
) -> Iterator[Event]:
    """Tell of goods that left for another's order, and of an article that nobody knows."""
    stray = replace(order, reference=STRAY, lines=(replace(line, number=10, quantity=Decimal(1)),))
    (at,) = clock.times(1)
    message, shipped = _step(stray, "D-O4", at, rng, quirks)
    shelf.take(stray.lines[0], shipped[10])
    yield Event(at, message)
    turned_up = Change(f"{line.article}-B", Decimal(6), "210", unit=line.unit)
    shelf.change(turned_up)
    (at,) = clock.times(1)
    number = order.customer_number
    yield Event(
        at,
        inventory_adjustment(
            order.warehouse, [turned_up], at, customer_number=number, quirks=quirks
        ),
    )


def _held(
    order: Order, stock: Sequence[Stock], puzzling: set[str], clock: "_Clock", quirks: bool
) -> Iterator[Event]:
    """Tell that a few of what there is most of were blocked, looked at, and released.

    Of batches first: it is they that are blocked.
    """
    candidates = [
        row
        for row in stock
        if row.status == AVAILABLE and not row.serials and row.article not in puzzling
    ]
    found = max(candidates, key=lambda row: (bool(row.batch), row.quantity), default=None)
    if found is None or found.quantity < ENOUGH:
        return
    for at, status in zip(clock.times(2), (BLOCKED, AVAILABLE), strict=True):
        change = NewStatus(found.article, Decimal(2), status, found.batch, found.unit, found.gtin)
        message = operations_notification(
            order.warehouse,
            [change],
            at,
            customer_number=order.customer_number,
            quirks=quirks,
        )
        yield Event(at, message)


def _adjustment(
    orders: Sequence[Order], shelf: Shelf, now: datetime, quirks: bool
) -> Iterator[Event]:
    """Tell of one adjustment in the first order's warehouse: something lost, something found."""
    countable = _countable(orders)
    if countable:
        lost, found = countable[0], countable[-1]
        changes = [
            of_line(Change(lost.article, Decimal(-1), "100"), lost),
            of_line(Change(found.article, Decimal(2), "210"), found),
        ]
        for change in changes:
            shelf.change(change)
        adjustment = inventory_adjustment(
            orders[0].warehouse,
            changes,
            now,
            customer_number=orders[0].customer_number,
            quirks=quirks,
        )
        yield Event(now, adjustment)


def _report(
    orders: Sequence[Order], stock: Sequence[Stock], now: datetime, quirks: bool
) -> Iterator[Event]:
    if stock:
        report = inventory_report(
            orders[0].warehouse,
            stock,
            now,
            customer_number=orders[0].customer_number,
            quirks=quirks,
        )
        yield Event(now, report)


def _invented(orders: Sequence[Order], rng: Random) -> list[Stock]:
    return [
        of_line(Stock(line.article, Decimal(rng.randint(20, 200))), line)
        for line in _countable(orders)
    ]


def _lose(stock: list[Stock], puzzling: set[str], rng: Random) -> list[Stock]:
    """Let some of an article be gone without a word, one that is not puzzling yet."""
    candidates = [
        position
        for position, row in enumerate(stock)
        if row.quantity > 5
        and row.status == AVAILABLE
        and not row.serials
        and row.article not in puzzling
    ]
    if candidates:
        position = rng.choice(candidates)
        row = stock[position]
        stock[position] = row._replace(quantity=row.quantity - rng.randint(2, 5))
    return stock


def _countable(orders: Sequence[Order]) -> list[Line]:
    """Return a line for each article; serial numbers that were lost or found can't be invented."""
    return [line for line in articles(orders, orders[0].warehouse) if not line.serials]
