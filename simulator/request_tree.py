"""A request as it came, XML or JSON, as one kind of tree.

Attributes and children are alike (`parts`), names are found whatever their case, and JSON's
`Value` is the text: so one reader reads both. XML is checked against schemas/send.xsd, the names
in JSON against the same schema's.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from lxml import etree

from .refusals import Refusal

SCHEMA = Path(__file__).parent / "schemas" / "send.xsd"
NAMESPACE = "http://api.bring.com/mb"
JSON_ONLY = ("value", "usagestring")  # names that only Bring's JSON examples have


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
    """Read a request whose root must be `root_name`; refuse what the schema doesn't have."""
    root = read_xml(body)
    if root.tag != f"{{{NAMESPACE}}}{root_name}":
        raise Refusal("PO_INPUT_018", f"the root is {root.tag!r}, not {root_name}", 400)
    schema = _schema()
    if not schema.validate(root):
        reason = next(iter(schema.error_log), None)
        raise Refusal("PO_INPUT_017", reason.message if reason is not None else "", 400)
    return _from_element(root)


def request_from_json(body: bytes) -> Node:
    """Read a request in JSON, whose root has no name; refuse names that XML doesn't have."""
    try:
        value = json.loads(body)
    except ValueError as error:
        raise Refusal("PO_INPUT_017", f"not JSON: {error}", 400) from error
    if not isinstance(value, dict):
        raise Refusal("PO_INPUT_017", "a JSON object is wanted", 400)
    return _from_value(value)


def _schema() -> etree.XMLSchema:
    # Made for each use: its error log is its own, and requests come in several threads.
    return etree.XMLSchema(etree.parse(SCHEMA))


@cache
def _names() -> frozenset[str]:
    """Return every name of the schema, in lower case."""
    return frozenset({
        *JSON_ONLY, *(str(name).lower() for name in etree.parse(SCHEMA).xpath("//@name"))
    })  # fmt: skip


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
        if name.lower() not in _names():
            raise Refusal("PO_INPUT_017", f"{name} is not known", 400)
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
