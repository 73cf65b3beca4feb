"""What Bring answers when it is asked: balances, orders, their lines, error codes.

Each function makes the tree of an answer in the shape of Bring's published XML; `render` spells
it as XML, or as Bring's JSON: attributes as plain keys, codes in capitals (DOCUMENT_DATE),
epoch milliseconds, and lists as the examples have them.
"""

import json
import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from .depot import Balance
from .intake import Party
from .refusals import CODES, Refusal
from .style import branch, leaf, oslo, plain
from .tree import Element, element_xml
from .warehouse_order import ORDER_STATUSES, WarehouseOrder

PO, OM = "http://api.bring.com/po", "http://api.bring.com/om"
SEND = "https://bapi.bring.com/wh/api/v1"
TEXTS = {
    "ACD": "Additional reference number",
    "CMR": "Road consignment note number",
    "CU": "Consignor's reference number",
    "ON": "Buyers order number",
    "WS": "Warehouse storage location number",
}
# Names that are lists in Bring's JSON, even of one; a name below another where it differs.
LISTS = {
    "GetArticleBalanceResponse": {"ArticleBalance"},
    "GetPurchaseOrderItemResponse": {"OrderLineSet", "OrderItem"},
    "ErrorList": {"errorTypes"},
    "GetOrderResponse": {
        "Reference", "Party", "Address", "AddressLine", "Contact", "OrderLineSet",
        "OrderItem", "ArticleId", "OrderItem/Description", "Description/Text",
    },
}  # fmt: skip
_CODE = ("codeListIdentifier", "codeListAgencyIdentifier", "name")
# What Bring's JSON has as null beside the rest, in an order only.
NULLS = {
    "Reference": _CODE, "ArticleId": _CODE, "OrderItem/Description": _CODE, "CountryCode": _CODE,
    "Description/Text": ("sequence", "code"), "Order/DateAndTimes": ("timeZone", "dstIndicator"),
    "Order": ("idType",), "OrderItem": ("idType",),
}  # fmt: skip


def balances(now: datetime, rows: Iterable[Balance], updated_at: datetime) -> Element:
    """Make GetArticleBalanceResponse; `updated_at` is the instant that the balances are of."""

    def row(balance: Balance) -> Element:
        article = balance.article
        return branch(
            "ArticleBalance",
            leaf("ArticleNumber", article.number),
            leaf("ArticleName", article.name),
            _number("PhysicalBalance", balance.physical),
            _number("AllocatedBalance", balance.allocated),
            _number("InOrderBalance", balance.in_order),
            _number("FreeBalance", balance.free),
            leaf("CreatedDateTime", _iso(article.created_at)),
            leaf("LastUpdatedDateTime", _iso(updated_at)),
        )

    found = branch("ArticleBalanceSet", *map(row, rows))
    return _root("GetArticleBalanceResponse", PO, properties(now), found)


def order(now: datetime, kept: WarehouseOrder) -> Element:
    """Make GetOrderResponse."""
    taken = kept.taken_at.astimezone(oslo())
    milliseconds = int(taken.timestamp() * 1000)
    clock = taken.time().isoformat(timespec="milliseconds")
    parties = [_party(party) for party in kept.request.parties]

    def line(number: int, article: str, gtin: str, description: str) -> Element:
        amount, currency = kept.request.prices[number]
        ean = _with("ArticleId", gtin, codeListAgencyIdentifier="EAN") if gtin else None
        return _with(
            "OrderItem",
            [
                leaf("ArticleId", article),
                *([ean] if ean else []),
                _with("Description", [leaf("Text", description)], usageCode="AAA"),
                branch("ArticleMonetaryAmounts", _price(amount, currency)),
            ],
            articleLineId=str(number),
        )

    head = _with(
        "Order",
        [
            leaf("OrderStatus", ORDER_STATUSES[kept.status]),
            *(
                _with(
                    "Reference",
                    [leaf("ReferenceNo", number), leaf("Text", TEXTS.get(kind, kind))],
                    referenceType=kind,
                )
                for kind, number in _references(kept)
            ),
            _with(
                "DateAndTimes",
                [
                    Element("Date", f"{taken:%Y-%m-%d}{_offset(taken)}", value=milliseconds),
                    Element("Time", f"{clock}{_offset(taken)}", value=milliseconds),
                ],
                subClass="DocumentDate",
            ),
        ],
        orderId=kept.reference,
    )  # fmt: skip
    lines = (
        line(part.number, part.article, part.gtin, part.description) for part in kept.order.lines
    )
    order_set = _with(
        "OrderSet", [head, *parties, branch("OrderLineSet", *lines)], updateIndicator="Original"
    )
    return _root("GetOrderResponse", OM, properties(now), order_set)


