"""The part of the stock benchmark that runs inside Odoo's shell."""

from __future__ import annotations

import io
import json
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

import orders
from psycopg2.extras import execute_values

from simulator import messages

ROUNDS = 3
DIFFERENCES = 1000


def main(env: Any, sizes: list[int]) -> None:
    """Measure, and print the figures as JSON."""
    account = orders.prepare(env)
    compared = [compare(env, account, size) for size in sizes]
    print(json.dumps({"compare": compared, "apply": apply(env, account)}))


def stocked(env: Any, account: Any, wanted: int) -> list[str]:
    """Make products with stock until there are ``wanted``; return their numbers."""
    location = account.warehouse_ids.stock_location_id
    have = env["product.product"].search_count([("default_code", "=like", "STOCK-%")])
    codes = [f"STOCK-{number}" for number in range(wanted)]
    for start in range(have, wanted, 2000):
        made = env["product.product"].create(
            [
                {"name": code, "default_code": code, "is_storable": True}
                for code in codes[start : start + 2000]
            ]
        )
        env["stock.quant"].create(
            [
                {"product_id": product.id, "location_id": location.id, "quantity": 10}
                for product in made
            ]
        )
        env.cr.commit()
        env.invalidate_all()
    return codes


def message(codes: list[str], at: datetime, differ: int) -> bytes:
    """Return a report in which every ``differ``-th article has one piece less."""
    stock = [messages.Stock(code, 10 - (number % differ == 0)) for number, code in enumerate(codes)]
    file = io.BytesIO()
    messages.message(messages.inventory_report(orders.CODE, stock, at=at)).write(file)
    return file.getvalue()


def compare(env: Any, account: Any, size: int) -> dict[str, Any]:
    """Compare a report of ``size`` lines, each round after the floor."""
    codes = stocked(env, account, size)
    rounds, peaks = [], []
    for number in range(ROUNDS):
        at = datetime.now(UTC) - timedelta(minutes=5) + timedelta(seconds=number)
        content = message(codes, at, 100)
        env.cr.commit()
        env.invalidate_all()
        begun = perf_counter()
        floor(env, account, size)
        floor_time = perf_counter() - begun
        env.cr.rollback()
        env.invalidate_all()
        request_id, _new = env["bring.message"]._receive(
            account.id, None, content, "application/xml"
        )
        found = env["bring.message"].search([("request_id", "=", request_id)])
        begun = perf_counter()
        for _line in found._read_report_lines(1):
            pass
        reading = perf_counter() - begun
        env["bring.document"]._split_messages(batch(env, account), found)
        env.cr.commit()
        env.invalidate_all()
        del content
        with Peak() as peak:
            begun = perf_counter()
            env["bring.document"]._process_company(account.company_id)
            ours = perf_counter() - begun
        env.cr.commit()
        assert found.document_ids.state == "done", found.document_ids.error
        rounds.append((floor_time, ours, reading))
        peaks.append(peak.grown)
    return {
        "lines": size,
        "rounds": rounds,
        "ratio": median(ours / low for low, ours, _reading in rounds),
        "floor": median(low for low, _ours, _reading in rounds),
        "ours": median(ours for _low, ours, _reading in rounds),
        "reading": median(reading for *_two, reading in rounds),
        "peak": max(peaks),
    }


def batch(env: Any, account: Any) -> Any:
    from odoo.addons.bring_warehousing.models.handlers.batch import Batch

    return Batch(env, account.company_id)


def floor(env: Any, account: Any, size: int) -> None:
    """Read the quants in groups and store as many rows in bulk as the report has lines."""
    location = account.warehouse_ids.stock_location_id
    groups = env["stock.quant"]._read_group(
        [("location_id", "child_of", location.id)],
        ["product_id", "location_id", "lot_id"],
        ["quantity:sum"],
    )
    report = env["bring.inventory.report"].create(
        {"account_id": account.id, "event_date": datetime.now()}
    )
    now = datetime.now()
    rows = [
        (report.id, account.id, account.company_id.id, now, "X", product.id, location.id,
         quantity, quantity, 0.0, 0.0, "agree")
        for product, location, _lot, quantity in groups
    ]  # fmt: skip
    execute_values(
        env.cr._obj,
        """
        INSERT INTO bring_inventory_report_line (
            report_id, account_id, company_id, event_date, article, product_id, location_id,
            bring_quantity, odoo_quantity, difference, value_difference, state) VALUES %s
        """,
        rows[:size],
        page_size=1000,
    )


def apply(env: Any, account: Any) -> dict[str, Any]:
    """Apply a thousand differences, each round after as many moves made by hand."""
    codes = stocked(env, account, DIFFERENCES)
    products = env["product.product"].search([("default_code", "in", codes)])
    found: dict[str, Any] = {"lines": DIFFERENCES, "ours": [], "floor": []}
    for number in range(ROUNDS):
        begun = perf_counter()
        by_hand(env, account, products)
        env.cr.commit()
        found["floor"].append(perf_counter() - begun)
        env.invalidate_all()
        at = datetime.now(UTC) + timedelta(seconds=10 * number)
        time.sleep(1.1)  # after the moves just made, by Odoo's whole seconds
        stock = {
            product.default_code: quant.quantity
            for product in products
            for quant in product.stock_quant_ids
            if quant.location_id == account.warehouse_ids.stock_location_id
        }
        rows = [messages.Stock(code, int(stock[code]) - 1) for code in codes]
        file = io.BytesIO()
        at = datetime.now(UTC)
        messages.message(messages.inventory_report(orders.CODE, rows, at=at)).write(file)
        env["bring.message"]._receive(account.id, None, file.getvalue(), "application/xml")
        env["bring.document"]._process_company(account.company_id)
        env.cr.commit()
        report = env["bring.inventory.report"].search(
            [("state", "=", "compared")], order="id desc", limit=1
        )
        assert report.differ_count == DIFFERENCES, report.differ_count
        env.invalidate_all()
        begun = perf_counter()
        report.action_apply()
        env.cr.commit()
        found["ours"].append(perf_counter() - begun)
        env.invalidate_all()
    return found


def by_hand(env: Any, account: Any, products: Any) -> None:
    """Take one piece of each product out of stock, as one batch of moves."""
    location = account.warehouse_ids.stock_location_id
    moves = env["stock.move"].create(
        [
            {
                "product_id": product.id,
                "product_uom": product.uom_id.id,
                "product_uom_qty": 1,
                "state": "confirmed",
                "location_id": location.id,
                "location_dest_id": product.property_stock_inventory.id,
                "is_inventory": True,
                "picked": True,
                "move_line_ids": [
                    (0, 0, {
                        "product_id": product.id,
                        "product_uom_id": product.uom_id.id,
                        "quantity": 1,
                        "location_id": location.id,
                        "location_dest_id": product.property_stock_inventory.id,
                    })
                ],
            }
            for product in products
        ]
    )  # fmt: skip
    moves.with_context(ignore_dest_packages=True)._action_done()


class Peak:
    """Watch how much memory the process takes more, in MB."""

    def __enter__(self) -> Peak:
        self.before = self.highest = resident()
        self.stopping = threading.Event()
        self.thread = threading.Thread(target=self._watch)
        self.thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.stopping.set()
        self.thread.join()

    def _watch(self) -> None:
        while not self.stopping.wait(0.02):
            self.highest = max(self.highest, resident())

    @property
    def grown(self) -> float:
        return self.highest - self.before


def resident() -> float:
    """Return the resident memory of this process, in MB."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise OSError("no VmRSS in /proc/self/status")
