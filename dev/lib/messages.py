"""dev/messages: write into docs/messages.md each element of Bring's, and what is done with it.

What Bring publishes comes from bring/contract/, what the addon does with it from
docs/messages.toml. What stands above the mark is written by hand and stays.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import contract
import uses
from contract import HEADER, Element, Kind

PAGE = Path(__file__).resolve().parents[2] / "docs" / "messages.md"
MARK = "<!-- dev/messages writes what follows -->"
TITLES = {
    "order_response": "Order response",
    "despatch_advice": "Despatch advice",
    "receiving_advice": "Receiving advice",
    "inventory_report": "Stock report",
    "inventory_adjustment": "Stock adjustment",
    "operations_notification": "Operations notification",
}
INTRODUCTION = """
## Element by element

What Bring publishes of each message that it pushes and of each answer that we ask for
([the contract](../bring/contract/README.md)), and what the addon does with it. *In an example* is
what only an example of Bring's has. An attribute begins with `@`.
"""


def main(_arguments: list[str]) -> int:
    """Write the page; return 0."""
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    return 0


def page(text: str) -> str:
    """The page with its tables as they should be."""
    by_hand, _mark, _tables = text.partition(MARK)
    return "".join((by_hand, MARK, "\n", INTRODUCTION, *_sections()))


def _sections() -> Iterator[str]:
    yield f"\n### The header of every pushed message\n\n{_head()}"
    header = contract.kind("business_document_header")
    pushed = contract.kind(contract.PUSHED[0])
    for element in header.elements.values():
        yield _row(element, pushed, depth=element.path.count("/"))
    for name in uses.kinds():
        kind = contract.kind(name)
        title = TITLES.get(name) or uses.answer(name)
        yield f"\n### {title[0].upper()}{title[1:]}\n\n`{kind.root}`. {_source(kind)}\n\n{_head()}"
        for element in _in_order(kind):
            yield _row(element, kind, depth=element.path.count("/") - 1)


def _source(kind: Kind) -> str:
    count = len(kind.deviations)
    differs = f" Bring's examples leave it in {count} places." if count else ""
    return f"From {kind.data['source'].replace('; ', ', ')}.{differs}"


def _in_order(kind: Kind) -> Iterator[Element]:
    """Yield what is below the document; what only examples have, last in its group."""
    by_parent: dict[str, list[Element]] = {}
    for element in [*kind.elements.values(), *kind.examples.values()]:
        by_parent.setdefault(element.parent, []).append(element)

    def below(path: str) -> Iterator[Element]:
        for element in by_parent.get(path, ()):
            if not element.path.startswith((HEADER, "(")):
                yield element
                yield from below(element.path)

    return below(kind.document)


def _head() -> str:
    return "| element | occurs | what it is | what the addon does with it |\n|---|---|---|---|\n"


def _row(element: Element, kind: Kind, depth: int) -> str:
    name = element.path.rpartition("/")[2]
    occurs = "in an example" if element.is_example else element.occurs
    what = element.meaning
    if element.codes and not element.is_example:
        what += f" ({', '.join(f'`{code}`' for code in element.codes)})"
    if element.length and element.type != "code":
        what += f", up to {element.length} characters"
    use = uses.of(kind, element.path)
    done = use.use if use else ""
    if use and use.no:
        around = uses.of(kind, element.parent)
        above = around and around.no == use.no
        done = "not used, as above" if above else f"not used: {use.no}"
    cells = (f"{'&emsp;' * depth}`{name}`", occurs, what, done)
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |\n"
