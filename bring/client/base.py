"""What a client does, whichever way it asks: the calls, and the sending, which is REST's."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import replace
from datetime import tzinfo
from typing import Final, Self, TypeVar
from urllib.parse import quote

from ..errors import BrokenAnswer, CallError, NotFound, RejectedError
from ..pull_documents import Balances, BalanceSurvey, ErrorCodes, OrderItems, OrderStatus
from ..pull_reader import parse_receipt
from ..text import Format, format_of
from .http import Answer, Http, Request, masked, not_understood

_T = TypeVar("_T")

MEDIA_TYPES: Final[dict[Format, str]] = {"xml": "application/xml", "json": "application/json"}


class Client(ABC):
    """Asks Bring, and sends to it.

    Every method may raise BadSettings, TransportError, NotAuthorised, RejectedError and
    BrokenAnswer; those that send also UnknownOutcome. What asks is repeated where the failure
    may pass; what sends only if it certainly did not arrive.
    """

    def __init__(self, http: Http, tz: str | tzinfo, *, owned: bool) -> None:
        self._http = http
        self._settings = http.settings
        self._tz = tz
        self._owned = owned

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._settings!r})"

    def close(self) -> None:
        """End the connections, unless the session is the caller's."""
        if self._owned:
            self._http.session.close()

    @abstractmethod
    def article_balances(self) -> Balances:
        """The balance of every article of the customer."""

    @abstractmethod
    def survey_balances(self) -> BalanceSurvey:
        """The same answer, read to its end and kept as it came: no balance of it is."""

    @abstractmethod
    def article_balance(self, article: str) -> Balances:
        """The balance of one article, by its number; NotFound when Bring has none."""

    @abstractmethod
    def search_balances(self, text: str) -> Balances:
        """The balances of the articles with ``text`` in number or name; may be none."""

    @abstractmethod
    def order(self, order_number: str, *, is_purchase: bool = True) -> OrderStatus:
        """How far an order is. NotFound only when Bring itself says that it has no such order.

        ``is_purchase``: goods come in by it, as a purchase or a return. SOAP knows those only;
        customers' orders are asked for by REST either way.
        """

    @abstractmethod
    def order_items(self, order_number: str, *, is_purchase: bool = True) -> OrderItems:
        """The lines of an order, with what remains to be handled.

        NoItems when Bring has none; NotFound and ``is_purchase`` as of ``order``.
        """

    @abstractmethod
    def error_codes(self) -> ErrorCodes:
        """Bring's error codes; the call that tests a connection at the least cost."""

    def post_order(self, content: bytes) -> str:
        """Send an order that was written before (``write_order``), XML or JSON."""
        return self._post("sending an order", "order", content)

    def post_items(self, content: bytes) -> str:
        """Send articles that were written before (``write_items``), XML or JSON."""
        return self._post("sending articles", "itemdata", content)

    def _post(self, call: str, path: str, content: bytes) -> str:
        media_type = MEDIA_TYPES[format_of(content) or self._settings.format]
        request = Request(
            call=call,
            method="POST",
            url=f"{self._settings.base('send_url')}/{path}",
            headers={"Accept": media_type, "Content-Type": f"{media_type}; charset=utf-8"},
            body=content,
            safe=False,
        )
        return self._call(request, parse_receipt)

    def _call(self, request: Request, parse: Callable[[bytes, str], _T]) -> _T:
        """Make the call and read the answer."""
        return self._understood(self._http.send(request), request.call, parse, request.safe)

    def _understood(
        self, answer: Answer, call: str, parse: Callable[[bytes, str], _T], safe: bool = True
    ) -> _T:
        """Read the answer; each failure names the call, and holds no key.

        An answer may hold anything: what the readers did not foresee is a broken answer, too.
        """
        try:
            return parse(answer.raw, answer.content_type)
        except CallError as error:
            failure = self._failure(error, answer, call)
        except (ArithmeticError, LookupError, RecursionError, ValueError) as error:
            kind = type(error).__name__
            failure = BrokenAnswer(f"the answer can't be read ({kind})", call=call)
        if isinstance(failure, BrokenAnswer) and not safe:
            failure = not_understood(failure)
        raise failure

    def _failure(self, error: CallError, answer: Answer, call: str) -> CallError:
        if isinstance(error, RejectedError):
            error.http_status = answer.status
            return masked(error, call, self._settings)
        return type(error)(self._settings.masked(error.reason), call=call)


def only(balances: Balances, article: str) -> Balances:
    """The balance of that article alone; NotFound when the answer has none."""
    items = tuple(item for item in balances.items if item.article == article)
    if not items:
        raise NotFound("Bring has no such article", call=f"balance of {article}", http_status=200)
    return replace(balances, items=items)


def segment(value: str) -> str:
    """A number as one part of an address's path; RejectedError for what can't be one."""
    if not value.strip(" ."):
        raise RejectedError(f"{value!r} is no number that Bring can be asked for")
    return quote(value, safe="")
