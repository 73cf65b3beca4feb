"""How long a despatch advice takes to apply, beside Odoo's own ``button_validate``."""

from __future__ import annotations

from statistics import median

from setting import scratch, shell
from table import goal, show

from environment import Odoo

NAMES = {
    "alone": "button_validate, one by one",
    "batch": "button_validate, 30 at a time",
    "ours": "despatch advices, scheduled action",
}


def run(odoo: Odoo, base: str, *, quick: bool) -> None:
    """Measure at 100 and at 1,000 waiting documents, and print ratios and milliseconds."""
    plan = [100] if quick else [100, 100, 1000, 100]
    with scratch(base, "bench_apply") as name:
        rounds = shell(odoo, name, "apply_inside", f"main(env, {plan!r})")
    sizes = sorted({one["waiting"] for one in rounds})
    ours = {}
    for size in sizes:
        found = [one for one in rounds if one["waiting"] == size]
        figures = {
            way: [median(one[way][column] for one in found) for column in (0, 1)] for way in NAMES
        }
        ratio = {
            way: median(one["ours"][0] / one[way][0] for one in found) for way in ("alone", "batch")
        }
        ours[size] = ratio["batch"]
        print(f"\napply, despatch advices of 3 lines, {size} waiting")
        print(goal("of Odoo one by one", ratio["alone"], 0.5, at_most=True))
        print(goal("of Odoo in batches of 30", ratio["batch"], 1.3, at_most=True))
        show(
            f"median of {len(found)} rounds",
            ["", "ms a document", "queries a document"],
            [[label, *figures[way]] for way, label in NAMES.items()],
        )
    if len(sizes) > 1:
        growth = ours[sizes[-1]] / ours[sizes[0]]
        print(f"\n  {growth:5.2f}  growth from {sizes[0]} to {sizes[-1]} waiting; none is 1")
