"""Asking Bring by REST."""

from collections.abc import Callable
from datetime import tzinfo
from typing import TypeVar

from ..pull_documents import Balances, BalanceSurvey, ErrorCodes, OrderItems, OrderStatus
from ..pull_reader import (
    parse_balances,
    parse_error_codes,
    parse_order,
    parse_order_items,
    survey_balances,
)
from .base import MEDIA_TYPES, Client, only, segment
from .http import Request

_T = TypeVar("_T")


class RestClient(Client):
    """Bring's pull interface, XML or JSON as the settings say.

    "Get all information on a given order" (warehousing4-api.raml): a purchase order is asked for
    as any other, which is an assumption.
    """

    def article_balances(self) -> Balances:
        return self._get("balances of all articles", parse_balances, "articlebalance", None)

    def survey_balances(self) -> BalanceSurvey:
        return self._get("balances of all articles", survey_balances, "articlebalance", None)

    def article_balance(self, article: str) -> Balances:
        call = f"balance of {article}"
        return only(self._get(call, parse_balances, "articlebalance", None, article), article)

    def search_balances(self, text: str) -> Balances:
        call = f"balances with {text!r}"
        return self._get(call, parse_balances, "articlebalance", "info", None, text)

    def order(self, order_number: str, *, is_purchase: bool = True) -> OrderStatus:
        return self._get(f"order {order_number}", parse_order, "order", None, order_number)

    def order_items(self, order_number: str, *, is_purchase: bool = True) -> OrderItems:
        call = f"lines of order {order_number}"
        return self._get(call, parse_order_items, "items", None, order_number)

    def error_codes(self) -> ErrorCodes:
        return self._get("error codes", parse_error_codes, "errorCodes")

    def _get(
        self,
        call: str,
        parse: Callable[[bytes, str, str | tzinfo], _T],
        *path: str | None,
    ) -> _T:
        """GET ``path``, where None is the customer number."""
        customer = self._settings.customer_number
        parts = [segment(customer if part is None else part) for part in path]
        request = Request(
            call=call,
            method="GET",
            url="/".join([self._settings.base("pull_url"), *parts]),
            headers={"Accept": MEDIA_TYPES[self._settings.format]},
        )
        return self._call(request, lambda raw, kind: parse(raw, kind, self._tz))
