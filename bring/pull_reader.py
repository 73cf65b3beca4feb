"""From the bytes of an answer to the dataclasses of ``pull_documents``.

Each function takes XML of REST, an envelope of SOAP, or JSON, and raises

- RejectedError (NotAuthorised, NotFound) for ``ResponseProperties/Error``, which also comes
  with HTTP 200, and for a SOAP fault;
- BrokenAnswer for what isn't the answer to that call: not well-formed, another root, a wrong
  number. It names the element and the value, as the errors of pushed messages do.
"""

import html
import re
from collections.abc import Callable, Generator, Iterator, Sequence
from datetime import tzinfo
from decimal import Decimal
from typing import Final, NoReturn, TypeVar

from lxml import etree

from . import pull_scan
from .answer_codes import About, about, codes_in
from .documents import Party
from .errors import (
    AccountRefused,
    AlreadyThere,
    BrokenAnswer,
    MessageError,
    NoItems,
    NotAuthorised,
    NotFound,
    RejectedError,
    TransportError,
)
from .fields import (
    FieldError,
    attribute,
    child,
    children,
    own_text,
    parse_number,
    text,
    text_at,
    walk,
)
from .names import LOCAL
from .pull_documents import (
    ArticleBalance,
    Balances,
    BalanceSurvey,
    ErrorCodes,
    OrderItem,
    OrderItems,
    OrderStatus,
)
from .span import Span
from .times import information_at, span_at, zone

_T = TypeVar("_T")

_KINDS: Final[dict[About, type[RejectedError]]] = {
    About.ACCOUNT: AccountRefused,
    About.ORDER: RejectedError,
    About.ARTICLE: RejectedError,
    About.ABSENT: NotFound,
    About.PRESENT: AlreadyThere,
    About.NO_ITEMS: NoItems,
}
_NOT_LOGGED_IN: Final = "PO_STATE_002"
_MAX_WORDS: Final = 500  # characters of a reason that are kept
_MAX_CODE: Final = 50
_MAX_LOOKED_AT: Final = 16_384  # bytes of a body in which words are looked for
_VALIDATION: Final = frozenset({400, 409, 422})
_HTML: Final = frozenset({"text/html", "application/xhtml+xml"})
_PAGE: Final = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]{0,200}>\s*)?(?:<!--.{0,1000}?-->\s*)?"
    rb"<(?:!doctype\s+html|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)
_MARKS: Final = re.compile(r"<[^<>]*>")
_UNPRINTABLE: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ufffd\ufeff]+")

_WHOLE_TIME: Final = re.compile(r"\d{12,13}(\.0+)?|\d{4}-.*", re.ASCII)
_UNDERSCORED: Final = re.compile(r"[A-Z]+(_[A-Z]+)*", re.ASCII)


def iter_balances(
    content: bytes, content_type: str | None, tz: str | tzinfo
) -> Generator[ArticleBalance, None, Span | None]:
    """Yield each balance of a GetArticleBalanceResponse, in memory that doesn't grow with them.

    The generator returns when Bring answered. BrokenAnswer or RejectedError when the answer is
    wrong: perhaps after some balances.
    """
    local = zone(tz)
    count = 0
    try:
        for element in pull_scan.scan(content, content_type):
            if LOCAL[element.tag] == pull_scan.MANY:
                if not len(element) and not text(element):
                    continue  # JSON's null where there is none
                count += 1
                yield _balance(element, local, f"ArticleBalance[{count}]")
                continue
            answer = _checked(element, "GetArticleBalanceResponse")
            # a set of none may be left out; what holds anything else is another answer
            if not count and child(answer, "ArticleBalanceSet") is None:
                only = [LOCAL[element.tag] for element in answer if len(element)]
                if only != ["ResponseProperties"]:
                    _not_it(answer, "ArticleBalanceSet")
            return _answered_at(answer, local)
    except MessageError as error:
        raise BrokenAnswer(f"the answer can't be read: {error}") from None
    raise AssertionError("a scan ends with the answer itself")


def parse_balances(content: bytes, content_type: str | None, tz: str | tzinfo) -> Balances:
    """Read GetArticleBalanceResponse, in memory that doesn't grow but by the balances."""
    items: list[ArticleBalance] = []
    survey = survey_balances(content, content_type, tz, items.append)
    return Balances(
        raw=survey.raw,
        content_type=survey.content_type,
        answered_at=survey.answered_at,
        items=tuple(items),
    )


