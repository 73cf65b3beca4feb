"""What lies in Bring's warehouses: articles, lots of them, what is allocated, and a ledger.

Lots are taken first in, first out. The ledger has every change with its instant, so that the
balances of any earlier instant can be told. Quantities are Decimals in the article's unit.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from .inventory import STATUSES, Stock
from .orders import Portion

AVAILABLE, BLOCKED, QUARANTINED = STATUSES
ZERO = Decimal(0)


class DepotError(ValueError):
    """Say in words what the stock doesn't allow."""


@dataclass(slots=True)
class Article:
    """An article as item data, or a stock that was set, made it known."""

    number: str
    created_at: datetime
    name: str = ""
    ean: str = ""
    unit: str = "PCE"


@dataclass(slots=True)
class Lot:
    """So much of an article that came together; `arrival` counts up, the lowest goes first."""

    warehouse: str
    article: str
    status: str
    batch: str
    best_before: date | None
    quantity: Decimal
    serials: list[str]
    arrival: int
    allocated: Decimal = ZERO

    @property
    def free(self) -> Decimal:
        """What may be allocated: nothing unless it is available for sale."""
        return max(ZERO, self.quantity - self.allocated) if self.status == AVAILABLE else ZERO


@dataclass(slots=True)
class Allocation:
    """What is set aside in a lot for a line of an order."""

    line: int
    lot: Lot
    quantity: Decimal


class Movement(NamedTuple):
    """A change of an article's balances at an instant."""

    at: datetime
    article: str
    physical: Decimal = ZERO
    available: Decimal = ZERO
    allocated: Decimal = ZERO
    in_order: Decimal = ZERO


class Balance(NamedTuple):
    """An article's balances over all warehouses, as GetArticleBalance has them.

    `physical` counts blocked and quarantined goods too; `in_order` is what customers' orders
    want and that isn't allocated yet; `free` is available for sale and not allocated.
    """

    article: Article
    physical: Decimal
    allocated: Decimal
    in_order: Decimal
    free: Decimal


