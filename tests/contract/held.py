"""A message held against the contract: all in it that the contract does not know or allow."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any

from spelling import Node

from contract import HEADER, Element, Kind

# What Bring publishes nothing of, and warehouse and customer must say all the same: assumptions.
_ITEM = "receivingAdvice/receivingAdviceLogisticUnit/receivingAdviceLineItem/transactionalTradeItem"
ASSUMED = {
    # No guideline says how serial numbers come in: as they go out.
    f"{_ITEM}/transactionalItemData/serialNumber": "serialNumber",
    # The sample has the quantity inside the item, without a code: where there is one, beside it.
    f"{_ITEM}/receivingConditionInformation/receivingConditionCode": "receivingConditionCode",
    # An order may be in KGM (ArticleQuantity/@unitCode), a despatch and a report know PCE only.
    "@measurementUnitCode": "KGM",
}
_PARSERS = {
    "dateTime": datetime.fromisoformat,
    "date": date.fromisoformat,
    "time": time.fromisoformat,
    "decimal": Decimal,
    "integer": int,
}


def faults(kind: Kind, root: Node, *, as_in_examples: bool = False) -> list[str]:
    """Say what of a message leaves the contract; nothing, if all of it is allowed.

    What only an example of Bring's has may be there, and anything in a group of which Bring
    publishes no more than its name.

    :param as_in_examples: the values, gaps and repetitions of Bring's examples are allowed, too
    """
    return sorted(set(_Held(kind, as_in_examples).message(root)))


def from_json(kind: Kind, content: bytes) -> Node:
    """A message in Bring's JSON as the tree of the same in XML: no root, text as (V)value."""
    return _node(kind, kind.root, kind.root, json.loads(content))


def _node(kind: Kind, name: str, path: str, value: Any) -> Node:
    if not isinstance(value, dict):
        return Node(name, "" if value is None else str(value))
    text, attributes, children = "", [], []
    for key, inner in value.items():
        if key in ("Value", "value"):
            text = "" if inner is None else str(inner)
            continue
        attribute = key if f"{path}/@{key}" in kind.elements else key[0].lower() + key[1:]
        if f"{path}/@{attribute}" in kind.elements:
            if inner is not None:
                attributes.append((attribute, str(inner)))
            continue
        for entry in inner if isinstance(inner, list) else [inner]:
            if entry is not None:
                children.append(_node(kind, key, f"{path}/{key}", entry))
    return Node(name, text, tuple(attributes), tuple(children))


class _Held:
    def __init__(self, kind: Kind, as_in_examples: bool) -> None:
        self.kind = kind
        self.as_in_examples = as_in_examples
        self.known = {**kind.elements, **kind.examples}
        self.groups = {element.parent for element in self.known.values()}
        self.has_json = "json" in kind.data
        self.excused = set(kind.deviations) if as_in_examples else set()

    def message(self, root: Node) -> Iterator[str]:
        if root.name != self.kind.root:
            yield f"the root is {root.name}, not {self.kind.root}"
        if self.kind.root == self.kind.document:
            yield from self.element(root, self.kind.document)
            return
        names = Counter(child.name for child in root.children)
        for name in set(names) | {HEADER, self.kind.document}:
            if name not in self.known or (name == HEADER) * names[name] > 1 or not names[name]:
                yield f"{names[name]} times {name} in the message"
        for child in root.children:
            yield from self.element(child, child.name)

    def element(self, node: Node, path: str) -> Iterator[str]:
        element = self.known.get(path)
        if ASSUMED.get(path) == node.name:
            return
        if element is None:
            yield f"{path}: is not known"
            return
        if element.is_group and node.text:
            yield from self.fault(path, f"has a text: {node.text[:40]!r}")
        if not element.is_group:
            yield from self.value(element, node.text)
        for name, text in node.attributes:
            attribute = self.known.get(f"{path}/@{name}")
            if attribute is None:
                yield f"{path}/@{name}: is not known"
            else:
                yield from self.value(attribute, text)
        names = Counter(child.name for child in node.children)
        given = {*names, *(f"@{name}" for name, _text in node.attributes)}
        for child in self.kind.children(path):
            name = child.path.rpartition("/")[2]
            if child.is_required and child.is_stated and name not in given:
                yield from self.fault(child.path, "is missing")
            if names[name] > 1 and not child.is_repeated:
                yield from self.fault(child.path, f"stands {names[name]} times")
        if element.is_group and path not in self.groups:
            return
        if not self.as_in_examples:
            yield from self.order(node, path)
        for inner in node.children:
            yield from self.element(inner, f"{path}/{inner.name}")

    def order(self, node: Node, path: str) -> Iterator[str]:
        """GS1's sequences: the children stand in the order of the source."""
        places = {child.name: place for place, child in enumerate(self.kind.children(path))}
        given = [child.name for child in node.children if child.name in places]
        if given != sorted(given, key=places.__getitem__):
            yield f"{path}: {', '.join(given)} stand in another order"

    def value(self, element: Element, text: str) -> Iterator[str]:
        if not text:
            if element.is_required and element.is_stated:
                yield from self.fault(element.path, "is empty")
            return
        assumed = ASSUMED.get(f"@{element.name}") == text
        if element.codes and not (element.open_codes or text in element.codes or assumed):
            yield from self.fault(element.path, f"{text!r} is not in its list")
        if element.length is not None and len(text) > element.length:
            yield from self.fault(element.path, f"{text!r} is longer than {element.length}")
        if element.pattern and not re.fullmatch(element.pattern, text):
            yield from self.fault(element.path, f"{text!r} is not as {element.pattern}")
        if self.as_in_examples and element.type == "date" and len(text) == 6:
            text = f"20{text}"  # the guideline's own example is 150101
        if element.type in ("date", "time"):
            text = re.sub(r"[+-]\d\d:\d\d$", "", text)  # what Bring answers has its offset
        if self.has_json and re.fullmatch(r"\d{12,13}", text):
            return  # in JSON a time is in milliseconds since 1970
        if parser := _PARSERS.get(element.type):
            try:
                parser(text)
            except (ValueError, InvalidOperation):
                yield from self.fault(element.path, f"{text!r} is no {element.type}")

    def fault(self, path: str, words: str) -> Iterator[str]:
        if path not in self.excused:
            yield f"{path}: {words}"
