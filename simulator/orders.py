"""Orders as the warehouse knows them: what a customer, a supplier or a return is about.

They are read from a JSON file, a list of

    {"reference": "S00012", "type": "order", "warehouse": "BERGER", "customer_number": "999999",
     "customer": {"name", "street", "postal_code", "city", "country"},
     "lines": [{"number": 10, "article": "A1", "gtin": "", "supplier_article": "", "quantity": 2,
                "unit": "PCE", "description": "", "serials": [],
                "batches": [{"batch": "B1", "best_before": "2027-01-31", "quantity": 2}]}]}

where `batch` and `best_before` beside `quantity` stand for one batch with all of the quantity.
Only `reference`, `warehouse`, `lines` and each line's `article` and `quantity` are required.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, NamedTuple

TYPES = ("order", "purchase", "return")
CUSTOMER_NUMBER = "999999"  # as in Bring's own examples


class OrderError(ValueError):
    """Say in words which part of an orders file is wrong."""


class Batch(NamedTuple):
    batch: str
    best_before: date | None
    quantity: Decimal


class Portion(NamedTuple):
    """A part of a line as it was handled: shipped, or received.

    `quantity` in the line's unit; `sscc` is the logistic unit, 18 digits, or empty.
    """

    quantity: Decimal
    batch: str = ""
    serials: tuple[str, ...] = ()
    sscc: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """A party's address; `country` is the ISO code of two letters."""

    name: str = ""
    street: str = ""
    postal_code: str = ""
    city: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of an order; `number` as it was sent (10, 20, …), `quantity` in `unit`."""

    number: int
    article: str
    quantity: Decimal
    gtin: str = ""
    supplier_article: str = ""
    unit: str = "PCE"
    description: str = ""
    batches: tuple[Batch, ...] = ()
    serials: tuple[str, ...] = ()

    def portions(self, quantity: Decimal | None = None, sscc: str = "") -> list[Portion]:
        """Take `quantity` (all when None) from the batches and serials, in their order.

        What goes beyond the known batches comes without a batch, or from the only one.
        """
        left = self.quantity if quantity is None else quantity
        serials = list(self.serials)
        batches = list(self.batches) or [Batch("", None, left)]
        portions = []
        for batch in batches:
            taken = left if len(batches) == 1 else min(left, batch.quantity)
            if taken > 0:
                portions.append(self._portion(taken, batch.batch, serials, sscc))
                left -= taken
        if left > 0:
            portions.append(self._portion(left, "", serials, sscc))
        return portions

    def best_before(self, batch: str) -> date | None:
        """Return the best-before date of this line's batch, None when not known."""
        return next((known.best_before for known in self.batches if known.batch == batch), None)

    @staticmethod
    def _portion(quantity: Decimal, batch: str, serials: list[str], sscc: str) -> Portion:
        count = int(quantity)
        taken = tuple(serials[:count])
        del serials[:count]
        return Portion(quantity, batch, taken, sscc)


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A customer's order, a purchase order or a return, known to Bring under `reference`.

    `customer` is the other party: who gets the goods of an order, who sends those of a
    purchase or a return. `customer_number` is ours with Bring.
    """

    reference: str
    warehouse: str
    lines: tuple[Line, ...]
    type: str = "order"
    customer_number: str = CUSTOMER_NUMBER
    customer: Address = Address()

    def line(self, number: int) -> Line:
        """Return the line of that number; raise OrderError when there is none."""
        for line in self.lines:
            if line.number == number:
                return line
        known = ", ".join(str(line.number) for line in self.lines)
        raise OrderError(f"{self.reference} has no line {number}; it has {known}")


def load(path: str | Path) -> list[Order]:
    """Read the orders of a JSON file; raise OrderError in words."""
    try:
        rows = json.loads(Path(path).read_text(encoding="utf-8"), parse_float=Decimal)
    except OSError as error:
        raise OrderError(f"can't read the orders {path}: {error.strerror}") from error
    except ValueError as error:
        raise OrderError(f"{path} isn't JSON: {error}") from error
    return parse(rows)


def parse(rows: Any) -> list[Order]:
    """Turn the list of a JSON file into orders; raise OrderError with the place."""
    if not isinstance(rows, list):
        raise OrderError("the orders are a JSON list of objects")
    return [_order(row, f"orders[{position}]") for position, row in enumerate(rows)]


def find(orders: Iterable[Order], reference: str) -> Order:
    """Return the order of that reference; raise OrderError when there is none."""
    orders = list(orders)
    for order in orders:
        if order.reference == reference:
            return order
    known = ", ".join(order.reference for order in orders[:10]) or "none"
    raise OrderError(f"no order {reference!r} in the file; it has {known}")


def articles(orders: Iterable[Order], warehouse: str) -> list[Line]:
    """Return the first line of each article that is ordered from, or to, the warehouse."""
    lines: dict[str, Line] = {}
    for order in orders:
        if order.warehouse == warehouse:
            for line in order.lines:
                lines.setdefault(line.article, line)
    return list(lines.values())


def number(value: Any, place: str) -> Decimal:
    """Read a finite number; raise OrderError naming the place."""
    try:
        result = Decimal(str(value))
    except InvalidOperation as error:
        raise OrderError(f"{place}: {value!r} is not a number") from error
    if not result.is_finite():
        raise OrderError(f"{place}: {value!r} is not a number")
    return result


def _order(row: Any, place: str) -> Order:
    row = _mapping(row, place)
    kind = row.get("type") or "order"
    if kind not in TYPES:
        raise OrderError(f"{place}.type: {kind!r} is none of {', '.join(TYPES)}")
    customer = _mapping(row.get("customer") or {}, f"{place}.customer")
    lines = row.get("lines")
    if not isinstance(lines, list) or not lines:
        raise OrderError(f"{place}.lines: an order has lines")
    fields = Address.__dataclass_fields__
    return Order(
        reference=_required(row, "reference", place),
        warehouse=_required(row, "warehouse", place),
        type=kind,
        customer_number=_text(row, "customer_number") or CUSTOMER_NUMBER,
        customer=Address(**{name: _text(customer, name) for name in fields}),
        lines=tuple(
            _line(line, 10 * (position + 1), f"{place}.lines[{position}]")
            for position, line in enumerate(lines)
        ),
    )


def _line(row: Any, default_number: int, place: str) -> Line:
    row = _mapping(row, place)
    quantity = number(_required(row, "quantity", place), f"{place}.quantity")
    batches = row.get("batches") or ([row] if row.get("batch") else [])
    return Line(
        number=int(number(row.get("number") or default_number, f"{place}.number")),
        article=_required(row, "article", place),
        gtin=_text(row, "gtin"),
        supplier_article=_text(row, "supplier_article"),
        quantity=quantity,
        unit=_text(row, "unit") or "PCE",
        description=_text(row, "description"),
        batches=tuple(_batch(batch, quantity, f"{place}.batches") for batch in batches),
        serials=tuple(str(serial) for serial in row.get("serials") or ()),
    )


def _batch(row: Any, quantity: Decimal, place: str) -> Batch:
    row = _mapping(row, place)
    best_before = _text(row, "best_before")
    try:
        day = date.fromisoformat(best_before) if best_before else None
    except ValueError as error:
        raise OrderError(f"{place}.best_before: {best_before!r} is not a date") from error
    return Batch(
        _required(row, "batch", place),
        day,
        number(row.get("quantity", quantity), f"{place}.quantity"),
    )


def _mapping(value: Any, place: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise OrderError(f"{place}: {value!r} is not an object")
    return value


def _required(row: Mapping[str, Any], name: str, place: str) -> str:
    text = _text(row, name)
    if not text:
        raise OrderError(f"{place}.{name} is missing")
    return text


def _text(row: Mapping[str, Any], name: str) -> str:
    # Odoo writes false for an empty field.
    value = row.get(name)
    return "" if value is None or value is False else str(value)
