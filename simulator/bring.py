"""Bring at work: takes orders, moves them on as the clock goes, and tells of it.

Everything follows from the seed, the orders and the clock. Each step changes the stock at the
instant that its message names. Nothing here knows HTTP but the endpoint that is pushed to.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from threading import RLock

from . import messages, numbering
from .admission import admitted
from .clock import Clock, Due
from .depot import AVAILABLE, BLOCKED, QUARANTINED, ZERO, Depot
from .envelope import Message
from .faults import Faults
from .intake import ItemData, OrderRequest
from .inventory import Change, NewStatus
from .orders import Batch, Order, Portion
from .outbox import Push
from .pace import Habits, Pace
from .push import Endpoint
from .warehouse_order import WarehouseOrder

CONDITIONS = {"0": AVAILABLE, "1": BLOCKED, "2": QUARANTINED}


@dataclass(slots=True)
class Bring:
    """The state of it all; `lock` is held while it changes or is read.

    :param pushed_as: `xml` or `json`; `quirks` as Bring's samples do.
    :param any_article: take orders for articles that aren't known.
    """

    clock: Clock
    seed: int = 0
    pace: Pace = field(default_factory=Pace)
    habits: Habits = field(default_factory=Habits)
    customer_number: str = "999999"
    pushed_as: str = "xml"
    quirks: bool = False
    any_article: bool = False
    depot: Depot = field(default_factory=Depot)
    orders: dict[str, WarehouseOrder] = field(default_factory=dict)
    pushes: list[Push] = field(default_factory=list)
    faults: Faults = field(default_factory=Faults)
    serial: int = 0
    lock: RLock = field(default_factory=RLock, repr=False)
    _running: RLock = field(default_factory=RLock, repr=False)

    def take_orders(
        self, requests: Iterable[OrderRequest], *, test_key: bool = False, pretend: bool = False
    ) -> None:
        """Take new, changed and deleted orders: all of them, or none.

        :param pretend: check them, but do nothing.
        :raise Refusal: for the first that can't be taken.
        """
        with self.lock:
            checked = [
                admitted(
                    request, self.orders, self.depot, self.clock.now,
                    test_key=test_key, any_article=self.any_article,
                )
                for request in requests
            ]  # fmt: skip
            for request in [] if pretend else checked:
                self._take(request)

    def take_items(self, items: Iterable[ItemData]) -> None:
        """Make articles known."""
        with self.lock:
            for item in items:
                self.depot.know(
                    item.number, self.clock.now, name=item.name, ean=item.ean, unit=item.unit
                )

    def adjust(
        self,
        warehouse: str,
        article: str,
        *,
        change: Decimal | None = None,
        quantity: Decimal | None = None,
        reason: str = "",
        status: str = AVAILABLE,
        batch: str = "",
        best_before: date | None = None,
        serials: Iterable[str] = (),
    ) -> Decimal:
        """Change a stock by so much, or set it; with a reason, push an adjustment.

        :return: the change.
        :raise DepotError: for less than nothing.
        """
        with self.lock:
            now, serials = self.clock.now, tuple(serials)
            if change is None:
                there = self.depot.quantity(
                    article, warehouse=warehouse, status=status, batch=batch or None
                )
                change = (quantity or ZERO) - there
            if change > 0:
                self.depot.put(
                    warehouse, article, change, now,
                    status=status, batch=batch, best_before=best_before, serials=serials,
                )  # fmt: skip
            elif change < 0:
                self.depot.take(warehouse, article, -change, now, status=status, batch=batch)
            if change and reason:
                known = self.depot.articles[article]
                row = Change(
                    article, change, reason, batch, best_before, serials, known.unit, known.ean
                )
                self._push(
                    messages.inventory_adjustment(
                        warehouse, [row], now,
                        customer_number=self.customer_number, quirks=self.quirks,
                    )
                )  # fmt: skip
            return change

    def restate(
        self,
        warehouse: str,
        article: str,
        quantity: Decimal,
        status: str,
        was: str = AVAILABLE,
        batch: str = "",
    ) -> None:
        """Let goods be blocked, in quarantine or released now, and push a notification.

        :raise DepotError: for more than there is.
        """
        with self.lock:
            now = self.clock.now
            self.depot.restate(
                warehouse, article, quantity, now, status=status, was=was, batch=batch
            )
            known = self.depot.articles[article]
            row = NewStatus(article, quantity, status, batch, known.unit, known.ean)
            self._push(
                messages.operations_notification(
                    warehouse, [row], now,
                    customer_number=self.customer_number, quirks=self.quirks,
                )
            )  # fmt: skip

    def report(self, warehouse: str = "") -> None:
        """Push a photograph of the stock of a warehouse, or of each."""
        with self.lock:
            for code in [warehouse] if warehouse else self.depot.warehouses():
                self._push(
                    messages.inventory_report(
                        code, [*self.depot.rows(code)], self.clock.now,
                        customer_number=self.customer_number, quirks=self.quirks,
                    )
                )  # fmt: skip

    def receive(
        self, reference: str, lines: Mapping[int, tuple[Decimal, Mapping[str, Decimal]]]
    ) -> None:
        """Let goods of a purchase order or a return arrive now.

        :param lines: by line number the quantity, and what of it is in which condition (1, 2).
        :raise KeyError, ValueError: for an order, a line or a condition that doesn't exist.
        """
        with self.lock:
            self._receive(self.orders[reference], lines)

    def advance(self, by: timedelta, endpoint: Endpoint | None = None) -> int:
        """Move the clock on: all that is due by then happens, in order, pushes included.

        Pushes wait for their answers, but never hold the lock. Without an endpoint they wait.

        :return: how much happened.
        """
        with self._running:
            happened = 0
            until = self.clock.now + by
            while True:
                with self.lock:
                    due = self.clock.next(until)
                    if due is None:
                        return happened
                    happened += 1
                    push = self._happen(due)
                if push and endpoint:
                    wait = push.deliver(endpoint, due.at)
                    if wait is not None:
                        with self.lock:
                            self.clock.after(wait, "push", str(push.number))

    def push_waiting(self) -> None:
        """Put what waits for an endpoint on the agenda, now that there is one."""
        with self.lock:
            coming = {due.argument for due in self.clock.agenda if due.what == "push"}
            for push in self.pushes:
                if push.state == "waiting" and str(push.number) not in coming:
                    self.clock.after(timedelta(), "push", str(push.number))

    def _take(self, request: OrderRequest) -> None:
        now, reference = self.clock.now, request.order.reference
        kept = self.orders.get(reference)
        if kept is None:
            kept = self.orders[reference] = WarehouseOrder(request, now)
            kept.become("taken", now)
            self._want(kept)
            self._later("register", kept)
            return
        self.depot.release(kept.allocations, now)
        kept.allocations = []
        self._want(kept, -1)
        if request.indicator == "Delete":
            kept.become("cancelled", now)
            self.clock.after(self.pace.cancel, "cancel", reference)
            return
        kept.request = request
        kept.updates += 1
        self._want(kept)
        if kept.status == "allocated":
            self._set_aside(kept)

    def agree(self, order: Order) -> None:
        """Change an order as two people agree by telephone: though it is begun, and without a word.

        :raise KeyError: for an order that isn't here.
        """
        kept = self.orders[order.reference]
        self.depot.release(kept.allocations, self.clock.now)
        kept.allocations = []
        self._want(kept, -1)
        kept.request = replace(kept.request, order=order)
        self._want(kept)
        if kept.status in ("allocated", "started", "picked"):
            self._set_aside(kept)

    def _want(self, kept: WarehouseOrder, sign: int = 1) -> None:
        if kept.order.type == "order":
            for line in kept.order.lines:
                self.depot.want(line.article, sign * kept.remaining(line), self.clock.now)

    def _happen(self, due: Due) -> Push | None:
        """Do what is due; return the message to push, if that is it."""
        if due.what == "push":
            return self.pushes[int(due.argument) - 1]
        kept = self.orders[due.argument]
        if kept.status == "cancelled" and due.what != "cancel":
            return None
        getattr(self, f"_{due.what}")(kept)
        return None

    def _cancel(self, kept: WarehouseOrder) -> None:
        if kept.order.type == "order":
            self._tell(kept, "99")

    def _register(self, kept: WarehouseOrder) -> None:
        kept.become("registered", self.clock.now)
        if kept.order.type == "order":
            self._push(
                messages.order_response(kept.order, "O1", self.clock.now, quirks=self.quirks)
            )
        self._later("allocate" if kept.order.type == "order" else "arrive", kept)

    def _allocate(self, kept: WarehouseOrder) -> None:
        self._set_aside(kept)
        if not kept.allocations:
            self.clock.after(self.pace.retry, "allocate", kept.reference)
            return
        kept.become("allocated", self.clock.now)
        self._tell(kept, "O2")
        self._later("start", kept)

    def _start(self, kept: WarehouseOrder) -> None:
        if not kept.allocations:  # an update wants what isn't there
            kept.become("registered", self.clock.now)
            self.clock.after(self.pace.retry, "allocate", kept.reference)
            return
        kept.become("started", self.clock.now)
        self._push(messages.order_response(kept.order, "O3", self.clock.now, quirks=self.quirks))
        self._later("pick", kept)

    def _pick(self, kept: WarehouseOrder) -> None:
        kept.become("picked", self.clock.now)
        self._tell(kept, "O3")
        self._later("despatch", kept)

    def _rest(self, kept: WarehouseOrder) -> None:
        self._set_aside(kept)
        self._despatch(kept)

    def _despatch(self, kept: WarehouseOrder) -> None:
        """Ship what is set aside, in one logistic unit; look for the rest later."""
        now = self.clock.now
        random = self._random(kept, f"despatch/{self.serial}")
        sscc = numbering.sscc(random.randrange(10**4) * 10**6 + self.serial + 1)
        shipped: dict[int, list[Portion]] = {}
        lots = {a.lot.batch: a.lot.best_before for a in kept.allocations}
        for line, portion in self.depot.ship(kept.allocations, now, sscc):
            shipped.setdefault(line, []).append(portion)
            kept.handled[line] = kept.handled.get(line, ZERO) + portion.quantity
        kept.allocations = []
        if shipped:
            self.serial += 1
            tracking = numbering.ginc(random.randrange(10**3) * 10**6 + self.serial)
            kept.tracking.append(tracking)
            kept.ssccs.append(sscc)
            kept.become("despatched" if kept.done else "partially_despatched", now)
            self._tell(kept, "O4", shipped, tracking, lots)
        if not kept.done:
            self.clock.after(self.pace.retry, "rest", kept.reference)

    def _arrive(self, kept: WarehouseOrder) -> None:
        """Let what is open arrive, by the warehouse's habits in part or not in order."""
        random = self._random(kept, f"arrive/{len(kept.history)}")
        first = not kept.handled
        lines: dict[int, tuple[Decimal, dict[str, Decimal]]] = {}
        for line in kept.order.lines:
            quantity = max(ZERO, kept.remaining(line))
            if first and quantity > 1 and random.random() < self.habits.short:
                quantity = Decimal(int(quantity // 2))
            conditions: dict[str, Decimal] = {}
            for code, chance in (("1", self.habits.blocked), ("2", self.habits.quarantined)):
                if random.random() < chance and quantity - sum(conditions.values()) >= 1:
                    conditions[code] = Decimal(1)
            if quantity:
                lines[line.number] = quantity, conditions
        if lines:
            self._receive(kept, lines)
        if not kept.done:
            self._later("arrive", kept)

    def _receive(
        self, kept: WarehouseOrder, lines: Mapping[int, tuple[Decimal, Mapping[str, Decimal]]]
    ) -> None:
        now, order = self.clock.now, kept.order
        if order.type == "order" or kept.status == "cancelled":
            raise ValueError(f"nothing arrives on {order.reference}")
        received = {}
        for number, (quantity, _) in lines.items():
            line = order.line(number)
            done = int(kept.handled.get(number, ZERO))
            batch = line.batches[0].batch if line.batches else ""
            serials = line.serials[done : done + int(quantity)]
            received[number] = [Portion(quantity, batch, serials)]
        # The message checks the conditions; only then the goods are put away.
        message = messages.receiving_advice(
            order,
            now,
            received=received,
            conditions={number: conditions for number, (_, conditions) in lines.items()},
            by_day=self._by_day(kept),
            quirks=self.quirks,
        )
        for number, (quantity, conditions) in lines.items():
            line, (portion,) = order.line(number), received[number]
            good = quantity - sum((v for code, v in conditions.items() if code != "0"), ZERO)
            left = [*portion.serials]
            for code, part in {**conditions, "0": good}.items():
                if part > 0:
                    self.depot.put(
                        order.warehouse, line.article, part, now,
                        status=CONDITIONS[code], batch=portion.batch, serials=left[: int(part)],
                    )  # fmt: skip
                    del left[: int(part)]
            kept.handled[number] = kept.handled.get(number, ZERO) + quantity
        kept.become("received" if kept.done else "partially_received", now)
        self._push(message)

    def _set_aside(self, kept: WarehouseOrder) -> None:
        for line in kept.order.lines:
            if (wanted := kept.wanted(line)) > 0:
                batch = line.batches[0].batch if line.batches else ""
                kept.allocations += self.depot.allocate(
                    kept.order.warehouse, line.number, line.article, wanted, self.clock.now, batch
                )

    def _tell(
        self,
        kept: WarehouseOrder,
        status: str,
        shipped: dict[int, list[Portion]] | None = None,
        tracking: str = "",
        lots: Mapping[str, date | None] | None = None,
    ) -> None:
        """Push a despatch advice; `lots` are the best-before dates by batch."""
        batches = tuple(Batch(name, day, ZERO) for name, day in (lots or {}).items())
        order: Order = replace(
            kept.order, lines=tuple(replace(line, batches=batches) for line in kept.order.lines)
        )
        acd = kept.request.reference("ACD")
        note = acd if acd != kept.reference else ""
        days = None if status == "99" else 1 if status == "O4" else 3
        self._push(
            messages.despatch_advice(
                order, status, self.clock.now,
                shipped=shipped, tracking=tracking, note=note,
                arrives=self.clock.now + timedelta(days=days) if days else None,
                by_day=self._by_day(kept), quirks=self.quirks,
            )
        )  # fmt: skip

    def _push(self, message: Message) -> None:
        """Write a message down, and put it on the agenda: now, unless it is to be late."""
        faults = self.faults.take(f"push.{message.kind}", ("duplicate", "late"))
        body = message.xml() if self.pushed_as == "xml" else message.json()
        push = Push(
            len(self.pushes) + 1, message.kind, message.title, self.clock.now, body,
            self.pushed_as, copies=2 if "duplicate" in faults else 1,
        )  # fmt: skip
        self.pushes.append(push)
        late = faults["late"].seconds if "late" in faults else 0
        self.clock.after(timedelta(seconds=late), "push", str(push.number))

    def _later(self, step: str, kept: WarehouseOrder) -> None:
        delay: timedelta = getattr(self.pace, step)
        shift = self._random(kept, step).uniform(-self.pace.jitter, self.pace.jitter)
        self.clock.after(delay * (1 + shift), step, kept.reference)

    def _by_day(self, kept: WarehouseOrder) -> bool:
        """Tell only the day on which goods moved: always with the quirks, else of every other."""
        return self.quirks or self._random(kept, "by day").random() < 0.5

    def _random(self, kept: WarehouseOrder, what: str) -> Random:
        """Return dice of an order's own: what happens to it doesn't hang on the others."""
        return Random(f"{self.seed}/{kept.reference}/{what}")
