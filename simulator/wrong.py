"""Deliveries that must be refused, or be counted as one: what came back, and what ought to.

They are made from valid order responses for an order that doesn't exist, one new reference a
run; what the endpoint rightly accepts of them waits there for a person. Nothing here is large on
the wire: the gzip bomb is some hundred kilobytes.
"""

import zlib
from base64 import b64encode
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from secrets import token_hex, token_urlsafe
from threading import Barrier

import requests

from .messages import Message, order_response
from .orders import Line, Order
from .push import MEDIA_TYPES, Answer, AnswerError, Endpoint

XML = {"Content-Type": MEDIA_TYPES["xml"]}
JSON = {"Content-Type": MEDIA_TYPES["json"]}
MEGABYTE = 1024 * 1024
DEPTH = 100_000
PARALLEL = 4
ENTITY = "an-entity-that-was-resolved"

Outcome = Answer | AnswerError | requests.RequestException


@dataclass(frozen=True, slots=True)
class Check:
    """A wrong delivery: what was answered, what ought to be, and whether that is the same."""

    name: str
    wanted: str
    answered: str
    passed: bool


def wrong_deliveries(endpoint: Endpoint, huge: int = 300 * MEGABYTE) -> list[Check]:
    """Push everything that is wrong; return one check for each delivery.

    :param endpoint: with a right key: wrong ones are made from it.
    :param huge: bytes that the gzip bomb unpacks to; more than the endpoint should take.
    """
    return [*_credentials(endpoint), *_repeated(endpoint), *_broken(endpoint, huge)]


def _credentials(endpoint: Endpoint) -> Iterator[Check]:
    body = message_bytes()
    wrong = token_urlsafe(32)
    other = {"Authorization": f"Basic {b64encode(f'bring:{wrong}'.encode()).decode()}"}
    if endpoint.auth == "basic":
        other = {"X-API-KEY": wrong}
    cases = {
        "bad key": (replace(endpoint, key=wrong), {}),
        "no key": (replace(endpoint, key=None), {}),
        "empty key": (replace(endpoint, key=""), {}),
        "right key beside a wrong one": (endpoint, other),
    }
    for name, (caller, headers) in cases.items():
        yield _refused(name, caller, body, XML | headers, status=401)


def _repeated(endpoint: Endpoint) -> Iterator[Check]:
    """Push the same bytes twice, many times at once, and in other wrappings."""
    body = message_bytes()
    first = _send(endpoint, body, XML)
    again = _send(endpoint, body, XML)
    yield _same("the same bytes again", [first, again])

    parallel = message_bytes()
    barrier = Barrier(PARALLEL)

    def send(_: int) -> Outcome:
        barrier.wait()
        return _send(endpoint, parallel, XML)

    with ThreadPoolExecutor(PARALLEL) as pool:
        outcomes = list(pool.map(send, range(PARALLEL)))
    yield _same(f"the same bytes {PARALLEL} times at once", outcomes)

    other = _send(endpoint, message_bytes(), XML)
    ids = {outcome.request_id for outcome in (first, other) if isinstance(outcome, Answer)}
    accepted = all(isinstance(outcome, Answer) and outcome.success for outcome in (first, other))
    yield Check(
        "another message",
        "success, with a RequestID of its own",
        _words(other),
        accepted and len(ids) == 2,
    )
    # With the length unknown a body may be cut off in silence: either it is refused, or it is
    # known to be the same as before. So with a misleading media type.
    wrappings: dict[str, tuple[Callable[[], bytes | Iterator[bytes]], dict[str, str]]] = {
        "chunked, without Content-Length": (lambda: iter([body[:100], body[100:]]), XML),
        "wrong content type": (lambda: body, {"Content-Type": "text/plain"}),
        "form content type": (lambda: body, {"Content-Type": "application/x-www-form-urlencoded"}),
        "multipart content type": (
            lambda: body,
            {"Content-Type": "multipart/form-data; boundary=none"},
        ),
    }
    for name, (make, headers) in wrappings.items():
        outcome = _send(endpoint, make(), headers)
        passed = _is_refusal(outcome) or _is_one([first, outcome])
        wanted = "4xx in Bring's format, or success with the RequestID of the same bytes"
        yield Check(name, wanted, _words(outcome), passed)


