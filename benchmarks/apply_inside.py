"""The part of the apply benchmark that runs inside Odoo's shell."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from statistics import median
from time import perf_counter
from typing import Any

import orders

ALONE = 15  # transfers in one measurement of Odoo one by one
BATCH = 30
PENDING = [("state", "in", ["received", "processing"])]
BATCHES = 2  # in one measurement of Odoo in batches


def main(env: orders.Env, rounds: list[int]) -> None:
    """Measure, for each number of waiting documents, and print the figures as JSON."""
    account = orders.prepare(env)
    results = [{"waiting": waiting, **measure(env, account, waiting)} for waiting in rounds]
    print(json.dumps(results))


def measure(env: orders.Env, account: Any, waiting: int) -> dict[str, list[float]]:
    """Return ms and queries per transfer for Odoo's own ways and for ours.

    Odoo's are measured before ours and after it, for a shared machine changes its mind: the
    median of both counts.
    """
    found: dict[str, list[list[float]]] = {"alone": [], "batch": [], "ours": []}

    def odoos_own() -> None:
        pickings = orders.make_orders(env, ALONE).picking_ids
        found["alone"].append(timed(env, len(pickings), lambda: validate(pickings, 1)))
        pickings = orders.make_orders(env, BATCH * BATCHES).picking_ids
        found["batch"].append(timed(env, len(pickings), lambda: validate(pickings, BATCH)))

    odoos_own()
    found["ours"].append(ours(env, account, waiting))
    odoos_own()
    return {
        name: [median(column) for column in zip(*rows, strict=True)] for name, rows in found.items()
    }


def validate(pickings: Any, size: int) -> None:
    """Validate transfers as Odoo does, ``size`` at a time, each time committed."""
    for start in range(0, len(pickings), size):
        part = pickings[start : start + size].with_context(skip_backorder=True, skip_sms=True)
        part.move_ids.picked = True
        part.button_validate()
        part.env.cr.commit()
    check(pickings)


def ours(env: orders.Env, account: Any, waiting: int) -> list[float]:
    """Apply ``waiting`` despatch advices, one a message, as the scheduled action does."""
    made = orders.make_orders(env, waiting)
    for order in made:
        env["bring.message"]._receive(account.id, None, orders.advice(order), "application/xml")
    account.company_id._bring_ensure_cron()
    env.cr.commit()
    cron = account.company_id.bring_cron_id

    def run() -> None:
        while env["bring.message"].search_count(PENDING, limit=1):
            cron.method_direct_trigger()  # ends by itself after ten seconds, as ir.cron wants
            env.cr.commit()  # else this transaction would never see what the other one did

    figures = timed(env, waiting, run)
    check(made.picking_ids)
    return figures


def check(pickings: Any) -> None:
    pickings.env.invalidate_all()
    undone = pickings.filtered(lambda picking: picking.state != "done")
    if undone:
        documents = pickings.env["bring.document"].search([("state", "!=", "done")], limit=3)
        raise RuntimeError(f"not done: {undone}; {documents.mapped('error')}")


def timed(env: orders.Env, number: int, work: Callable[[], Any]) -> list[float]:
    """Return the milliseconds and the SQL queries that ``work`` takes for each of ``number``."""
    env.cr.commit()
    env.invalidate_all()
    threading.current_thread().query_count = 0  # Odoo counts only where a request set it up
    before, begun = queries(), perf_counter()
    work()
    return [1000 * (perf_counter() - begun) / number, (queries() - before) / number]


def queries() -> int:
    """Return how many SQL queries this thread has made on all cursors."""
    return threading.current_thread().query_count
