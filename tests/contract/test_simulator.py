"""The simulator says and takes what Bring publishes, and nothing else."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
import sent
from held import faults, from_json
from spelling import Node, parse

import contract
from simulator import inventory, messages
from simulator.api import CLIENT, KEY, UID, Api, Login, Request, Route
from simulator.bring import Bring
from simulator.clock import Clock
from simulator.intake import read_items, read_orders
from simulator.orders import Address, Batch, Line, Order, Portion
from simulator.refusals import Refusal
from simulator.request_tree import request_from_json

LOGIN = Login("u", "k")
WAREHOUSES = {sent.WAREHOUSE: "BERGER"}
AT = datetime(2026, 7, 1, 10, 0, tzinfo=UTC)
CUSTOMER = Address(
    name="Fjordlys AS", street="Havnegata 12", postal_code="8006", city="BODØ", country="NO"
)
LINES = (
    Line(number=10, article="LAMP", quantity=Decimal(3), gtin="07038010000001", description="Lamp"),
    Line(
        number=20, article="MILK", quantity=Decimal(4), unit="KGM", supplier_article="M-1",
        batches=(Batch("B1", date(2026, 8, 1), Decimal(1)), Batch("B2", None, Decimal(3))),
    ),
    Line(number=30, article="PHONE", quantity=Decimal(2), serials=("S1", "S2")),
)  # fmt: skip


def order(type: str = "order", customer: Address = CUSTOMER) -> Order:
    return Order(reference="125001", warehouse="BERGER", lines=LINES, type=type, customer=customer)


def said(quirks: bool) -> Iterator[messages.Message]:
    """Yield what the simulator can say: every kind, status, condition and shape."""
    for customer in (CUSTOMER, Address(name="Fjordlys AS")):
        out = order(customer=customer)
        for status in messages.RESPONSE_STATUSES:
            yield messages.order_response(out, status, AT, quirks=quirks)
        for status in messages.DESPATCH_STATUSES:
            yield messages.despatch_advice(out, status, AT, quirks=quirks)
        portions = {
            10: [Portion(Decimal(1), sscc="370000000000000001"), Portion(Decimal(2))],
            20: Decimal(2),
        }
        yield messages.despatch_advice(
            out, "O4", AT, shipped=portions, tracking="70300000000000001", note="N", quirks=quirks
        )
        yield messages.despatch_advice(out, "O4", AT, shipped={}, quirks=quirks)
        for type in ("purchase", "return"):
            into = order(type, customer)
            yield messages.receiving_advice(into, AT, quirks=quirks)
            conditions = {10: {"0": 1, "1": 1, "2": 1}, 30: {"2": 2}}
            yield messages.receiving_advice(into, AT, conditions=conditions, quirks=quirks)
    stock = [
        inventory.Stock("LAMP", Decimal(3), gtin="07038010000001"),
        inventory.Stock("MILK", Decimal("2.5"), "BLOCKED", "B1", date(2026, 8, 1), unit="KGM"),
        inventory.Stock("PHONE", Decimal(2), "QUARANTINED", serials=("S1", "S2")),
        inventory.Stock("NONE", Decimal(0)),
    ]
    yield inventory.inventory_report("BERGER", stock, AT, quirks=quirks)
    changes = [
        inventory.Change("MILK", Decimal(-2), reason, "B1", date(2026, 8, 1))
        for reason in inventory.REASONS
    ]
    changes.append(inventory.Change("PHONE", Decimal(1), serials=("S9",)))
    yield inventory.inventory_adjustment("BERGER", changes, AT, quirks=quirks)


@pytest.mark.parametrize("quirks", [False, True], ids=["as the guidelines", "as the samples"])
def test_what_it_says_is_in_the_contract(quirks: bool) -> None:
    for message in said(quirks):
        kind = contract.kind(message.kind)
        found = faults(kind, parse(message.xml()), as_in_examples=quirks)
        assert not found, (message.kind, message.title)


@pytest.mark.parametrize("name", sent.KINDS)
def test_it_takes_every_order_that_the_page_allows(name: str) -> None:
    kind = contract.kind("create_order")
    for what, request in sent.orders(name):
        node = request_from_json(sent.as_json(request), kind.root)
        (taken,) = read_orders(node, (sent.CUSTOMER,), WAREHOUSES)
        assert taken.order.reference == "125001", what
        if not what.startswith("without"):
            assert not faults(kind, request, as_in_examples=True), what


def test_it_takes_item_data_as_the_page_has_it() -> None:
    kind = contract.kind("create_itemdata")
    for what, request in sent.items():
        assert not faults(kind, request, as_in_examples=True), what
        taken = read_items(request_from_json(sent.as_json(request), kind.root), (sent.CUSTOMER,))
        assert {item.number for item in taken} == {"LAMP-1"}, what


@pytest.mark.parametrize("name", ["create_order", "create_itemdata"])
def test_it_refuses_what_the_page_does_not_know(name: str) -> None:
    kind = contract.kind(name)
    _smallest, (_what, request), *_rest = (
        sent.items() if name == "create_itemdata" else sent.orders("return")
    )
    for element in kind.elements.values():
        if element.is_group:
            node = with_surprise(request, element.name)
            with pytest.raises(Refusal, match="surprise is not known"):
                request_from_json(sent.as_json(node), kind.root)


def with_surprise(root: Node, name: str) -> Node:
    """The request with an element that is in no description, in every element of a name."""
    surprise = Node("Surprise", "1")

    def change(node: Node) -> tuple[Node, ...]:
        added = node.name == name
        return (replace(node, children=(*node.children, surprise)) if added else node,)

    (changed,) = Node("", children=(root,)).mapped(change).children
    return changed


@pytest.mark.parametrize("wished", ["xml", "json"])
def test_it_answers_in_the_contract(wished: str) -> None:
    """At every stage of an order, and to what was sent."""
    clock = Clock(AT)
    bring = Bring(clock=clock, customer_number=sent.CUSTOMER, any_article=True)
    api = Api(bring, (LOGIN,), (sent.CUSTOMER,))

    def call(method: str, path: str, name: str, body: bytes = b"") -> None:
        headers = {
            "accept": f"application/{wished}", "content-type": "application/json",
            UID.lower(): "u", KEY.lower(): "k", CLIENT.lower(): "https://shop.example.com",
        }  # fmt: skip
        request = Request(method, path, headers, body)
        route = api.route(request)
        assert isinstance(route, Route), path
        answer = api.perform(request, route, {})
        assert answer.status == 200, answer.body
        kind = contract.kind(name)
        if wished == "xml":
            found = faults(kind, parse(answer.body), as_in_examples=True)
        elif method == "POST":  # taken: another root, by the contract's own words on JSON
            root = kind.data["json"][0]["path"]
            assert set(json.loads(answer.body)[root]) == {"Message", "RequestID"}
            found = []
        else:
            found = faults(kind, from_json(kind, answer.body), as_in_examples=True)
        assert not found, path

    for _what, request in sent.items():
        call("POST", "/wh/api/v1/itemdata", "create_itemdata_answer", sent.as_json(request))
    (_what, _smallest), (_more, order), *_rest = sent.orders("customer order")
    call("POST", "/wh/api/v1/order", "create_order_answer", sent.as_json(order))
    base = "/warehousing/api/v1"
    for _hour in range(30):
        call("GET", f"{base}/order/{sent.CUSTOMER}/125001", "get_order")
        call("GET", f"{base}/items/{sent.CUSTOMER}/125001", "order_items")
        call("GET", f"{base}/articlebalance/{sent.CUSTOMER}", "article_balance")
        bring.advance(timedelta(hours=1))
    call("GET", f"{base}/errorCodes", "error_codes")
    assert bring.orders["125001"].history