def survey_balances(
    content: bytes,
    content_type: str | None,
    tz: str | tzinfo,
    take: Callable[[ArticleBalance], object] = lambda _balance: None,
) -> BalanceSurvey:
    """Read GetArticleBalanceResponse to its end, and give each balance to ``take``."""
    balances = iter_balances(content, content_type, tz)
    count = 0
    while True:
        try:
            balance = next(balances)
        except StopIteration as end:
            answered_at: Span | None = end.value
            return BalanceSurvey(
                raw=content,
                content_type=content_type or "",
                answered_at=answered_at,
                count=count,
            )
        take(balance)
        count += 1


def parse_order(content: bytes, content_type: str | None, tz: str | tzinfo) -> OrderStatus:
    """Read GetOrderResponse, or GetPurchaseOrderResponse."""

    def read() -> OrderStatus:
        local = zone(tz)
        answer = _checked(
            pull_scan.root(content, content_type), "GetOrderResponse", "GetPurchaseOrderResponse"
        )
        group = _first(answer, "OrderSet", "PurchaseOrderSet")
        order = None if group is None else _first(group, "Order", "PurchaseOrder")
        if group is None or order is None:
            _not_it(answer, "OrderSet/Order")
        number = _named(order, "orderId")
        if not number:
            _not_it(order, "orderId")
        return OrderStatus(
            raw=content,
            content_type=content_type or "",
            answered_at=_answered_at(answer, local),
            order_number=number,
            status=text_at(order, "OrderStatus"),
            references=tuple(_references(order)),
            date=_placed(_document_date, order, local, "Order"),
            parties=tuple(_parties(group)),
            items=_items(group),
        )

    return _read(read)


def parse_order_items(content: bytes, content_type: str | None, tz: str | tzinfo) -> OrderItems:
    """Read GetPurchaseOrderItemResponse, or the lines of GetPurchaseOrderResponse."""

    def read() -> OrderItems:
        answer = _checked(
            pull_scan.root(content, content_type),
            "GetPurchaseOrderItemResponse",
            "GetPurchaseOrderResponse",
            "GetOrderResponse",
        )
        group = _first(answer, "PurchaseOrderItem", "PurchaseOrderSet", "OrderSet")
        if group is None:
            _not_it(answer, "PurchaseOrderItem")
        return OrderItems(
            raw=content,
            content_type=content_type or "",
            answered_at=_answered_at(answer, zone(tz)),
            items=_items(group),
        )

    return _read(read)


def parse_error_codes(content: bytes, content_type: str | None, tz: str | tzinfo) -> ErrorCodes:
    """Read ErrorList."""

    def read() -> ErrorCodes:
        answer = _checked(
            pull_scan.root(content, content_type), "ErrorList", "GetErrorCodesResponse"
        )
        codes = tuple(
            (code, text_at(element, "Description") or "")
            for element in answer.iter("{*}errorTypes", "{*}entry")
            if (code := text_at(element, "Code"))
        )
        if not codes:
            _not_it(answer, "errorTypes")
        return ErrorCodes(
            raw=content,
            content_type=content_type or "",
            answered_at=_answered_at(answer, zone(tz)),
            codes=codes,
        )

    return _read(read)


def parse_receipt(content: bytes, content_type: str | None) -> str:
    """Read the answer to what we sent: the request id, "" if Bring gave none.

    CreateOrderResponse and CreateItemDataResponse in XML, PostBackResponse in JSON.
    RejectedError when its Message is not success.
    """

    def read() -> str:
        answer = _checked(pull_scan.root(content, content_type))
        found = _first(answer, "ResponseProperties", "PostBackResponse", "PostbackResponse")
        properties = answer if found is None else found
        message = text_at(properties, "Message")
        if message is None:
            _not_it(answer, "Message")
        if message.lower() != "success":
            raise _rejected(codes_in(message[:_MAX_LOOKED_AT]), message)
        return text_at(properties, "RequestId") or text_at(properties, "RequestID") or ""

    return _read(read)


def refusal(
    content: bytes, content_type: str | None, status: int | None = None
) -> RejectedError | None:
    """The refusal in the body of an HTTP error; None when no word of Bring's is there.

    Bring's own are ResponseProperties/Error, and any body that names one of its codes. What the
    words of its validation look like (400: "Error in validation of request") is not published:
    there, whatever is no page of HTML is taken for its words.
    """
    try:
        found = _refusal(_body(pull_scan.root(content, content_type)))
    except (MessageError, TransportError):
        found = None
    if found is None:
        words = _words(content, content_type)
        codes = codes_in(words)
        if codes or (words and status in _VALIDATION and not is_page(content, content_type)):
            found = _rejected(codes, words)
    if found is not None:
        found.http_status = status
    return found


def is_page(content: bytes, content_type: str | None) -> bool:
    """Whether a body is a page of HTML, which no interface of Bring's answers with."""
    kind = (content_type or "").partition(";")[0].strip().lower()
    return kind in _HTML or bool(_PAGE.match(content[:_MAX_LOOKED_AT]))


