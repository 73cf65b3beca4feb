"""Asking Bring by SOAP.

Published for SOAP is Order Management alone (order-management-api.raml): GetPurchaseOrder, which
is about purchase orders, CreatePackagingList and CreateTransportOrder. "Pull order/article" says
of itself "REST XML/JSON and SOAP over HTTP" and shows no operation: those for balances, lines and
error codes are assumptions, and taken only where the WSDL has them. Customers' orders are asked
for by REST: what GetPurchaseOrder does not find proves nothing about them.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, tzinfo
from typing import Any, Final, TypeVar

from ..pull_documents import Balances, BalanceSurvey, ErrorCodes, OrderItems, OrderStatus
from ..pull_reader import (
    parse_balances,
    parse_error_codes,
    parse_order,
    parse_order_items,
    survey_balances,
)
from .base import only
from .cache import WsdlCache
from .http import Http
from .rest import RestClient
from .wsdl import Service

_T = TypeVar("_T")

# Names of the messages, without "Request".
_ORDER: Final = "GetPurchaseOrder"
_ITEMS: Final = "GetPurchaseOrderItem"
_BALANCE: Final = "GetArticleBalance"
_ERROR_CODES: Final = "GetErrorCodes"

# Names that an element may have: only those of GetPurchaseOrder are published.
_CUSTOMER: Final = ("CustomerNo", "CustomerNumber", "CustomerId")
_ORDER_NUMBER: Final = ("PurchaseOrderNo", "PurchaseOrderNumber", "OrderNo", "OrderId")
_ARTICLE: Final = ("ArticleNumber", "ArticleNo", "ArticleId")


class SoapClient(RestClient):
    """The SOAP service of a WSDL; the answers are read as those of REST are."""

    def __init__(
        self, http: Http, tz: str | tzinfo, *, owned: bool, cache: WsdlCache | None
    ) -> None:
        super().__init__(http, tz, owned=owned)
        self._cache = cache
        self._read_service: Service | None = None

    @property
    def _service(self) -> Service:
        if self._read_service is None:
            self._read_service = Service(self._http, self._cache)
        return self._read_service

    def article_balances(self) -> Balances:
        return self._ask("balances of all articles", _BALANCE, parse_balances)

    def survey_balances(self) -> BalanceSurvey:
        return self._ask("balances of all articles", _BALANCE, survey_balances)

    def article_balance(self, article: str) -> Balances:
        call = f"balance of {article}"
        values = {name: article for name in _ARTICLE}
        return only(self._ask(call, _BALANCE, parse_balances, values), article)

    def search_balances(self, text: str) -> Balances:
        """As by REST, but the search is ours: SOAP has none."""
        balances = self._ask(f"balances with {text!r}", _BALANCE, parse_balances)
        wanted = text.casefold()
        found = (
            item
            for item in balances.items
            if wanted in (item.article or "").casefold() or wanted in (item.name or "").casefold()
        )
        return replace(balances, items=tuple(found))

    def order(self, order_number: str, *, is_purchase: bool = True) -> OrderStatus:
        if not is_purchase:
            return super().order(order_number)
        values = {name: order_number for name in _ORDER_NUMBER}
        return self._ask(f"order {order_number}", _ORDER, parse_order, values)

    def order_items(self, order_number: str, *, is_purchase: bool = True) -> OrderItems:
        """The lines; where the service has no operation for them, those of the order itself."""
        if not is_purchase:
            return super().order_items(order_number)
        values = {name: order_number for name in _ORDER_NUMBER}
        message = _ITEMS if self._service.offers(_ITEMS) else _ORDER
        return self._ask(f"lines of order {order_number}", message, parse_order_items, values)

    def error_codes(self) -> ErrorCodes:
        return self._ask("error codes", _ERROR_CODES, parse_error_codes)

    def _ask(
        self,
        call: str,
        message: str,
        parse: Callable[[bytes, str, str | tzinfo], _T],
        values: Mapping[str, str] | None = None,
    ) -> _T:
        everything: dict[str, Any] = {
            "RequestProperties": {
                "SchemaVersion": "1",
                "Locale": "en",
                "DateAndTimes": {
                    "": datetime.now(UTC).isoformat(timespec="milliseconds"),
                    "subClass": "ResponseDate",
                },
            },
            **{name: self._settings.customer_number for name in _CUSTOMER},
            **(values or {}),
        }
        answer = self._service.call(message, everything, call)
        return self._understood(answer, call, lambda raw, kind: parse(raw, kind, self._tz))
