"""How many messages a second are accepted, beside a bare route that creates one row."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from itertools import count
from statistics import median

from load import Load, load
from setting import scratch, serving, shell
from table import goal, show

import database
from environment import Odoo
from simulator.messages import despatch_advice
from simulator.orders import Line, Order

CONNECTIONS = 4
GOAL = 0.8


def run(odoo: Odoo, base: str, *, quick: bool) -> None:
    """Measure in turns, ours and the floor, and print medians over the rounds."""
    rounds, seconds = (3, 3.0) if quick else (6, 6.0)
    for cron in (0, 1):
        with scratch(base, "bench_accept") as name:
            found = measure(odoo, name, cron, rounds if cron == 0 else 2, seconds)
        report(found, cron)


def measure(odoo: Odoo, name: str, cron: int, rounds: int, seconds: float) -> dict[str, list[Load]]:
    """Return the figures of each round, of the floor and of ours in turns."""
    access = shell(odoo, name, "orders", "give_access(env)")
    bodies = messages()
    host = {"X-Odoo-Database": name, "Content-Type": "application/xml"}
    ways = {
        "bare route": ("/bring/benchmark/floor", {**host, "X-Name": "message"}),
        "Bring's endpoint": (
            f"/bring/warehousing/{access['token']}",
            {**host, "X-API-KEY": access["key"]},
        ),
    }
    found: dict[str, list[Load]] = {way: [] for way in ways}
    sent = 0
    with serving(odoo, name, cron=cron) as port:
        for number in range(rounds + 1):
            for way, (path, headers) in ways.items():
                length = seconds if number else 2.0  # the first one warms the workers up
                figures = load(port, path, headers, bodies, seconds=length, connections=CONNECTIONS)
                sent += figures.count if way != "bare route" else 0
                if number:
                    found[way].append(figures)
        ((stored,),) = database.execute("SELECT count(*) FROM bring_message", database=name)
    if stored != sent:
        raise RuntimeError(f"{sent} messages were accepted and {stored} stored")
    return found


def messages() -> Iterator[bytes]:
    """Yield despatch advices of three lines, each for another order."""
    line = [Line(number=10 * n, article=f"A{n}", quantity=Decimal(n)) for n in (1, 2, 3)]
    order = Order(reference="ORDER", warehouse="BENCH", lines=tuple(line))
    at = datetime.now(UTC)
    message = despatch_advice(order, "O4", at, tracking="70707730124779733").xml()
    for number in count(1):
        yield message.replace(b"ORDER", b"B%09d" % number)


def report(found: dict[str, list[Load]], cron: int) -> None:
    """Print ratio and table."""
    rate = {way: median(one.rate for one in rounds) for way, rounds in found.items()}
    ratio = rate["Bring's endpoint"] / rate["bare route"]
    doing = "while the scheduled action applies them" if cron else "no scheduled actions"
    print(f"\naccept, {CONNECTIONS} connections, 2 workers, {doing}")
    if cron:
        print(f"  {ratio:5.2f}  of the bare route's messages a second (nothing is applied there)")
    else:
        print(goal("of the bare route's messages a second", ratio, GOAL, at_most=False))
    show(
        f"median of {len(found['bare route'])} rounds",
        ["", "a second", "p50 ms", "p99 ms", "generator, % of a core"],
        [
            [
                way,
                rate[way],
                median(one.p50 for one in rounds),
                median(one.p99 for one in rounds),
                100 * median(one.busy for one in rounds),
            ]
            for way, rounds in found.items()
        ],
    )
