"""One HTTP call: time-outs, back-off, size limit, and every failure as an error of ours.

No exception of a library leaves this module, not even as a cause: requests' own hold the
request with its headers, and so the key.
"""

import logging
import re
import ssl
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from http.client import HTTPException
from typing import Final, Literal

import requests
import urllib3.exceptions

from ..answer_codes import CODES
from ..errors import (
    BrokenAnswer,
    CallError,
    ElsewhereError,
    NotAuthorised,
    RejectedError,
    TransportError,
    UnknownOutcome,
)
from ..pull_reader import is_page, refusal
from .settings import Settings

_logger = logging.getLogger(__name__)

ATTEMPTS: Final = 3
_FIRST_PAUSE: Final = 0.5  # seconds, doubled each time
_MAX_PAUSE: Final = 20.0
_ASK_FIRST: Final = "Whether Bring took it is not known: ask for it before it is sent again."
_CHUNK: Final = 1 << 16

# What may pass by itself. 408 and 429 say that the call was not handled, 425 "too early".
_NOT_HANDLED: Final = frozenset({408, 425, 429})
# Not NotFound: only Bring's own words prove that an order isn't there.
_NOT_BRING: Final = {
    403: "a firewall or Bring itself lets nobody in; check the API user and the key, too",
    404: "there is nothing at this address",
    405: "this address takes no such call",
    407: "a proxy wants a login of its own",
    413: "what was sent is too large for what stands before Bring",
    421: "this server isn't the one of that address",
}
_NO_ACCESS: Final = frozenset({401, 403, 417})  # 417: Bring's, for missing headers

_KIND_SHOWN: Final = 255  # characters of a Content-Type that are looked at
_PAUSE_ASKED: Final = re.compile(r"\s*(\d{1,6})\s*", re.ASCII)