def _broken(endpoint: Endpoint, huge: int) -> Iterator[Check]:
    body = message_bytes()
    end = body.rindex(b"</")  # the root's closing tag
    yield _refused("empty body", endpoint, b"", XML)
    yield _refused("truncated XML", endpoint, body[: len(body) // 2], XML)
    half = message_json()
    yield _refused("truncated JSON", endpoint, half[: len(half) // 2], JSON)
    yield _doctype(endpoint, body)
    nested = b"<a>" * DEPTH + b"</a>" * DEPTH
    yield _refused(f"{DEPTH} nested elements", endpoint, body[:end] + nested + body[end:], XML)
    unknown = b'<o:orderMessage xmlns:o="urn:gs1:ecom:order:xsd:3"><order/></o:orderMessage>'
    yield _refused("unknown root", endpoint, unknown, XML)
    bomb = gzip_bomb(body[:end], body[end:], huge)
    packed = XML | {"Content-Encoding": "gzip"}
    yield _refused(f"gzip bomb of {huge // MEGABYTE} MB", endpoint, bomb, packed)
    yield _refused("gzip that isn't", endpoint, body, packed)


def _doctype(endpoint: Endpoint, body: bytes) -> Check:
    """Push a DOCTYPE with an entity and a file: refused, and neither comes back."""
    declaration, rest = body.split(b"\n", 1)
    doctype = (
        f'\n<!DOCTYPE m [<!ENTITY e "{ENTITY}"><!ENTITY f SYSTEM "file:///etc/passwd">]>\n'
    ).encode()
    rest = rest.replace(b"</originalOrder>", b"</originalOrder><note>&e;&f;</note>")
    outcome = _send(endpoint, declaration + doctype + rest, XML)
    raw = getattr(outcome, "raw", b"")
    leaked = ENTITY.encode() in raw or b"root:" in raw
    return Check(
        "DOCTYPE with entities",
        "4xx in Bring's format, without the entities' text",
        _words(outcome),
        _is_refusal(outcome) and not leaked,
    )


def message_bytes() -> bytes:
    """Return a valid order response (XML) for an order that doesn't exist, never the same."""
    return _message().xml()


def message_json() -> bytes:
    """Return such an order response as JSON."""
    return _message().json()


def gzip_bomb(head: bytes, tail: bytes, size: int) -> bytes:
    """Return a gzip of `head`, `size` bytes of blanks and `tail`, in little memory."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
    parts = [packer.compress(head)]
    blanks = b" " * MEGABYTE
    for start in range(0, size, MEGABYTE):
        parts.append(packer.compress(blanks[: size - start]))
    return b"".join([*parts, packer.compress(tail), packer.flush()])


def _message() -> Message:
    line = Line(number=10, article="NONE", quantity=Decimal(1))
    order = Order(reference=f"SIMULATOR-{token_hex(8)}", warehouse="BERGER", lines=(line,))
    return order_response(order, "O1", datetime.now(UTC))


def _send(endpoint: Endpoint, body: bytes | Iterator[bytes], headers: dict[str, str]) -> Outcome:
    """Send, and return what happened: no answer and a wrong one are findings, not failures."""
    try:
        return endpoint.post(body, headers)
    except (AnswerError, requests.RequestException) as error:
        return error


def _refused(
    name: str,
    endpoint: Endpoint,
    body: bytes,
    headers: dict[str, str],
    status: int | None = None,
) -> Check:
    outcome = _send(endpoint, body, headers)
    wanted = f"{status or '4xx'} in Bring's format"
    passed = _is_refusal(outcome, status)
    return Check(name, wanted, _words(outcome), passed)


def _same(name: str, outcomes: list[Outcome]) -> Check:
    answered = "; ".join(dict.fromkeys(map(_words, outcomes)))
    return Check(name, "success, with one RequestID for all", answered, _is_one(outcomes))


def _is_refusal(outcome: Outcome, status: int | None = None) -> bool:
    """Tell whether it is a 4xx (or that status) with a reason, in Bring's format."""
    if not isinstance(outcome, Answer) or not outcome.message:
        return False
    return outcome.status == status if status else 400 <= outcome.status < 500


def _is_one(outcomes: list[Outcome]) -> bool:
    """Tell whether all succeeded with the same RequestID."""
    answers = [outcome for outcome in outcomes if isinstance(outcome, Answer)]
    same = len({answer.request_id for answer in answers}) == 1
    return same and len(answers) == len(outcomes) and all(answer.success for answer in answers)


def _words(outcome: Outcome) -> str:
    if isinstance(outcome, Answer):
        identity = f" ({outcome.request_id})" if outcome.success else ""
        return f"HTTP {outcome.status} {outcome.message}{identity}"
    if isinstance(outcome, AnswerError):
        return str(outcome)
    return f"no answer: {type(outcome).__name__}"