def items(now: datetime, kept: WarehouseOrder) -> Element:
    """Make GetPurchaseOrderItemResponse: what was ordered, and what is yet to be handled."""
    lines = branch("OrderLineSet", *_item_lines(kept))
    root = _root(
        "GetPurchaseOrderItemResponse", PO, properties(now), branch("PurchaseOrderItem", lines)
    )
    root.attributes["updateIndicator"] = "Original"
    return root


def purchase_order(now: datetime, kept: WarehouseOrder) -> Element:
    """Make GetPurchaseOrderResponse, the answer that SOAP has for any order."""
    head = _with(
        "PurchaseOrder",
        [
            leaf("SenderStatus", "OPEN"),
            leaf("OrderStatus", ORDER_STATUSES[kept.status]),
            *(
                branch(
                    "Reference",
                    leaf("ReferenceNo", number),
                    leaf("ReferenceType", kind),
                    leaf("Text", TEXTS.get(kind, kind)),
                )
                for kind, number in _references(kept)
            ),
            _moment("DocumentDate", kept.taken_at),
        ],
        orderId=kept.reference,
    )
    parties = (_party(party) for party in kept.request.parties)
    lines = branch("OrderLineSet", *_item_lines(kept))
    order_set = _with("PurchaseOrderSet", [head, *parties, lines], updateIndicator="Original")
    return _root("GetPurchaseOrderResponse", PO, properties(now), order_set)


def error_codes(root: str = "ErrorList", head: Element | None = None) -> Element:
    """Make ErrorList; SOAP has another root, and a head."""
    rows = [
        branch("errorTypes", leaf("Code", code), leaf("Description", text))
        for code, text in CODES.items()
    ]
    return _root(root, PO, *([head] if head else []), *rows)


def taken(root: str, request_id: str) -> Element:
    """Make the answer to what was sent and is taken; `root` is CreateOrderResponse, or the like."""
    answer = branch("ResponseProperties", leaf("Message", "Success"), leaf("RequestId", request_id))
    return _root(root, SEND, answer)


def refused(root: str, now: datetime, refusal: Refusal) -> Element:
    """Make the answer of any call that was refused."""
    namespace = {"GetOrderResponse": OM}.get(root, SEND if root.startswith("Create") else PO)
    return _root(root, namespace, properties(now, refusal))


def properties(now: datetime, refusal: Refusal | None = None) -> Element:
    """Make ResponseProperties, with its Error when there is a refusal."""
    error = None
    if refusal:
        code, words = leaf("Code", refusal.code), leaf("Description", refusal.description)
        error = branch("Error", code, words)
    return branch(
        "ResponseProperties",
        Element("SchemaVersion", "1", value=1),
        leaf("Locale", "en"),
        _moment("ResponseDate", now),
        error,
    )


def render(root: Element, wished: str, collapse: bool = False) -> bytes:
    """Write an answer as `xml` or `json`.

    :param collapse: JSON lists of one become that one, as some converters do.
    """
    if wished == "xml":
        return element_xml(root)
    lists = set() if collapse else LISTS.get(root.name, set())
    nulls = NULLS if root.name == "GetOrderResponse" else {}
    return json.dumps(_json(root, "", lists, nulls), ensure_ascii=False, indent=2).encode()


