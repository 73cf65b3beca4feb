"""Bring's messages as Bring publishes them: bring/contract/, read. See the README there."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parents[2] / "bring" / "contract"
HEADER = "StandardBusinessDocumentHeader"

PUSHED = ("order_response", "despatch_advice", "receiving_advice", "inventory_report",
          "inventory_adjustment", "operations_notification")  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Element:
    """An element or, with ``@`` before its name, an attribute.

    ``occurs`` is within its parent: 1, 0..1, 1..n, 0..n. Where no source states it, ``is_stated``
    is False and it is what the examples have. ``is_example`` is True for what Bring's guideline or
    page does not know and only an example of Bring's has.
    """

    path: str
    occurs: str
    type: str
    is_stated: bool = True
    is_example: bool = False
    codes: dict[str, str] = field(default_factory=dict)
    open_codes: bool = False
    length: int | None = None
    pattern: str = ""
    placeholder: str = ""
    meaning: str = ""
    source: str = ""
    note: str = ""
    example: str = ""
    default: str = ""

    @property
    def name(self) -> str:
        return self.path.rpartition("/")[2].removeprefix("@")

    @property
    def parent(self) -> str:
        return self.path.rpartition("/")[0]

    @property
    def is_attribute(self) -> bool:
        return self.path.rpartition("/")[2].startswith("@")

    @property
    def is_group(self) -> bool:
        return self.type == "group"

    @property
    def is_required(self) -> bool:
        return self.occurs.startswith("1")

    @property
    def is_repeated(self) -> bool:
        return self.occurs.endswith("n")


class Kind:
    """One kind of message: its elements by path, in the order of the source."""

    def __init__(self, name: str) -> None:
        data = tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
        self.name = name
        self.data = data
        self.root: str = data["root"]
        self.document: str = data["document"]
        self.namespace: str = data.get("namespace", "")
        self.elements = {row["path"]: _element(row) for row in data["element"]}
        self.deviations: dict[str, list[str]] = {}
        for row in data.get("deviation", ()):
            self.deviations.setdefault(row["path"], []).append(row["shows"])
        self.examples = dict(self._only_in_examples())
        self._children: dict[str, list[Element]] = {}
        for element in self.elements.values():
            self._children.setdefault(element.parent, []).append(element)

    def children(self, path: str) -> list[Element]:
        """The elements and attributes directly below a path; "" has header and document."""
        return self._children.get(path, [])

    def stated(self) -> Iterator[Element]:
        """Yield every element and attribute below the document: no header."""
        for element in self.elements.values():
            if not element.path.startswith(HEADER):
                yield element

    def _only_in_examples(self) -> Iterator[tuple[str, Element]]:
        """Yield the elements that only an example has, typed as their namesakes are."""
        by_name = {element.name: element for element in reversed(self.elements.values())}
        for path, shows in self.deviations.items():
            if path in self.elements:
                continue
            name = path.rpartition("/")[2].removeprefix("@")
            like = by_name.get(name)
            is_group = any(re.match(f"{re.escape(path)}/[^@]", other) for other in self.deviations)
            is_amount = name.endswith("Quantity") or name.startswith("quantity")
            other = "group" if is_group else "decimal" if is_amount else "string"
            yield (
                path,
                Element(
                    path=path,
                    occurs="0..1",
                    type=like.type if like else other,
                    is_example=True,
                    codes=like.codes if like else {},
                    open_codes=like.open_codes if like else False,
                    length=like.length if like else None,
                    pattern=like.pattern if like else "",
                    meaning=shows[0],
                    source="example",
                ),
            )


def _element(row: dict[str, Any]) -> Element:
    occurs = row["occurs"]
    return Element(
        path=row["path"],
        occurs=row.get("shown", "0..1") if occurs == "unstated" else occurs,
        type=row["type"],
        is_stated=occurs != "unstated",
        codes=row.get("codes", {}),
        open_codes=row.get("open_codes", False),
        length=row.get("length"),
        pattern=row.get("pattern", ""),
        placeholder=row.get("placeholder", ""),
        meaning=row["meaning"],
        source=row["source"],
        note=row.get("note", ""),
        example=row.get("example", ""),
        default=row.get("default", ""),
    )


@cache
def kind(name: str) -> Kind:
    """The contract of one kind of message."""
    return Kind(name)


def names() -> list[str]:
    """Every kind that has a list of elements and is XML or JSON."""
    other = {"questions", "wms_flat_file"}
    return sorted(path.stem for path in FOLDER.glob("*.toml") if path.stem not in other)
