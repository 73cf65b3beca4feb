"""How long a stock report takes to compare and to settle, beside what Odoo needs for its part."""

from __future__ import annotations

from statistics import median

from setting import scratch, shell
from table import goal, show

from environment import Odoo


def run(odoo: Odoo, base: str, *, quick: bool) -> None:
    """Compare 20,000 and 100,000 lines, apply 1,000 differences; print ratios and seconds."""
    sizes = [20_000] if quick else [20_000, 100_000]
    with scratch(base, "bench_stock") as name:
        found = shell(odoo, name, "stock_inside", f"main(env, {sizes!r})")
    for one in found["compare"]:
        print(f"\nstock report of {one['lines']} lines")
        print(goal("of a grouped quant read and storing the rows", one["ratio"], 2.0, at_most=True))
        print(goal("MB at the peak above the idle worker", one["peak"], 300.0, at_most=True))
        show(
            f"median of {len(one['rounds'])} rounds",
            ["", "seconds"],
            [
                ["quants read in groups, rows stored in bulk", one["floor"]],
                ["compared (reading the message included)", one["ours"]],
                ["the message only read", one["reading"]],
            ],
        )
    if len(found["compare"]) > 1:
        small, large = found["compare"][0], found["compare"][-1]
        growth = large["ours"] / large["lines"] / (small["ours"] / small["lines"])
        print(f"\n  {growth:5.2f}  growth of a line's time to {large['lines']} lines; none is 1")
    apply = found["apply"]
    print(f"\napply {apply['lines']} differences")
    ratio = median(a / b for a, b in zip(apply["ours"], apply["floor"], strict=True))
    print(goal("of one batch _action_done", ratio, 1.2, at_most=True))
    show(
        f"median of {len(apply['ours'])} rounds",
        ["", "seconds"],
        [
            ["one batch of moves, _action_done", median(apply["floor"])],
            ["report.action_apply()", median(apply["ours"])],
        ],
    )