def _words(content: bytes, content_type: str | None) -> str:
    """The text of a body of any kind, on one line, without marks and without end."""
    text = content[:_MAX_LOOKED_AT].decode("utf-8", "replace")
    if is_page(content, content_type) or text.lstrip("\ufeff \t\r\n").startswith("<"):
        text = html.unescape(_MARKS.sub(" ", text))
    return " ".join(_UNPRINTABLE.sub(" ", text).split())


def _rejected(codes: Sequence[str], words: str) -> RejectedError:
    """The refusal with these codes and words; its class says what it is about."""
    kind = NotAuthorised if _NOT_LOGGED_IN in codes else _KINDS[about(*codes)]
    shown = words if len(words) <= _MAX_WORDS else f"{words[:_MAX_WORDS]}…"
    return kind(shown or "Bring gave no reason", code=codes[0][:_MAX_CODE] if codes else "")


def _read(read: Callable[[], _T]) -> _T:
    try:
        return read()
    except MessageError as error:
        raise BrokenAnswer(f"the answer can't be read: {error}") from None


def _placed(
    read: Callable[[etree._Element, tzinfo], _T], element: etree._Element, tz: tzinfo, path: str
) -> _T:
    """Read a part; a wrong value in it is told with the path."""
    try:
        return read(element, tz)
    except FieldError as error:
        where = error.missing or LOCAL[error.element.tag]
        raise MessageError(error.reason, path=f"{path}/{where}", value=error.value) from None


def _checked(element: etree._Element, *roots: str) -> etree._Element:
    """The answer itself, if it is one of ``roots`` (JSON: if it holds anything), and no error."""
    answer = _body(element)
    if LOCAL[answer.tag] == pull_scan.ANSWER and len(answer) == 1 and LOCAL[answer[0].tag] in roots:
        answer = answer[0]
    refused = _refusal(answer)
    if refused is not None:
        raise refused
    name = LOCAL[answer.tag]
    if roots and name not in (*roots, pull_scan.ANSWER):
        raise MessageError("is not what was asked for", value=name)
    return answer


def _body(element: etree._Element) -> etree._Element:
    """What a SOAP envelope holds; anything else is what it is."""
    if LOCAL[element.tag] != "Envelope":
        return element
    body = child(element, "Body")
    if body is None or not len(body):
        raise MessageError("is missing", path="Envelope/Body")
    return body[0]


def _refusal(answer: etree._Element) -> RejectedError | None:
    if LOCAL[answer.tag] == "Fault":
        return _fault(answer)
    errors = [
        error
        for properties in answer.iter("{*}ResponseProperties")
        for error in children(properties, "Error")
        if text_at(error, "Code") or text_at(error, "Description")
    ]
    if not errors:
        return None
    codes = [code for error in errors if (code := text_at(error, "Code"))]
    words = "; ".join(filter(None, (text_at(error, "Description") for error in errors)))
    return _rejected(codes or codes_in(words[:_MAX_LOOKED_AT]), words)


def _fault(fault: etree._Element) -> RejectedError:
    """A SOAP fault, 1.1 or 1.2. The server's own failure is no refusal: it may pass."""
    code = text_at(fault, "faultcode") or text_at(fault, "Code", "Value") or ""
    words = text_at(fault, "faultstring") or text_at(fault, "Reason", "Text") or "a SOAP fault"
    if codes := codes_in(f"{code} {words}"[:_MAX_LOOKED_AT]):
        return _rejected(codes, words)
    if code.rpartition(":")[2] in ("Server", "Receiver"):
        raise TransportError(f"Bring had an error of its own: {words[:_MAX_WORDS]}")
    return _rejected([code], words)


def _not_it(element: etree._Element, missing: str) -> NoReturn:
    raise MessageError("is missing", path=f"{LOCAL[element.tag]}/{missing}")


def _first(element: etree._Element, *names: str) -> etree._Element | None:
    return next((found for name in names if (found := child(element, name)) is not None), None)


def _named(element: etree._Element, name: str) -> str | None:
    """What is an attribute in XML and a plain key in JSON."""
    return attribute(element, name) or text_at(element, name)


def _answered_at(answer: etree._Element, tz: tzinfo) -> Span | None:
    """ResponseProperties/DateAndTimes; where it can't be read, it is when the answer came."""
    properties = child(answer, "ResponseProperties")
    return None if properties is None else information_at(properties, tz, "DateAndTimes")


def _number(element: etree._Element, name: str) -> Decimal | None:
    found = child(element, name)
    spelled = text(found)
    if spelled is None:
        return None
    value = parse_number(spelled)
    if value is None:
        raise FieldError(found, "is not a number", spelled)
    return value


