"""What only a simulator has: /_simulator/, to move the clock, set stock, make faults, look.

Bodies and answers are JSON. A wrong one is 400 with the reason in `error`.
"""

import json
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from .push import Endpoint

if TYPE_CHECKING:
    from .server import Server

PREFIX = "/_simulator/"


def control(server: "Server", method: str, path: str, body: bytes) -> tuple[int, bytes]:
    """Do what a control request wants; return the HTTP status and the JSON answer."""
    action = ACTIONS.get((method, path.removeprefix(PREFIX)))
    if action is None:
        places = ", ".join(f"{method} {PREFIX}{name}" for method, name in ACTIONS)
        return 404, _dumps({"error": f"no such place; there are {places}"})
    try:
        value = json.loads(body, parse_float=Decimal) if body.strip() else {}
        answer = action(server, value)
    except (ValueError, TypeError, KeyError, ArithmeticError) as error:
        return 400, _dumps({"error": f"{type(error).__name__}: {error}"})
    return 200, _dumps(answer)


def _advance(server: "Server", value: Mapping[str, Any]) -> Any:
    """Move the clock: {"seconds", "minutes", "hours", "days"}; tells of what was pushed."""
    begun = len(server.pushes)
    server.advance(**{name: float(amount) for name, amount in value.items()})
    with server.bring.lock:
        pushes = [_push(push) for push in server.pushes[begun:]]
        return {"now": server.clock.now, "pushes": pushes}


def _faults(server: "Server", value: Any) -> Any:
    """Add faults: one, or a list of {"kind", "route", "count", "probability", …}."""
    with server.bring.lock:
        for row in value if isinstance(value, list) else [value]:
            options = {name: _option(name, option) for name, option in row.items()}
            server.faults.add(**options)
        return {"faults": _shown(server.faults.waiting)}


def _no_faults(server: "Server", value: Any) -> Any:
    """Let nothing go wrong any more."""
    with server.bring.lock:
        server.faults.clear()
    return {"faults": []}


def set_stock(server: "Server", value: Any) -> Any:
    """Set ("quantity") or adjust ("change") stock: one row, or a list; with a "reason" Bring
    pushes an adjustment, without one it keeps silent. "name" and "ean" are the article's.
    """
    changes = []
    for row in value if isinstance(value, list) else [value]:
        row = {**row}
        given: dict[str, Any] = {
            name: Decimal(str(row.pop(name))) for name in ("change", "quantity") if name in row
        }
        if len(given) != 1:
            raise ValueError("give either change or quantity")
        article = {name: row.pop(name, "") for name in ("name", "ean", "unit")}
        if day := row.pop("best_before", ""):
            row["best_before"] = date.fromisoformat(day)
        with server.bring.lock:
            server.stock.know(row["article"], server.clock.now, **article)
            changes.append(server.bring.adjust(**given, **row))
    server.advance()
    return {"changes": changes}


def _restate(server: "Server", value: Mapping[str, Any]) -> Any:
    """Block, quarantine or release goods: {"warehouse", "article", "quantity", "status"}, and
    "was" (AVAILABLE_FOR_SALE) and "batch".
    """
    begun = len(server.pushes)
    server.bring.restate(**{**value, "quantity": Decimal(str(value["quantity"]))})
    server.advance()
    return {"pushes": [_push(push) for push in server.pushes[begun:]]}


def _report(server: "Server", value: Mapping[str, Any]) -> Any:
    """Push a stock report, of one "warehouse" or of each."""
    begun = len(server.pushes)
    server.bring.report(value.get("warehouse", ""))
    server.advance()
    return {"pushes": [_push(push) for push in server.pushes[begun:]]}


def _receive(server: "Server", value: Mapping[str, Any]) -> Any:
    """Let goods arrive: {"order", "lines": {"10": {"quantity": 8, "conditions": {"1": 2}}}}."""
    lines = {
        int(number): (
            Decimal(str(line["quantity"])),
            {code: Decimal(str(part)) for code, part in line.get("conditions", {}).items()},
        )
        for number, line in value["lines"].items()
    }
    begun = len(server.pushes)
    server.bring.receive(value["order"], lines)
    server.advance()
    return {"pushes": [_push(push) for push in server.pushes[begun:]]}


def _endpoint(server: "Server", value: Mapping[str, Any]) -> Any:
    """Push to this {"url", "key", "auth"} from now on, also what waits; "as" xml or json."""
    server.endpoint = Endpoint(value["url"], value["key"], value.get("auth", "api-key"))
    server.bring.pushed_as = value.get("as", server.bring.pushed_as)
    server.bring.push_waiting()
    server.advance()
    return {"url": value["url"]}


def _state(server: "Server", value: Any) -> Any:
    """Tell of everything but the bodies."""
    with server.bring.lock:
        depot = server.stock
        return {
            "now": server.clock.now,
            "orders": [
                {
                    "reference": kept.reference,
                    "type": kept.order.type,
                    "warehouse": kept.order.warehouse,
                    "customer": kept.order.customer_number,
                    "status": kept.status,
                    "test": kept.request.test,
                    "duplicates": kept.duplicates,
                    "updates": kept.updates,
                    "tracking": kept.tracking,
                    "ssccs": kept.ssccs,
                    "lines": [
                        {
                            "number": line.number,
                            "article": line.article,
                            "quantity": line.quantity,
                            "handled": kept.handled.get(line.number, 0),
                        }
                        for line in kept.order.lines
                    ],
                    "history": kept.history,
                }
                for kept in server.orders.values()
            ],
            "stock": [
                {"warehouse": code, **row._asdict()}
                for code in depot.warehouses()
                for row in depot.rows(code)
            ],
            "balances": [
                {**balance._asdict(), "article": balance.article.number}
                for balance in depot.balances()
            ],
            "pushes": [_push(push) for push in server.pushes],
            "agenda": [due._asdict() for due in sorted(server.clock.agenda)],
            "faults": _shown(server.faults.waiting),
            "calls": [
                {name: getattr(call, name) for name in ("clock", "method", "path", "route",
                                                        "status", "faults")}
                for call in list(server.calls)
            ],
        }  # fmt: skip


ACTIONS: dict[tuple[str, str], Callable[["Server", Any], Any]] = {
    ("GET", "state"): _state,
    ("POST", "advance"): _advance,
    ("POST", "faults"): _faults,
    ("DELETE", "faults"): _no_faults,
    ("POST", "stock"): set_stock,
    ("POST", "restate"): _restate,
    ("POST", "report"): _report,
    ("POST", "receive"): _receive,
    ("POST", "endpoint"): _endpoint,
}


def _option(name: str, value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if name == "status" else float(value)
    return tuple(value) if name == "articles" else value


def _shown(rows: list[Any]) -> list[dict[str, Any]]:
    return [{name: getattr(row, name) for name in row.__slots__} for row in rows]


def _push(push: Any) -> dict[str, Any]:
    names = ("number", "kind", "title", "at", "state", "sha256")
    return {**{name: getattr(push, name) for name in names}, "attempts": _shown(push.attempts)}


def _dumps(value: Any) -> bytes:
    return json.dumps(value, default=_plain, ensure_ascii=False, indent=1).encode()


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    raise TypeError(f"{value!r} has no JSON")
