"""A request as it came, XML or JSON, as one kind of tree.

Attributes and children are alike (`parts`), names are found whatever their case, and JSON's
`Value` is the text: so one reader reads both. What is not in Bring's own description of the
request (bring/contract/) is refused, what stands more often than it says or, in XML, in another
order (but for MessageDetails: Bring's page and its examples have two), and what is no date.
"""

import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from lxml import etree

from .refusals import Refusal

CONTRACT = Path(__file__).parents[1] / "bring" / "contract"
FILES = {"CreateOrderRequest": "create_order", "CreateItemDataRequest": "create_itemdata"}
NAMESPACE = "http://api.bring.com/mb"
MANY = "createorderrequest/supplystructure/orderset"  # one on the page, a list in JSON
TIMES = {"date": date, "dateTime": datetime, "time": time}
JSON_NAMES = {"usagestring": "usagecode"}  # a name that only Bring's JSON examples have


@dataclass(slots=True)
class Node:
    """An element, attribute or JSON value; `parts` by the name in lower case."""

    text: str = ""
    parts: dict[str, list["Node"]] = field(default_factory=dict)

    def all(self, path: str) -> list["Node"]:
        """Return what lies under a path of names, `Party/Address`."""
        found = [self]
        for name in path.lower().split("/"):
            found = [part for node in found for part in node.parts.get(name, [])]
        return found

    def get(self, path: str) -> str:
        """Return the first text under a path, stripped; empty when there is none."""
        return next((node.text.strip() for node in self.all(path)), "")


def read_xml(body: bytes) -> etree._Element:
    """Parse XML; refuse a DOCTYPE and what isn't well-formed with 400."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True)
    try:
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError as error:
        raise Refusal("PO_INPUT_017", f"not well-formed: {error}", 400) from error
    if root.getroottree().docinfo.doctype:
        raise Refusal("PO_INPUT_017", "a DOCTYPE", 400)
    return root


def request_from_xml(body: bytes, root_name: str) -> Node:
    """Read a request whose root must be `root_name`; refuse what Bring doesn't describe."""
    root = read_xml(body)
    if root.tag != f"{{{NAMESPACE}}}{root_name}":
        raise Refusal("PO_INPUT_018", f"the root is {root.tag!r}, not {root_name}", 400)
    for element in root.iter("*"):
        if not element.tag.startswith(f"{{{NAMESPACE}}}"):
            raise Refusal("PO_INPUT_017", f"{element.tag} is in another namespace", 400)
    _in_order(root, root_name)
    return _checked(_from_element(root), root_name)


def request_from_json(body: bytes, root_name: str) -> Node:
    """Read a request in JSON, whose root has no name; refuse what Bring doesn't describe."""
    try:
        value = json.loads(body)
    except ValueError as error:
        raise Refusal("PO_INPUT_017", f"not JSON: {error}", 400) from error
    if not isinstance(value, dict):
        raise Refusal("PO_INPUT_017", "a JSON object is wanted", 400)
    return _checked(_from_value(value), root_name)


class Described(NamedTuple):
    """An element or attribute as Bring describes it; `place` is its place in the description.

    `default` is the only value, where Bring names one.
    """

    place: int
    repeats: bool
    type: str
    default: str


@cache
def _described(root_name: str) -> Mapping[str, Described]:
    """Return what Bring describes by path, in lower case."""
    text = (CONTRACT / f"{FILES[root_name]}.toml").read_text(encoding="utf-8")
    return {
        (path := row["path"].replace("@", "").lower()): Described(
            place,
            path == MANY or row["occurs"].endswith(("n", "unstated")),
            row["type"],
            "" if "codes" in row else row.get("default", ""),
        )
        for place, row in enumerate(tomllib.loads(text)["element"])
    }


def _checked(node: Node, path: str) -> Node:
    described = _described(path.partition("/")[0])
    for name, parts in node.parts.items():
        below = f"{path}/{JSON_NAMES.get(name, name)}"
        known = described.get(below.lower())
        if known is None:
            raise Refusal("PO_INPUT_017", f"{below} is not known", 400)
        if len(parts) > 1 and not known.repeats:
            raise Refusal("PO_INPUT_017", f"{below} stands {len(parts)} times", 400)
        for part in parts:
            if known.default and part.text.lower() not in ("", known.default.lower()):
                raise Refusal("PO_INPUT_018", f"{below} is {part.text!r}", 400)
            if known.type in TIMES and not _is_time(part.text, known.type):
                raise Refusal("PO_INPUT_017", f"{below} is {part.text!r}", 400)
            _checked(part, below)
    return node


def _is_time(text: str, type: str) -> bool:
    try:
        TIMES[type].fromisoformat(text.strip())
    except ValueError:
        return False
    return True


def _in_order(element: etree._Element, path: str) -> None:
    described = _described(path.partition("/")[0])
    names = [etree.QName(child).localname for child in element]
    places = [d.place for name in names if (d := described.get(f"{path}/{name}".lower()))]
    if places != sorted(places) and not path.endswith("/MessageDetails"):
        raise Refusal("PO_INPUT_017", f"{path}: {', '.join(names)} in another order", 400)
    for name, child in zip(names, element, strict=True):
        _in_order(child, f"{path}/{name}")


def _from_element(element: etree._Element) -> Node:
    node = Node(element.text or "")
    for name, value in element.attrib.items():
        node.parts.setdefault(str(name).lower(), []).append(Node(str(value)))
    for child in element:
        name = etree.QName(child).localname.lower()
        node.parts.setdefault(name, []).append(_from_element(child))
    return node


def _from_value(value: Any) -> Node:
    if not isinstance(value, Mapping):
        if isinstance(value, bool):
            return Node("true" if value else "false")
        return Node("" if value is None else str(value))
    node = Node()
    for name, part in value.items():
        if name.lower() == "value":
            node.text = "" if part is None else str(part)
            continue
        nodes = [_from_value(item) for item in _list(part)]
        node.parts.setdefault(name.lower(), []).extend(nodes)
    return node


def _list(value: Any) -> Iterator[Any]:
    if isinstance(value, list):
        yield from value
    else:
        yield value
