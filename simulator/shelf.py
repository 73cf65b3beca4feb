"""What lies in one warehouse in the course of a day, so that a stock report tells the truth.

It is read from a JSON file, a list of

    {"article": "A1", "quantity": 5, "status": "AVAILABLE_FOR_SALE", "batch": "B1",
     "best_before": "2027-01-31", "serials": [], "unit": "PCE", "gtin": ""}

of which only `article` and `quantity` are required.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from .inventory import STATUSES, Change, Stock
from .orders import Line, OrderError, Portion, number

AVAILABLE, BLOCKED, _QUARANTINED = STATUSES


class Shelf:
    """Rows of stock by article, status and batch, which goods come to and go from."""

    def __init__(self, rows: Iterable[Stock]):
        self.rows: dict[tuple[str, str, str], Stock] = {}
        for row in rows:
            self._add(row)

    def take(self, line: Line, portions: Iterable[Portion]) -> None:
        """Let portions of an order's line go."""
        for portion in portions:
            self._add(_row(line, portion, -portion.quantity))

    def put(self, line: Line, quantity: Decimal, status: str = AVAILABLE) -> None:
        """Let so much of an order's line come, in that status."""
        for portion in line.portions(quantity):
            self._add(_row(line, portion, portion.quantity)._replace(status=status))

    def change(self, change: Change) -> None:
        """Let an adjustment have happened; what is adjusted is available for sale."""
        values = change._asdict()
        del values["reason"]
        self._add(Stock(**values))

    def told(self) -> list[Stock]:
        """Return what there is, as a stock report has it."""
        return [row for row in self.rows.values() if row.quantity > 0]

    def _add(self, row: Stock) -> None:
        key = (row.article, row.status, row.batch)
        there = self.rows.get(key)
        if there is None:
            self.rows[key] = row
            return
        gone = set(row.serials) if row.quantity < 0 else set()
        come = row.serials if row.quantity > 0 else ()
        self.rows[key] = there._replace(
            quantity=there.quantity + row.quantity,
            serials=(*(s for s in there.serials if s not in gone), *come),
        )


def _row(line: Line, portion: Portion, quantity: Decimal) -> Stock:
    return Stock(
        line.article,
        quantity,
        batch=portion.batch,
        best_before=line.best_before(portion.batch),
        serials=portion.serials,
        unit=line.unit,
        gtin=line.gtin,
    )


def load(path: str | Path) -> list[Stock]:
    """Read the stock of a JSON file; raise OrderError in words."""
    try:
        rows = json.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise OrderError(f"{path}: {error}") from error
    if not isinstance(rows, list):
        raise OrderError(f"{path}: not a list of stock rows")
    return [_read(row, f"{path}[{position}]") for position, row in enumerate(rows)]


def _read(row: Mapping[str, Any], place: str) -> Stock:
    if not isinstance(row, dict) or not row.get("article"):
        raise OrderError(f"{place}: not an object with an article")
    status = row.get("status") or AVAILABLE
    if status not in STATUSES:
        raise OrderError(f"{place}.status: {status!r} is none of {', '.join(STATUSES)}")
    try:
        best_before = date.fromisoformat(row["best_before"]) if row.get("best_before") else None
    except ValueError as error:
        raise OrderError(f"{place}.best_before: {error}") from error
    return Stock(
        str(row["article"]),
        number(row.get("quantity"), f"{place}.quantity"),
        status,
        batch=str(row.get("batch") or ""),
        best_before=best_before,
        serials=tuple(str(serial) for serial in row.get("serials") or ()),
        unit=str(row.get("unit") or "PCE"),
        gtin=str(row.get("gtin") or ""),
    )
