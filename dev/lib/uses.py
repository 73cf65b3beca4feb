"""What the addon does with each element of Bring's messages: docs/messages.toml, read."""

from __future__ import annotations

import dataclasses
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import contract

FILE = Path(__file__).resolve().parents[2] / "docs" / "messages.toml"


@dataclasses.dataclass(frozen=True, kw_only=True)
class Use:
    """``use`` says what is done with it, or ``no`` why nothing is.

    ``field`` is where the reader puts it (``by``: by the code that says what it is), ``per`` the
    element in which the first counts, ``added`` the one in which those are added up. An answer
    can't be read without what is ``needed``.
    """

    use: str = ""
    no: str = ""
    field: str = ""
    by: dict[str, str] = dataclasses.field(default_factory=dict)
    per: str = ""
    added: str = ""
    needed: bool = False


@cache
def _tables() -> dict[str, dict[str, Any]]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


def kinds() -> list[str]:
    """The kinds whose elements have a word, in the order of the page."""
    return [name for name in _tables() if name != "anywhere"]


def answer(kind: str) -> str:
    """What an answer is about, in words."""
    return str(_tables()[kind].get("answer", ""))


def own(kind: str) -> set[str]:
    """The paths that a kind has words of its own for, as they are written."""
    return {path for path, row in _tables()[kind].items() if isinstance(row, dict)}


def of(kind: contract.Kind, path: str) -> Use | None:
    """What is done with an element: its own words, those of its group, or those of [anywhere]."""
    below = path.removeprefix(f"{kind.document}/")
    table = _tables()[kind.name]
    line = table.get("line", "")
    # A kind's own words: for the path, for its end, or why a whole group around it isn't used.
    for end in _ends(below):
        if isinstance(row := table.get(end), dict):
            return _use(row, line)
    group = below
    while group := group.rpartition("/")[0]:
        for end in _ends(group):
            if isinstance(row := table.get(end), dict) and "no" in row:
                return _use({"no": row["no"]}, line)
    if kind.name in contract.PUSHED:
        for end in _ends(below):
            if row := _tables()["anywhere"].get(end):
                return _use(row, line)
    return None


def _ends(path: str) -> list[str]:
    steps = path.split("/")
    return ["/".join(steps[i:]) for i in range(len(steps))]


def _use(row: dict[str, Any], line: str) -> Use:
    def placed(where: str) -> str:
        return where.replace("{line}", line)

    return Use(
        use=row.get("use", ""),
        no=row.get("no", ""),
        field=placed(row.get("field", "")),
        by={code: placed(where) for code, where in row.get("by", {}).items()},
        per=row.get("per", ""),
        added=row.get("added", ""),
        needed=row.get("needed", False),
    )
