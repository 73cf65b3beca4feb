"""How long it takes to send orders and a catalogue to Bring, and to ask it for all balances."""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import orders
from setting import scratch, shell
from table import goal, show

from environment import VENV, Odoo
from server import free_port, running, wait_for


def run(odoo: Odoo, base: str, *, quick: bool) -> None:
    """Send orders and articles, ask for balances; print ratios, seconds and memory."""
    sizes = {"orders": 200 if quick else 1000, "articles": 4000 if quick else 20_000}
    sizes["open"] = 2_000 if quick else 20_000
    with (
        scratch(base, "bench_calling") as name,
        simulator(sizes["articles"]) as bring,
        simulator(0) as floor,
    ):
        found = shell(odoo, name, "calling_inside", f"main(env, {bring!r}, {floor!r}, {sizes!r})")
    send, pull, catalogue = found["orders"], found["balances"], found["catalogue"]
    print(f"\nsend {send['number']} orders of 3 lines, through the scheduled action")
    print(goal("of bare POSTs, a row committed before, the row and two notes after",
               send["sent"] / send["floor"], 3.0, at_most=True))  # fmt: skip
    print(goal("growth of an order's time, last hundred against first", send["growth"], 1.2,
               at_most=True))  # fmt: skip
    print(goal("MB at the peak above the idle worker", send["peak"], 50, at_most=True))
    show(
        "",
        ["", "ms an order"],
        [
            ["bare POST, row and notes", send["floor"]],
            ["checked and written into the outbox", send["queued"]],
            ["sent", send["sent"]],
        ],
    )
    swept = found["sweep"]
    print(f"\nlook for what differs among {swept['number']} orders that are open at Bring")
    print(goal("seconds", swept["seconds"], 1.0, at_most=True))
    print(f"\nask for {pull['number']} balances, and compare them")
    print(goal("of a bare GET, a grouped quant read and storing the rows",
               pull["ratio"], 3.0, at_most=True))  # fmt: skip
    print(goal("MB at the peak above the idle worker", pull["peak"], 100, at_most=True))
    show(
        f"median of {pull['rounds']} rounds, {pull['size']:.1f} MB of XML",
        ["", "seconds"],
        [
            ["bare GET, quants read in groups, rows stored in bulk", pull["floor"]],
            ["asked and stored", pull["asked"]],
            ["compared", pull["compared"]],
        ],
    )
    print(f"\nsend a catalogue of {catalogue['number']} articles")
    print(goal("of as many rows made, read, posted and written by the ORM alone",
               catalogue["ratio"], 4.0, at_most=True))  # fmt: skip
    print(goal("MB at the peak above the idle worker", catalogue["peak"], 150, at_most=True))
    show(
        "",
        ["", "seconds"],
        [
            ["rows made, products read, posted, rows written", catalogue["floor"]],
            ["the button", catalogue["button"]],
            ["the scheduled action until all is sent", catalogue["sent"]],
        ],
    )


@contextlib.contextmanager
def simulator(articles: int) -> Iterator[str]:
    """Run a stand-in for Bring as a process of its own; yield its address."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with tempfile.TemporaryDirectory() as folder:
        stock, log = Path(folder) / "stock.json", Path(folder) / "log"
        rows = [
            {"warehouse": orders.CODE, "article": f"STOCK-{n}", "quantity": 10 - (n % 100 == 0)}
            for n in range(articles)
        ]
        rows += [
            {"warehouse": orders.CODE, "article": f"BENCH-{n}", "quantity": 1_000_000}
            for n in range(orders.PRODUCTS)
        ]
        stock.write_text(json.dumps(rows))
        command = [VENV / "bin/python", "-m", "simulator", "serve", "--port", port,
                   "--uid", orders.UID,
                   "--customer", "999999", "--speed", "0", "--any-article", "--stock", stock,
                   "--warehouse", f"780132={orders.CODE}"]  # fmt: skip
        env = {**os.environ, "BRING_API_KEY": orders.KEY}
        with running(command, log, env) as process:
            wait_for(f"{url}/_simulator/state", process, log)
            yield url
