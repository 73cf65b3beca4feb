"""How long the overview takes to open with 200,000 documents and 20,000 transfers."""

from __future__ import annotations

from statistics import median

from setting import scratch, shell
from table import goal, show

from environment import Odoo


def run(odoo: Odoo, base: str, *, quick: bool) -> None:
    """Fill a database, open the overview as the web client does; print seconds."""
    documents, transfers = (20_000, 2_000) if quick else (200_000, 20_000)
    with scratch(base, "bench_overview") as name:
        found = shell(odoo, name, "overview_inside", f"main(env, {documents}, {transfers})")
    print(f"\noverview, {documents} documents, {transfers} transfers")
    print(goal("seconds to open it", median(found["opened"]), 1.0, at_most=True))
    rows = [["web_search_read, all fields of the cards", 1000 * median(found["opened"])]]
    rows += [[f"of it: {name}", 1000 * median(times)] for name, times in found["parts"].items()]
    show(
        f"median of {len(found['opened'])} rounds, {found['queries']} queries, "
        f"slowest {1000 * max(found['opened']):.0f} ms",
        ["", "ms"],
        rows,
    )
