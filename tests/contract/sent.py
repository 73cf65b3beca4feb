"""Requests made from the contract as the client of a warehouse would send them.

The page says of some lists in words which of their codes must be there (ACD, CU and ON; the
parties): so these are put right by hand.
"""

import json
from collections.abc import Iterator
from dataclasses import replace

from generated import _generate, fullest
from spelling import Convention, Node, to_json

import contract

CUSTOMER, WAREHOUSE, GLN = "100001", "780132", "7080003388100"
ORDER = "CreateOrderRequest/SupplyStructure/OrderSet"
ITEM = "CreateItemDataRequest/SupplyStructure/ArticleInformationSet/ArticleInformation"
KINDS = {  # messageFunction, ExternalOrderType
    "customer order": ("Order", "220"),
    "rush order": ("Order", "224"),
    "purchase order": ("PurchaseOrder", ""),
    "return": ("PurchaseOrder", "R"),
}
_JSON = Convention("Bring's", text_key="Value", wrapped=False)
_REQUIRED = {
    "Reference": ("ACD", "CU", "ON"),
    "DateAndTimes": ("DocumentDate", "DeliveryDateRequested"),
    "Party": ("OrderingParty", "DeliveryParty", "Supplier", "PerformingUnit"),
    "AdditionalService": ("1142",),
}
_ALL = {
    "Reference": (*_REQUIRED["Reference"], "SS", "COI"),
    "DateAndTimes": (*_REQUIRED["DateAndTimes"], "ExpirationDate"),
    "Party": (*_REQUIRED["Party"], "Buyer", "Seller", "TransportCompany"),
    "AdditionalService": ("EVARSLING", "PickUpPoint"),
}


def orders(name: str) -> Iterator[tuple[str, Node]]:
    """Yield orders of a kind: smallest, fullest, and of two kinds one for each thing left out."""
    kind = contract.kind("create_order")
    function, external = KINDS[name]
    codes = {
        "CreateOrderRequest/@messageFunction": function,
        "CreateOrderRequest/@updateIndicator": "Original",
        f"{ORDER}/Order/ExternalOrderType": external,
        f"{ORDER}/Order/@orderId": "125001",
        f"{ORDER}/Party/Address/CountryCode": "NO",
        f"{ORDER}/Party/@partyId": "50001",
        f"{ORDER}/OrderLineSet/OrderItem/ArticleMonetaryAmounts/UnitPrice/"
        "@currencyIdentificationCode": "NOK",
    }
    if external:
        small = _generate(kind, lambda e: e.is_required or e.path in codes, codes, times=1)
    else:
        small = _generate(kind, lambda e: e.is_required, codes, times=1)
    yield "the smallest", _order(small.root, _REQUIRED)
    yield "the fullest", _order(fullest(kind, codes=codes).root, _ALL)
    for element in kind.elements.values() if name in ("customer order", "purchase order") else ():
        if not element.is_required and not (external and element.name == "ExternalOrderType"):
            made = fullest(kind, codes=codes, without=element.path, times=1)
            codes_of = _ALL
            if element.name == "Contact":  # without it, nobody can be told
                codes_of = {**_ALL, "AdditionalService": ("PickUpPoint",)}
            yield f"without {element.path}", _order(made.root, codes_of)


def items() -> Iterator[tuple[str, Node]]:
    """Yield item data: the smallest, and the fullest; everything is required on the page."""
    kind = contract.kind("create_itemdata")
    codes = {
        "CreateItemDataRequest/@messageFunction": "ItemData",
        f"{ITEM}/ArticleNumber": "LAMP-1",
        f"{ITEM}/ArticleNumber/@codeListIdentifier": "CustomerItemNo",
        f"{ITEM}/ArticleName": "Lamp",
    }
    for name, times in (("the smallest", 1), ("the fullest", 2)):
        made = fullest(kind, codes=codes, times=times)
        yield name, _addressed(made.root)


def as_json(root: Node) -> bytes:
    """A request in Bring's JSON: no root, a text beside attributes as Value."""
    whole = json.loads(to_json(Node("", children=(root,)), _JSON))
    return json.dumps(whole[root.name]).encode()


def _addressed(root: Node) -> Node:
    """From us to Bring."""

    def change(node: Node) -> tuple[Node, ...]:
        ids = {"MessageSender": CUSTOMER, "MessageRecipient": GLN}
        if node.name in ids:
            return (_with(node, partyId=ids[node.name]),)
        return (node,)

    return root.mapped(change)


def _order(root: Node, codes: dict[str, tuple[str, ...]]) -> Node:
    def change(node: Node) -> tuple[Node, ...]:
        if node.name not in ("Order", "OrderSet", "TransportService", "OrderLineSet"):
            return (node,)
        children: list[Node] = []
        done: set[str] = set()
        for child in node.children:
            wanted = codes.get(child.name)
            if child.name == "OrderItem":  # a counter, by the raml
                children.append(_with(child, articleLineId=str(10 * len(children) + 10)))
            elif wanted is None:
                children.append(child)
            elif child.name not in done:
                done.add(child.name)
                children += [_coded(child, code, codes) for code in wanted]
        return (replace(node, children=tuple(children)),)

    return _addressed(root).mapped(change)


def _coded(node: Node, code: str, codes: dict[str, tuple[str, ...]]) -> Node:
    """One of several that differ by a code; a party has its own id."""
    if node.name == "AdditionalService":
        return node.setting("AdditionalServiceCode", code)
    if node.name == "Reference":
        return _with(node, referenceType=code)
    if node.name == "DateAndTimes":
        return _with(node, subClass=code)
    ids = {"PerformingUnit": WAREHOUSE, "TransportCompany": "Bring"}
    node = _with(node, subClass=code, partyId=ids.get(code, "50001"), subPartyId="109001")
    if code == "DeliveryParty" and "PickUpPoint" in codes["AdditionalService"]:
        return node
    # Bring's own example leaves out what only a pick-up point has.
    return replace(node, attributes=tuple(a for a in node.attributes if a[0] != "subPartyId"))


def _with(node: Node, **attributes: str) -> Node:
    return replace(node, attributes=tuple({**dict(node.attributes), **attributes}.items()))
