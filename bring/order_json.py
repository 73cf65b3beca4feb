"""What is sent, as JSON: the XML's tree in the shape of Bring's JSON examples."""

import json
from dataclasses import dataclass, field
from typing import Any, Final

from lxml import etree

from .names import LOCAL

# How the examples write a text: {"Value": "…"}, a mere string, or a number.
_VALUE: Final = "Value"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """Where JSON differs from "an object of attributes and children".

    ``lists`` are elements that are always a list; any other is one as soon as it comes twice.
    ``values`` without an attribute are {"Value": text} nevertheless; ``numbers`` are numbers;
    ``texts`` are texts also when they are empty; ``renamed`` are (element, attribute) → key.
    """

    lists: frozenset[str]
    values: frozenset[str]
    numbers: frozenset[str] = frozenset()
    texts: frozenset[str] = frozenset()
    renamed: dict[tuple[str, str], str] = field(default_factory=dict)


ORDER_SHAPE: Final = Shape(
    lists=frozenset(
        {
            "OrderSet",
            "Reference",
            "DateAndTimes",
            "TermsOfDelivery",
            "FreeText",
            "Text",
            "AdditionalService",
            "Party",
            "Address",
            "AddressLine",
            "Contact",
            "OrderLineSet",
            "OrderItem",
            "ArticleId",
            "ArticleReference",
            "Description",
        }
    ),
    values=frozenset(
        {
            "MessageDate",
            "TODConditionCode",
            "Text",
            "BasicServiceCode",
            "AdditionalServiceCode",
            "CountryCode",
        }
    ),
    texts=frozenset({"ArticleStatus"}),
    renamed={("FreeText", "usageCode"): "UsageCode"},
)
ITEM_SHAPE: Final = Shape(
    lists=frozenset(
        {"ArticleNumber", "ArticleQuantity", "ArticleUnitCode", "Reference", "Utility"}
    ),
    values=frozenset({"MessageDate"}),
    numbers=frozenset({"Depth", "Height", "NetWeight", "Width", "GrossWeight"}),
)


def to_json(root: etree._Element, shape: Shape) -> bytes:
    """The message as a JSON object, UTF-8; the root's own name stands nowhere in it."""
    return json.dumps(_value(root, shape), ensure_ascii=False, indent=2).encode()


def _value(element: etree._Element, shape: Shape) -> Any:
    name = LOCAL[element.tag]
    members: dict[str, Any] = {
        shape.renamed.get((name, str(key)), str(key)): value for key, value in element.items()
    }
    if not len(element) and (element.text is not None or name in shape.texts):
        text = _number(element.text or "") if name in shape.numbers else element.text or ""
        return {**members, _VALUE: text} if members or name in shape.values else text
    for child in element:
        key, value = LOCAL[child.tag], _value(child, shape)
        if key in members:
            known = members[key]
            members[key] = [*known, value] if isinstance(known, list) else [known, value]
        else:
            members[key] = [value] if key in shape.lists else value
    return members


def _number(text: str) -> int | float:
    return float(text) if "." in text else int(text)