@dataclass(slots=True)
class Depot:
    """The stock of all warehouses; the caller keeps threads apart and tells the time."""

    articles: dict[str, Article] = field(default_factory=dict)
    lots: list[Lot] = field(default_factory=list)
    ledger: list[Movement] = field(default_factory=list)
    arrivals: int = 0

    def know(
        self, number: str, at: datetime, *, name: str = "", ean: str = "", unit: str = ""
    ) -> Article:
        """Make an article known, or change what is given of it."""
        article = self.articles.setdefault(number, Article(number, at, name or number))
        article.name = name or article.name
        article.ean = ean.lstrip("0") or article.ean
        article.unit = unit or article.unit
        return article

    def find(self, number: str, ean: str = "") -> Article | None:
        """Return the article of that number, else the one of that EAN (padding is the same)."""
        if number:
            return self.articles.get(number)
        ean = ean.lstrip("0")
        return next((a for a in self.articles.values() if ean and a.ean == ean), None)

    def put(
        self,
        warehouse: str,
        article: str,
        quantity: Decimal,
        at: datetime,
        *,
        status: str = AVAILABLE,
        batch: str = "",
        best_before: date | None = None,
        serials: Iterable[str] = (),
    ) -> Lot:
        """Put a lot of an article into a warehouse."""
        if status not in STATUSES:
            raise DepotError(f"{status!r} is none of {', '.join(STATUSES)}")
        if quantity <= 0:
            raise DepotError(f"{quantity} of {article} can't be put anywhere")
        self.know(article, at)
        self.arrivals += 1
        lot = Lot(
            warehouse, article, status, batch, best_before, quantity, [*serials], self.arrivals
        )
        self.lots.append(lot)
        self._moved(at, lot, quantity)
        return lot

    def take(
        self,
        warehouse: str,
        article: str,
        quantity: Decimal,
        at: datetime,
        *,
        status: str = AVAILABLE,
        batch: str = "",
    ) -> None:
        """Take something away for another reason than an order, first what isn't allocated.

        :raise DepotError: when there isn't as much; nothing is taken then.
        """
        lots = [
            lot
            for lot in self._lots(warehouse, article)
            if lot.status == status and batch in ("", lot.batch)
        ]
        there = sum((lot.quantity for lot in lots), ZERO)
        if quantity > there:
            raise DepotError(f"{warehouse} has {there} {status} of {article}, not {quantity}")
        for free_only in (True, False):
            for lot in lots:
                taken = min(quantity, lot.free if free_only else lot.quantity)
                if taken > 0:
                    self._take(lot, taken, at)
                    quantity -= taken

    def restate(
        self,
        warehouse: str,
        article: str,
        quantity: Decimal,
        at: datetime,
        *,
        status: str,
        was: str = AVAILABLE,
        batch: str = "",
    ) -> None:
        """Let goods be in another status: blocked, in quarantine, released.

        :raise DepotError: when there isn't as much, or for a status that there isn't.
        """
        if status not in STATUSES or status == was:
            raise DepotError(f"{article} can't become {status!r} from {was!r}")
        lots = [
            lot
            for lot in self._lots(warehouse, article)
            if lot.status == was and batch in ("", lot.batch)
        ]
        best_before = next((lot.best_before for lot in lots), None)
        serials = [serial for lot in lots for serial in lot.serials][: int(quantity)]
        batch = batch or next((lot.batch for lot in lots), "")
        self.take(warehouse, article, quantity, at, status=was, batch=batch)
        self.put(
            warehouse, article, quantity, at,
            status=status, batch=batch, best_before=best_before, serials=serials,
        )  # fmt: skip

    def allocate(
        self, warehouse: str, line: int, article: str, quantity: Decimal, at: datetime, batch: str
    ) -> list[Allocation]:
        """Set aside up to so much for a line, first in, first out; of that batch if it has one."""
        allocations = []
        for lot in self._lots(warehouse, article):
            taken = min(quantity, lot.free) if batch in ("", lot.batch) else ZERO
            if taken > 0:
                lot.allocated += taken
                quantity -= taken
                allocations.append(Allocation(line, lot, taken))
                self.ledger.append(Movement(at, article, allocated=taken, in_order=-taken))
        return allocations

    def release(self, allocations: Iterable[Allocation], at: datetime) -> None:
        """Give back what was set aside; it is wanted by an order still."""
        for allocation in allocations:
            lot, quantity = allocation.lot, allocation.quantity
            lot.allocated -= quantity
            self.ledger.append(Movement(at, lot.article, allocated=-quantity, in_order=quantity))

    def want(self, article: str, quantity: Decimal, at: datetime) -> None:
        """Note that customers' orders want so much more (or less) of an article."""
        if quantity:
            self.ledger.append(Movement(at, article, in_order=quantity))

    def ship(
        self, allocations: Iterable[Allocation], at: datetime, sscc: str
    ) -> list[tuple[int, Portion]]:
        """Take away what was set aside; return it by line number.

        What went missing meanwhile isn't shipped: an order wants it again.
        """
        shipped = []
        allocations = list(allocations)
        self.release(allocations, at)
        for line, lot, quantity in ((a.line, a.lot, a.quantity) for a in allocations):
            taken = min(quantity, lot.quantity)
            if taken > 0:
                self.want(lot.article, -taken, at)
                serials = self._take(lot, taken, at)
                shipped.append((line, Portion(taken, lot.batch, serials, sscc)))
        return shipped

    def balances(self, at: datetime | None = None) -> list[Balance]:
        """Return each article's balances, now or as they were."""
        sums = {number: [ZERO] * 4 for number in self.articles}
        for moved in self.ledger:
            if at is None or moved.at <= at:
                sums[moved.article] = [
                    a + b for a, b in zip(sums[moved.article], moved[2:], strict=True)
                ]
        return [
            Balance(self.articles[number], physical, allocated, in_order, available - allocated)
            for number, (physical, available, allocated, in_order) in sums.items()
        ]

    def rows(self, warehouse: str) -> Iterator[Stock]:
        """Yield the stock of a warehouse by article, status and batch, as a report has it."""
        rows: dict[tuple[str, str, str], Stock] = {}
        for lot in self.lots:
            if lot.warehouse == warehouse:
                key = (lot.article, lot.status, lot.batch)
                article = self.articles[lot.article]
                row = rows.get(key) or Stock(
                    lot.article, ZERO, lot.status, lot.batch, lot.best_before,
                    unit=article.unit, gtin=article.ean,
                )  # fmt: skip
                rows[key] = row._replace(
                    quantity=row.quantity + lot.quantity, serials=(*row.serials, *lot.serials)
                )
        yield from rows.values()

    def quantity(
        self, article: str, *, warehouse: str = "", status: str = "", batch: str | None = None
    ) -> Decimal:
        """Return how much there is; what isn't given doesn't limit it."""
        return sum(
            (
                lot.quantity
                for lot in self.lots
                if lot.article == article
                and warehouse in ("", lot.warehouse)
                and status in ("", lot.status)
                and batch in (None, lot.batch)
            ),
            ZERO,
        )

    def warehouses(self) -> list[str]:
        """Return the warehouses that have, or had, anything."""
        return list(dict.fromkeys(lot.warehouse for lot in self.lots))

    def _lots(self, warehouse: str, article: str) -> list[Lot]:
        """Return the lots that aren't empty, in the order of their arrival."""
        return [
            lot
            for lot in self.lots
            if lot.warehouse == warehouse and lot.article == article and lot.quantity > 0
        ]

    def _take(self, lot: Lot, quantity: Decimal, at: datetime) -> tuple[str, ...]:
        lot.quantity -= quantity
        serials = tuple(lot.serials[: int(quantity)])
        del lot.serials[: int(quantity)]
        self._moved(at, lot, -quantity)
        return serials

    def _moved(self, at: datetime, lot: Lot, quantity: Decimal) -> None:
        available = quantity if lot.status == AVAILABLE else ZERO
        self.ledger.append(Movement(at, lot.article, quantity, available))
