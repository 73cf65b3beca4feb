"""Bring's interfaces without the sockets: a request in, a response out.

The base URLs of Bring are all served, and none: /warehousing/api/v1 and /po/api/v1 (pull),
/wh/api/v1 (send), /po/api (SOAP).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from hmac import compare_digest
from types import MappingProxyType
from typing import NamedTuple
from urllib.parse import unquote, urlsplit
from uuid import UUID, uuid5

from . import answers, soap
from .bring import Bring
from .depot import Balance
from .faults import Fault
from .intake import read_items, read_orders
from .push import MEDIA_TYPES
from .refusals import Refusal
from .request_tree import Node, request_from_json, request_from_xml
from .tree import Element
from .warehouse_order import WarehouseOrder

BASES = ("/warehousing/api/v1", "/po/api/v1", "/wh/api/v1", "/po/api", "")
SEND_BASE = "/wh/api/v1"
UID, KEY, CLIENT = "X-Mybring-API-Uid", "X-Mybring-API-Key", "X-Bring-Client-URL"
REQUEST_IDS = UUID("6f1b7d0e-5a0c-4b53-9a39-6f2f4b6a9a11")
# Bring's warehouse codes by the party ids of the send API; that Drammen is NCD (Lierstrand,
# beside it) is a guess. A warehouse without a code goes by its party id.
WAREHOUSES = {
    "105075": "BS17", "780132": "BERGER", "105091": "NCD", "780448": "780448", "780446": "5500",
    "177401": "177401", "780429": "BS02", "105090": "BS07", "780365": "780365",
}  # fmt: skip

Faults = Mapping[str, Fault]


class Login(NamedTuple):
    """A Mybring user; a test key takes only orders with a testIndicator."""

    uid: str
    key: str
    test: bool = False


class Request(NamedTuple):
    method: str
    path: str
    headers: Mapping[str, str]  # names in lower case
    body: bytes = b""

    def header(self, name: str) -> str:
        return self.headers.get(name.lower(), "")


class Response(NamedTuple):
    """An answer; `cut`: it and its connection end in the middle of the body.

    `before` is an informational status (1xx) that is sent before it.
    """

    status: int
    content_type: str
    body: bytes
    cut: bool = False
    before: int = 0
    headers: Mapping[str, str] = MappingProxyType({})


class Route(NamedTuple):
    """Where a request goes: the name that faults know it by, the root of its answer."""

    name: str
    root: str
    answer: Callable[[Request, Login, Faults], Element]


@dataclass(slots=True)
class Api:
    """Bring's interfaces for the customers of one company, which share a stock.

    :param collapse: write JSON lists of one as that one.
    """

    bring: Bring
    logins: tuple[Login, ...]
    customers: tuple[str, ...]
    warehouses: Mapping[str, str] = field(default_factory=lambda: WAREHOUSES)
    collapse: bool = False
    taken: int = 0

    def route(self, request: Request) -> Route | Response:
        """Find where a request goes; a Response when there is no such place."""
        path = urlsplit(request.path).path
        base = next(base for base in BASES if path.startswith(f"{base}/") or not base)
        parts = [unquote(part) for part in path[len(base) :].strip("/").split("/")]
        match request.method, parts:
            case "GET", ["ws", "purchaseorder-v1.wsdl"]:
                host = request.header("Host")
                address = f"http://{host}{base}/ws/purchaseorder-v1"
                return Response(200, "text/xml; charset=utf-8", soap.wsdl(address))
            case "POST", ["ws", "purchaseorder-v1"]:
                return self._soap_route(request)
            case "GET", ["errorCodes"]:
                name = "send.error_codes" if base == SEND_BASE else "pull.error_codes"
                return Route(name, "ErrorList", lambda *_: answers.error_codes())
            case "GET", ["articlebalance", "info", customer, words]:
                return self._balances_route(customer, words=words)
            case "GET", ["articlebalance", customer, *article] if len(article) < 2:
                return self._balances_route(customer, article=article[0] if article else "")
            case "GET", ["order", customer, number]:
                return self._order_route("order", customer, number)
            case "GET", ["items", customer, number]:
                return self._order_route("items", customer, number)
            case "POST", ["order"]:
                return Route("send.order", "CreateOrderResponse", self._take_orders)
            case "POST", ["itemdata"]:
                # So Bring spells it.
                return Route("send.items", "CreateItemDAtaResponse", self._take_items)
        return Response(404, "text/plain", b"Not Found\n")

    def perform(self, request: Request, route: Route, faults: Faults) -> Response:
        """Do what a request wants, and answer it; a refusal is an answer too."""
        try:
            answer = route.answer(request, self._login(request), faults)
        except soap.FaultError as error:
            return Response(500, "text/xml; charset=utf-8", soap.fault("Client", str(error)))
        except Refusal as refusal:
            return self.refuse(request, route, refusal)
        return self._spell(request, route, answer)

    def refuse(self, request: Request, route: Route, refusal: Refusal) -> Response:
        """Answer a request with Bring's no."""
        answer = answers.refused(route.root, self.bring.clock.now, refusal)
        return self._spell(request, route, answer, refusal.status)

    def _spell(
        self, request: Request, route: Route, answer: Element, status: int = 200
    ) -> Response:
        if route.name.startswith("soap."):
            return Response(status, "text/xml; charset=utf-8", soap.envelope(answer))
        wished = wished_format(request)
        if wished == "json" and route.root.startswith("Create") and answer_taken(answer):
            # Where something was taken, Bring's JSON differs from its XML in shape and names.
            return Response(status, MEDIA_TYPES["json"], _post_back(answer))
        body = answers.render(answer, wished, self.collapse)
        return Response(status, MEDIA_TYPES[wished], body)

    def _login(self, request: Request) -> Login:
        if not all(request.header(name) for name in (UID, KEY, CLIENT)):
            raise Refusal("PO_STATE_002", status=417)
        for login in self.logins:
            uid, key = request.header(UID).encode(), request.header(KEY).encode()
            if compare_digest(uid, login.uid.encode()) and compare_digest(key, login.key.encode()):
                return login
        raise Refusal("PO_STATE_002", status=401)

    def _balances_route(self, customer: str, article: str = "", words: str = "") -> Route:
        def answer(request: Request, login: Login, faults: Faults) -> Element:
            return self._balances(customer, faults, article, words)

        return Route("pull.balances", "GetArticleBalanceResponse", answer)

    def _balances(self, customer: str, faults: Faults, article: str, words: str) -> Element:
        self._customer(customer)
        now = at = self.bring.clock.now
        if old := faults.get("old_balances"):
            at = now - timedelta(days=old.days)
        missing = faults["missing_articles"].articles if "missing_articles" in faults else ()

        def wanted(balance: Balance) -> bool:
            known = balance.article
            if "empty_balances" in faults or known.number in missing or known.created_at > at:
                return False
            found = words.lower() in f"{known.number} {known.name}".lower()
            return found and article in ("", known.number)

        with self.bring.lock:
            rows = [balance for balance in self.bring.depot.balances(at) if wanted(balance)]
            return answers.balances(now, rows, at)

    def _order_route(self, kind: str, customer: str, number: str) -> Route:
        def answer(request: Request, login: Login, faults: Faults) -> Element:
            with self.bring.lock:
                if kind == "order":
                    return answers.order(self.bring.clock.now, self._kept(customer, number))
                kept = self._kept(customer, number, "PO_STATE_003")
                return answers.items(self.bring.clock.now, kept)

        root = "GetOrderResponse" if kind == "order" else "GetPurchaseOrderItemResponse"
        return Route(f"pull.{kind}", root, answer)

    def _kept(self, customer: str, number: str, code: str = "PO_STATE_001") -> WarehouseOrder:
        """Find an order by its number, else by our reference (ACD)."""
        self._customer(customer)
        orders = self.bring.orders
        kept = orders.get(number) or next(
            (kept for kept in orders.values() if kept.request.reference("ACD") == number), None
        )
        if kept is None:
            raise Refusal(code)
        if kept.order.customer_number != customer:
            raise Refusal("PO_STATE_004")
        return kept

    def _customer(self, customer: str) -> None:
        if not customer:
            raise Refusal("PO_INPUT_001")
        if customer not in self.customers:
            raise Refusal("PO_STATE_004")

    def _take_orders(self, request: Request, login: Login, faults: Faults) -> Element:
        orders = read_orders(_read(request, "CreateOrderRequest"), self.customers, self.warehouses)
        self.bring.take_orders(orders, test_key=login.test, pretend="ignored" in faults)
        return answers.taken("CreateOrderResponse", self._request_id())

    def _take_items(self, request: Request, login: Login, faults: Faults) -> Element:
        items = read_items(_read(request, "CreateItemDataRequest"), self.customers)
        self.bring.take_items([] if "ignored" in faults else items)
        return answers.taken("CreateItemDAtaResponse", self._request_id())

    def _request_id(self) -> str:
        """Return another id each time, the same ones in each run."""
        with self.bring.lock:
            self.taken += 1
            return str(uuid5(REQUEST_IDS, f"{self.bring.seed}/{self.taken}"))

    def _soap_route(self, request: Request) -> Route:
        try:
            read = soap.read_request(request.body)
        except soap.FaultError as error:
            reason = error

            def refuse(*_: object) -> Element:
                raise reason

            return Route("soap.fault", "", refuse)

        def answer(request: Request, login: Login, faults: Faults) -> Element:
            soap.check(read)
            return self._soap(read, faults)

        return Route(f"soap.{read.operation}", soap.OPERATIONS[read.operation], answer)

    def _soap(self, read: soap.SoapRequest, faults: Faults) -> Element:
        now, texts = self.bring.clock.now, read.texts
        customer, number = texts.get("CustomerNo", ""), texts.get("PurchaseOrderNo", "")
        with self.bring.lock:
            match read.operation:
                case "GetPurchaseOrder":
                    return answers.purchase_order(now, self._kept(customer, number))
                case "GetPurchaseOrderItem":
                    return answers.items(now, self._kept(customer, number, "PO_STATE_003"))
                case "GetErrorCodes":
                    head = answers.properties(now)
                    return answers.error_codes("GetErrorCodesResponse", head)
            return self._balances(
                customer, faults, texts.get("ArticleNumber", ""), texts.get("SearchText", "")
            )


def wished_format(request: Request) -> str:
    """Return `xml` or `json`: what Accept names first, else the format of the request."""
    for name in ("Accept", "Content-Type"):
        for part in request.header(name).lower().split(","):
            if "json" in part:
                return "json"
            if "xml" in part:
                return "xml"
    return "xml"


def answer_taken(answer: Element) -> bool:
    """Return whether an answer says that something was taken."""
    return any(part.name == "Message" for child in answer.children for part in child.children)


def _post_back(answer: Element) -> bytes:
    (taken,) = answer.children
    request_id = next(part.text for part in taken.children if part.name == "RequestId")
    members = [Element("Message", "success"), Element("RequestID", request_id)]
    shown = Element("", children=[Element("PostBackResponse", children=members)])
    return answers.render(shown, "json")


def _read(request: Request, root: str) -> Node:
    if "json" in request.header("Content-Type").lower():
        return request_from_json(request.body, root)
    return request_from_xml(request.body, root)
