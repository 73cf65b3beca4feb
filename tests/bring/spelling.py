"""A message as a plain tree, and the many ways to spell it in XML and JSON."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from lxml import etree

CR, CR_REFERENCE = "\r", "&#13;"  # as it is, XML makes a line feed of it
HEADER = "StandardBusinessDocumentHeader"


@dataclass(frozen=True)
class Node:
    """An element by its local name."""

    name: str
    text: str = ""
    attributes: tuple[tuple[str, str], ...] = ()
    children: tuple["Node", ...] = field(default=())

    def mapped(self, change: Callable[["Node"], Iterable["Node"]]) -> "Node":
        """The tree with ``change`` put in the place of every node below this one."""
        children = (new for child in self.children for new in change(child.mapped(change)))
        return replace(self, children=tuple(children))

    def without(self, *names: str) -> "Node":
        return self.mapped(lambda node: () if node.name in names else (node,))

    def setting(self, name: str, text: str) -> "Node":
        return self.mapped(lambda n: (replace(n, text=text) if n.name == name else n,))


def parse(content: bytes) -> Node:
    def node(element: etree._Element) -> Node:
        return Node(
            etree.QName(element).localname,
            (element.text or "").strip(),
            tuple(sorted(element.items())),
            tuple(node(child) for child in element),
        )

    return node(etree.fromstring(content))


def to_xml(
    root: Node, *, prefix: str | None = "ns0", qualified: bool = False, indent: str = ""
) -> bytes:
    """Write XML; a ``prefix`` of "" makes it the default namespace, None leaves it away.

    With ``qualified`` the children are in the root's namespace too.
    """
    space = "" if prefix is None else f" xmlns{':' if prefix else ''}{prefix}='urn:gs1:x:xsd:3'"

    def write(node: Node, level: int) -> str:
        is_qualified = prefix and (qualified or node is root)
        name = f"{prefix}:{node.name}" if is_qualified else node.name
        attributes = "".join(f" {key}={quoteattr(value)}" for key, value in node.attributes)
        start = f"<{name}{space if node is root else ''}{attributes}>"
        pad = "\n" + indent * level if indent else ""
        inner = "".join(pad + indent + write(child, level + 1) for child in node.children)
        return (
            f"{start}{escape(node.text, {CR: CR_REFERENCE})}{inner}{pad if inner else ''}</{name}>"
        )

    return write(root, 0).encode()


@dataclass(frozen=True)
class Convention:
    """A way to write elements in JSON; ``group`` is the key of an object of attributes."""

    name: str
    mark: str = ""
    text_key: str = "value"
    group: str = ""
    prefix: str = ""
    always_text_key: bool = False
    always_list: bool = False
    numbers: bool = False
    nulls: bool = False
    wrapped: bool = True


CONVENTIONS = (
    Convention("bring", numbers=True, nulls=True),
    Convention("bring, without the root", wrapped=False),
    Convention("at and hash", mark="@", text_key="#text"),
    Convention("dash, prefixes kept", mark="-", text_key="#text", prefix="ns0:"),
    Convention("badgerfish", mark="@", text_key="$", always_text_key=True, prefix="sh:"),
    Convention("underscore", mark="_", text_key="__text", nulls=True),
    Convention("xml2js", text_key="_", group="$", always_list=True),
    Convention("xml-js", text_key="_text", group="_attributes", always_text_key=True),
    Convention("jackson", text_key=""),
    Convention("org.json", text_key="content"),
    Convention("spark", mark="_", text_key="_VALUE", always_list=True),
    Convention("attributes group", text_key="$t", group="@attributes", prefix="{urn:gs1:x}"),
)


def to_json(root: Node, convention: Convention) -> bytes:
    """Write JSON in a convention."""

    def scalar(text: str) -> Any:
        if convention.numbers and text.isdecimal() and str(int(text)) == text:
            return int(text)
        return None if convention.nulls and not text else text

    def value(node: Node) -> Any:
        if not node.children and not node.attributes and not convention.always_text_key:
            return scalar(node.text)
        result: dict[str, Any] = {}
        if convention.group and node.attributes:
            result[convention.group] = dict(node.attributes)
        elif node.attributes:
            result.update((convention.mark + key, text) for key, text in node.attributes)
        if node.text or not node.children:
            result[convention.text_key] = scalar(node.text)
        result.update(members(node))
        return result

    def members(node: Node) -> dict[str, Any]:
        grouped: dict[str, list[Any]] = {}
        for child in node.children:
            grouped.setdefault(convention.prefix + child.name, []).append(value(child))
        return {
            key: found if len(found) > 1 or convention.always_list else found[0]
            for key, found in grouped.items()
        }

    if convention.wrapped:
        body = {convention.prefix + root.name: {f"{convention.mark}xmlns": "urn", **members(root)}}
    else:
        body = members(root)
    return json.dumps(body).encode()