def _json(element: Element, parent: str, lists: set[str], nulls: dict[str, tuple[str, ...]]) -> Any:
    path = f"{parent}/{element.name}"
    beside = nulls.get(path, nulls.get(element.name, ()))
    if path == "Reference/Text":
        beside = ()
    members: dict[str, Any] = {}
    for child in element.children:
        members.setdefault(child.name, []).append(_json(child, element.name, lists, nulls))
    for name, values in members.items():
        listed = name in lists or f"{element.name}/{name}" in lists
        if len(values) == 1 and not listed:
            members[name] = values[0]
    attributes = {name: text for name, text in element.attributes.items() if name != "xmlns"}
    if not members:
        text = element.text if element.value is None else element.value
        if not attributes and not beside:
            return text
        members["value"] = text if not beside or text else None
    for name, text in attributes.items():
        members[name] = _capitals(text) if name in ("subClass", "updateIndicator") else text
    return {**members, **{name: None for name in beside if name not in members}}


def _capitals(name: str) -> str:
    return re.sub("(?<!^)(?=[A-Z])", "_", name).upper()


def _item_lines(kept: WarehouseOrder) -> Iterable[Element]:
    for line in kept.order.lines:
        amount, currency = kept.request.prices[line.number]
        remaining = max(Decimal(0), kept.remaining(line))
        yield _with(
            "OrderItem",
            [
                _quantity("ArticleQuantity", line.quantity),
                _quantity("RemainingArticleQuantity", remaining),
                branch("Description", leaf("Text", line.description), leaf("Usage", "")),
                branch("ArticleMonetaryAmounts", _price(amount, currency)),
            ],
            articleLineId=str(line.number),
        )


def _references(kept: WarehouseOrder) -> Iterable[tuple[str, str]]:
    yield from kept.request.references
    for number in kept.tracking:
        yield "CMR", number
    yield "WS", kept.order.warehouse


def _party(party: Party) -> Element:
    address = party.address
    physical = _with(
        "Address",
        [
            leaf("PostalCode", address.postal_code),
            leaf("City", address.city),
            leaf("StateOrRegion", ""),
            leaf("CountryCode", address.country),
            leaf("Street", address.street),
        ],
        subClass="PhysicalAddress",
    )
    contact = [
        leaf(name, text)
        for name, text in (
            ("ContactName", party.contact),
            ("PhoneNo", party.phone or party.mobile),
            ("Mail", party.email),
        )
        if text
    ]
    return _with(
        "Party",
        [
            leaf("Name", party.name),
            leaf("VATNo", ""),
            physical,
            *([branch("Contact", *contact)] if contact else []),
        ],
        subPartyId=party.sub_party_id,
        idType="",
        partyId=party.party_id,
        subClass=party.role,
    )


def _root(name: str, namespace: str, *children: Element) -> Element:
    return Element(name, children=children, attributes={"xmlns": namespace})


def _with(name: str, content: str | list[Element], **attributes: str) -> Element:
    if isinstance(content, str):
        return Element(name, content, attributes=attributes)
    return Element(name, children=content, attributes=attributes)


def _moment(sub_class: str, at: datetime) -> Element:
    local = at.astimezone(oslo())
    return Element(
        "DateAndTimes",
        local.isoformat(timespec="milliseconds"),
        attributes={"subClass": sub_class},
        value=int(at.timestamp() * 1000),
    )


def _number(name: str, value: Decimal) -> Element:
    return Element(name, f"{value:.2f}", value=_plain_number(value))


def _quantity(name: str, value: Decimal) -> Element:
    return Element(name, plain(value), value=_plain_number(value))


def _price(amount: str, currency: str) -> Element:
    value = Decimal(amount)
    attributes = {"currencyIdentificationCode": currency}
    return Element("UnitPrice", f"{value:.2f}", attributes=attributes, value=_plain_number(value))


def _plain_number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


def _iso(at: datetime) -> str:
    return at.astimezone(oslo()).isoformat(timespec="seconds")


def _offset(at: datetime) -> str:
    minutes = int((at.utcoffset() or timedelta()).total_seconds() // 60)
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"