def _balance(element: etree._Element, tz: tzinfo, path: str) -> ArticleBalance:
    """Read a balance; of one that can't be read, why. It costs no other its place."""
    article = text_at(element, "ArticleNumber")
    physical = updated_at = problem = None
    try:
        physical, updated_at = _placed(_count, element, tz, path)
    except MessageError as error:
        problem = str(error)
    return ArticleBalance(
        article=article,
        name=text_at(element, "ArticleName"),
        physical=physical,
        allocated=_information(element, "AllocatedBalance"),
        in_order=_information(element, "InOrderBalance"),
        free=_information(element, "FreeBalance"),
        created_at=information_at(element, tz, "CreatedDateTime"),
        updated_at=updated_at,
        problem=problem,
    )


def _count(element: etree._Element, tz: tzinfo) -> tuple[Decimal, Span | None]:
    """What a balance counts, and when it was so: what stock is compared with."""
    for name in ("ArticleNumber", "PhysicalBalance"):
        if text_at(element, name) is None:
            raise FieldError(element, "is missing", missing=name)
    physical = _number(element, "PhysicalBalance")
    assert physical is not None  # its text was there
    return physical, span_at(element, tz, "LastUpdatedDateTime")


def _information(element: etree._Element, name: str) -> Decimal | None:
    """A number that is shown and decides nothing; None where there is none."""
    try:
        return _number(element, name)
    except FieldError:
        return None


def _references(order: etree._Element) -> Iterator[tuple[str, str]]:
    for reference in children(order, "Reference"):
        number = text_at(reference, "ReferenceNo")
        if number:
            kind = _named(reference, "referenceType") or text_at(reference, "ReferenceType")
            yield kind or "", number


def _document_date(order: etree._Element, tz: tzinfo) -> Span | None:
    """DateAndTimes of subClass DocumentDate, which is in itself or in Date and Time.

    In JSON both are the whole time, in milliseconds.
    """
    for found in children(order, "DateAndTimes"):
        if _camel(_named(found, "subClass") or "") != "DocumentDate":
            continue
        day, clock = text_at(found, "Date"), text_at(found, "Time")
        if day is None:
            return span_at(found, tz) if own_text(found) else None  # a time alone is none
        if clock is None or _WHOLE_TIME.fullmatch(clock):
            return span_at(found, tz, "Date" if clock is None else "Time")
        joined = etree.Element("Time")
        joined.text = f"{day[:10]}T{clock}"
        return span_at(joined, tz)
    return None


def _camel(role: str) -> str:
    """DELIVERY_PARTY, as JSON has it, in XML's spelling."""
    if not _UNDERSCORED.fullmatch(role):
        return role
    return "".join(word.capitalize() for word in role.split("_"))


def _parties(group: etree._Element) -> Iterator[tuple[str, Party]]:
    for element in children(group, "Party"):
        addresses = children(element, "Address")
        physical = [
            address
            for address in addresses
            if _camel(_named(address, "subClass") or "") == "PhysicalAddress"
        ]
        where = next(iter(physical or addresses), element)
        streets = (*children(where, "Street"), *children(where, "AddressLine"))
        yield (
            _camel(_named(element, "subClass") or ""),
            Party(
                name=text_at(element, "Name"),
                identification=_named(element, "partyId"),
                postal_code=text_at(where, "PostalCode"),
                city=text_at(where, "City"),
                country=text_at(where, "CountryCode"),
                street=tuple(filter(None, map(text, streets))),
            ),
        )


def _items(group: etree._Element) -> tuple[OrderItem, ...]:
    items: list[OrderItem] = []
    for element in walk(group, "OrderLineSet", "OrderItem"):
        items.append(_placed(_item, element, zone("UTC"), f"OrderItem[{len(items) + 1}]"))
    return tuple(items)


def _item(element: etree._Element, _tz: tzinfo) -> OrderItem:
    line_id = _named(element, "articleLineId")
    if line_id is None:
        raise FieldError(element, "is missing", missing="articleLineId")
    quantity = child(element, "ArticleQuantity")
    return OrderItem(
        line_id=line_id,
        articles=tuple(
            (
                attribute(article, "codeListIdentifier")
                or attribute(article, "codeListAgencyIdentifier"),
                number,
            )
            for article in children(element, "ArticleId")
            if (number := text(article))
        ),
        quantity=_number(element, "ArticleQuantity"),
        remaining=_number(element, "RemainingArticleQuantity"),
        unit="" if quantity is None else attribute(quantity, "unitCode"),
        description=text_at(element, "Description", "Text"),
    )