# requests' own are OSErrors; what an answer's headers hold may raise a plain ValueError.
_LIBRARIES: Final = (OSError, urllib3.exceptions.HTTPError, HTTPException, ValueError)
_NOT_CONNECTED: Final = (
    urllib3.exceptions.NewConnectionError,  # refused, and no such name
    urllib3.exceptions.ConnectTimeoutError,
    ssl.SSLCertVerificationError,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A whole answer, as it came but unpacked."""

    raw: bytes
    content_type: str
    status: int = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A call to be made. ``safe`` to repeat: it asks, and changes nothing at Bring."""

    call: str
    method: Literal["GET", "POST"]
    url: str
    headers: Mapping[str, str]
    body: bytes | None = None
    safe: bool = True
    faults: bool = False  # an HTTP 500 may be a SOAP fault, which is an answer


class _Transient(Exception):
    """May pass by itself; ``pause`` is what Bring asks for, in seconds."""

    def __init__(self, error: TransportError, pause: float | None = None) -> None:
        super().__init__()
        self.error = error
        self.pause = pause


class Http:
    """Makes calls in one session; ``sleep`` and ``random`` (0 to 1) rule the pauses."""

    def __init__(
        self,
        settings: Settings,
        session: requests.Session,
        sleep: Callable[[float], None],
        random: Callable[[], float],
    ) -> None:
        self.settings = settings
        self.session = session
        self.sleep = sleep
        self.random = random

    def send(self, request: Request) -> Answer:
        """Make the call, again where that is safe, and return the answer with status 2xx.

        TransportError, UnknownOutcome (only if the call isn't safe to repeat), NotAuthorised,
        RejectedError or BrokenAnswer.
        """
        deadline = time.monotonic() + self.settings.total_timeout
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return self._once(request, deadline)
            except _Transient as transient:
                error, pause = transient.error, self._pause(attempt, transient.pause)
            if attempt == ATTEMPTS or not error.retry:
                break
            if time.monotonic() + pause >= deadline:
                break
            _logger.info("Bring, %s: attempt %s failed, %s", request.call, attempt, error.reason)
            self.sleep(pause)
        raise error

    def _pause(self, attempt: int, asked: float | None) -> float:
        """Double each time, at most 20 s, and anything from half of it to all of it."""
        pause = min(_MAX_PAUSE, _FIRST_PAUSE * 2.0 ** (attempt - 1)) * (0.5 + self.random() / 2)
        return min(_MAX_PAUSE, max(pause, asked or 0))

    def _once(self, request: Request, deadline: float) -> Answer:
        begun = time.monotonic()
        failure: Exception
        try:
            with self.session.request(
                request.method,
                request.url,
                data=request.body,
                headers={**self.settings.headers(), **request.headers},
                timeout=min(self.settings.read_timeout, deadline - begun),
                allow_redirects=False,  # a redirect would take the key to another host
                stream=True,
            ) as response:
                status = response.status_code
                body, oversize = self._read(response, deadline)
                headers = response.headers
        except _LIBRARIES as error:
            failure = self._failure(error, request)
        else:
            _logger.debug(
                "Bring, %s: HTTP %s in %.1f s", request.call, status, time.monotonic() - begun
            )
            kind = headers.get("Content-Type", "")[:_KIND_SHOWN]
            answer = Answer(raw=body, content_type=kind, status=status)
            if 200 <= status < 300 and not oversize:
                if not is_page(body, kind):
                    return answer
                # a maintenance, a login, a firewall: it passes
                raise self._lost(request, "Bring's answer is an HTML page, none of its own")
            if status == 500 and request.faults and not oversize and b"Envelope" in body[:2048]:
                return answer
            failure = self._refused(answer, headers, request, oversize)
        raise failure

    def _read(self, response: requests.Response, deadline: float) -> tuple[bytes, bool]:
        """The body, unpacked, and whether it is larger than allowed (then only a part of it)."""
        pieces, size = [], 0
        for chunk in _pieces(response):
            size += len(chunk)
            if size > self.settings.max_answer:
                return b"", True
            if time.monotonic() > deadline:
                raise requests.exceptions.ReadTimeout
            pieces.append(chunk)
        return b"".join(pieces), False

    def _failure(self, error: Exception, request: Request) -> Exception:
        """What a library's exception means, without it."""
        chain = list(_chain(error))
        words = _words(chain)
        # Not ConnectionError as such: it also stands for a connection that broke later.
        if any(isinstance(link, _NOT_CONNECTED) for link in chain):
            retry = not any(isinstance(link, ssl.SSLCertVerificationError) for link in chain)
            return _Transient(
                TransportError(
                    f"Bring was not reached: {words}. Nothing was sent.",
                    call=request.call,
                    retry=retry,
                )
            )
        if isinstance(error, requests.exceptions.InvalidURL | requests.exceptions.InvalidHeader):
            return TransportError(
                "the address can't be used: check it in the account's settings",
                call=request.call,
                retry=False,
            )
        return self._lost(request, f"Bring didn't answer: {words}")

    def _lost(self, request: Request, words: str, pause: float | None = None) -> Exception:
        """No answer, or none that says yes or no."""
        if request.safe:
            return _Transient(TransportError(f"{words}.", call=request.call), pause)
        return UnknownOutcome(f"{words}. {_ASK_FIRST}", call=request.call)

    def _refused(
        self, answer: Answer, headers: Mapping[str, str], request: Request, oversize: bool
    ) -> Exception:
        """An answer that is no success."""
        status, call = answer.status, request.call
        if status in _NOT_HANDLED:
            return _Transient(
                TransportError(f"Bring handles no call now (HTTP {status}).", call=call),
                _seconds(headers.get("Retry-After")),
            )
        refused = None if status < 400 else refusal(answer.raw, answer.content_type, status)
        if status >= 500 and (refused is None or refused.code not in CODES):
            words = f"Bring had an error of its own (HTTP {status})"
            return self._lost(request, words, _seconds(headers.get("Retry-After")))
        if oversize and status < 300:
            return self._broken(request, f"is larger than {self.settings.max_answer:,} bytes")
        if status < 400:
            return self._broken(
                request, f"is HTTP {status}, no answer of Bring's: check the address"
            )
        if refused is not None:
            return masked(refused, call, self.settings)
        return _without_words(answer, call)

    def _broken(self, request: Request, reason: str) -> CallError:
        broken = BrokenAnswer(f"the answer {reason}", call=request.call)
        return broken if request.safe else not_understood(broken)


def _pieces(response: requests.Response) -> Iterator[bytes]:
    """The body, unpacked, as it arrives.

    Not ``iter_content``, which waits for a whole chunk: while an answer drips, byte by byte,
    nobody would look at the clock. urllib3 before 2.1 has nothing better.
    """
    read = getattr(response.raw, "read1", None)
    if read is None:
        yield from response.iter_content(_CHUNK)
        return
    while piece := read(_CHUNK, decode_content=True):
        yield piece


def not_understood(error: BrokenAnswer) -> UnknownOutcome:
    """What an answer that can't be read means for what was sent to change something."""
    return UnknownOutcome(f"{error.reason}. {_ASK_FIRST}", call=error.call)


def masked(error: RejectedError, call: str, settings: Settings) -> RejectedError:
    """The same refusal with the call's name and without the key, should Bring repeat it."""
    return type(error)(
        settings.masked(error.reason),
        code=settings.masked(error.code),
        http_status=error.http_status,
        call=call,
    )


def _without_words(answer: Answer, call: str) -> CallError:
    """What a status says that comes without a word of Bring's: nothing about an order."""
    status = answer.status
    # A firewall's 403 is a page, and may be about what was sent.
    if status in _NO_ACCESS and not (status == 403 and is_page(answer.raw, answer.content_type)):
        return NotAuthorised(
            "Bring doesn't let us in: check the API user, the key and the client address, and that"
            " the user has access to this customer number",
            http_status=status,
            call=call,
        )
    words = _NOT_BRING.get(status, "that is no answer of Bring's")
    return ElsewhereError(
        f"HTTP {status} without a word of Bring's: {words}. Check the address in the account's"
        " settings, and what stands between this server and Bring",
        call=call,
    )


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The exception, its causes and what requests and urllib3 put into arguments."""
    seen: set[int] = set()
    waiting: list[object] = [error]
    while waiting:
        link = waiting.pop()
        if not isinstance(link, BaseException) or id(link) in seen:
            continue
        seen.add(id(link))
        yield link
        waiting += [link.__cause__, link.__context__, getattr(link, "reason", None), *link.args]


def _words(chain: list[BaseException]) -> str:
    """The failure in words of ours: a library's may hold an address with all that is in it."""
    kinds = (
        (ssl.SSLCertVerificationError, "its certificate isn't valid, check the address"),
        (urllib3.exceptions.NameResolutionError, "its name isn't known, check the address"),
        (ConnectionRefusedError, "the connection was refused"),
        (urllib3.exceptions.NewConnectionError, "no connection"),
        (urllib3.exceptions.ConnectTimeoutError, "no connection in time"),  # its base in part
        (urllib3.exceptions.ReadTimeoutError, "no answer in time"),
        (requests.exceptions.Timeout, "no answer in time"),
        (TimeoutError, "no answer in time"),
        (urllib3.exceptions.IncompleteRead, "the answer was cut off"),
        (urllib3.exceptions.DecodeError, "the answer couldn't be unpacked"),
        (requests.exceptions.ContentDecodingError, "the answer couldn't be unpacked"),
        (ssl.SSLError, "the encrypted connection broke"),
    )
    for kind, words in kinds:
        if any(isinstance(link, kind) for link in chain):
            return words
    return "the connection was cut"


def _seconds(retry_after: str | None) -> float | None:
    """Retry-After in seconds; its other form, a date, is not worth a clock."""
    asked = _PAUSE_ASKED.fullmatch(retry_after or "")
    return float(asked[1]) if asked else None
