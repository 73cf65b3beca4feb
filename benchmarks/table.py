"""Plain-text tables."""

from __future__ import annotations

from collections.abc import Sequence


def show(title: str, head: Sequence[str], rows: Sequence[Sequence[str | float]]) -> None:
    """Print a table: the first column to the left, the others to the right."""
    cells = [list(head)] + [[_text(cell) for cell in row] for row in rows]
    widths = [max(len(row[column]) for row in cells) for column in range(len(head))]
    print(f"\n{title}")
    for row in cells:
        first, *rest = row
        parts = [first.ljust(widths[0])]
        parts += [cell.rjust(width) for cell, width in zip(rest, widths[1:], strict=True)]
        print("  " + "  ".join(parts).rstrip())


def goal(name: str, value: float, limit: float, *, at_most: bool) -> str:
    """Return a line that says whether a ratio meets its goal."""
    met = value <= limit if at_most else value >= limit
    word = "at most" if at_most else "at least"
    return f"  {value:5.2f}  {name} (goal: {word} {limit:g}) {'ok' if met else 'MISSED'}"


def _text(cell: str | float) -> str:
    if isinstance(cell, str):
        return cell
    return f"{cell:.0f}" if cell >= 100 or cell == int(cell) else f"{cell:.1f}"
