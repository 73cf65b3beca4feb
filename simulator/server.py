"""A Bring that listens: REST and SOAP over HTTP, faults on demand, a clock that is moved on.

with Server(login=Login("me@example.com", "key"), endpoint=Endpoint(url, key)) as server:
    ...                                   # server.url is Bring's base URL
    server.advance(hours=5)               # orders move on, messages are pushed
    assert server.orders["S00012"].status == "despatched"
"""

import socket
import sys
import traceback
from collections import deque
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from time import monotonic
from typing import Any
from urllib.parse import unquote

from . import state
from .api import WAREHOUSES, Api, Login, Request, Response
from .bring import Bring
from .clock import Clock
from .control import PREFIX, control
from .depot import Depot
from .faults import Fault, Faults
from .orders import CUSTOMER_NUMBER
from .outbox import Push
from .pace import Habits, Pace
from .push import Endpoint
from .refusals import Refusal
from .warehouse_order import WarehouseOrder

LIMIT = 64 * 1024 * 1024  # bytes of a request
JOURNAL = 10_000  # calls that are remembered
TICK = 0.2  # seconds of real time between two moves of a clock that runs
SECRETS = ("x-mybring-api-key", "authorization", "x-api-key")
BEFORE = ("slow", "error_before", "answered", "refused")
DURING = ("ignored", "old_balances", "empty_balances", "missing_articles")
AFTER = ("error_after", "cut", "silent", "html", "empty", "other_root", "broken", "informational")


@dataclass(frozen=True, slots=True)
class Call:
    """A call that came: when, real and simulated, what, and what was answered.

    `status` is 0 where no answer was sent; `faults` are the kinds that struck.
    """

    at: datetime
    clock: datetime
    method: str
    path: str
    route: str
    status: int
    faults: tuple[str, ...]
    headers: Mapping[str, str]
    body: bytes = field(repr=False)
    answer: bytes = field(repr=False)


class Server:
    """Bring, listening on `host`; a context manager, or `start` and `stop`.

    :param port: 0 takes a free one.
    :param login: who may call; with `test_login` for test orders only.
    :param customers: the customer numbers; they share the stock.
    :param endpoint: where messages are pushed to; without one they wait.
    :param warehouses: warehouse codes by party id, beside the known ones.
    :param start_at: what the clock shows at first, aware; now.
    :param speed: how many times faster than the real one the clock runs; 0: only `advance`
        moves it.
    :param state_dir: a directory that keeps the state over a restart.
    """

    def __init__(
        self,
        *,
        login: Login,
        test_login: Login | None = None,
        customers: Sequence[str] = (CUSTOMER_NUMBER,),
        endpoint: Endpoint | None = None,
        host: str = "127.0.0.1",
        port: int = 0,
        warehouses: Mapping[str, str] | None = None,
        start_at: datetime | None = None,
        speed: float = 0,
        seed: int = 0,
        pace: Pace | None = None,
        habits: Habits | None = None,
        pushed_as: str = "xml",
        quirks: bool = False,
        any_article: bool = False,
        collapse: bool = False,
        state_dir: Path | None = None,
    ):
        self.bring = Bring(
            clock=Clock(start_at or datetime.now(UTC)),
            seed=seed,
            pace=pace or Pace(),
            habits=habits or Habits(),
            customer_number=customers[0],
            pushed_as=pushed_as,
            quirks=quirks,
            any_article=any_article,
            faults=Faults(seed),
        )
        self.state_dir = state_dir
        if state_dir:
            state.load(self.bring, state_dir)
        logins = (login, test_login._replace(test=True)) if test_login else (login,)
        self.api = Api(
            self.bring, logins, tuple(customers), {**WAREHOUSES, **(warehouses or {})}, collapse
        )
        self.endpoint = endpoint
        self.speed = speed
        self.calls: deque[Call] = deque(maxlen=JOURNAL)
        self.stopping = Event()
        handler = type("Handler", (_Handler,), {"simulator": self})
        self._http = _HTTPServer((host, port), handler)
        self._threads: list[Thread] = []

    @property
    def url(self) -> str:
        """The base URL of every interface; the WSDL is at /ws/purchaseorder-v1.wsdl."""
        host, port = self._http.server_address[:2]
        return f"http://{host!s}:{port}"

    @property
    def orders(self) -> dict[str, WarehouseOrder]:
        """What was taken, by order number."""
        return self.bring.orders

    @property
    def stock(self) -> Depot:
        return self.bring.depot

    @property
    def pushes(self) -> list[Push]:
        return self.bring.pushes

    @property
    def faults(self) -> Faults:
        return self.bring.faults

    @property
    def clock(self) -> Clock:
        return self.bring.clock

    def start(self) -> "Server":
        """Listen, in a thread; let the clock run if it has a speed."""
        self._threads.append(Thread(target=self._http.serve_forever, args=(0.002,)))
        if self.speed:
            self._threads.append(Thread(target=self._run_clock))
        for thread in self._threads:
            thread.start()
        return self

    def stop(self) -> None:
        """Stop listening, and end open connections."""
        self.stopping.set()
        if self._threads:
            self._http.shutdown()
        self._http.end_connections()
        self._http.server_close()
        for thread in self._threads:
            thread.join()
        self.save()

    def __enter__(self) -> "Server":
        return self.start()

    def __exit__(self, *error: object) -> None:
        self.stop()

    def advance(self, **by: float) -> None:
        """Move the clock on by `seconds`, `minutes`, `hours`, `days`; push what is due.

        When it returns, everything has happened and every push was answered, or failed and
        is on the agenda again.
        """
        delta = timedelta(**by)
        if delta < timedelta():
            raise ValueError("the clock doesn't go back")
        if self.bring.advance(delta, self.endpoint):
            self.save()

    def save(self) -> None:
        """Keep the state, if there is a place for it."""
        if self.state_dir:
            state.save(self.bring, self.state_dir)

    def answer(self, request: Request) -> Response | None:
        """Answer a request, faults included; None is no answer at all. It is journaled."""
        if request.path.startswith(PREFIX):
            status, body = control(self, request.method, request.path, request.body)
            if request.method != "GET":
                self.save()
            return Response(status, "application/json", body)
        route = self.api.route(request)
        name = "" if isinstance(route, Response) else route.name
        faults = self._take_faults(name, request)
        if "slow" in faults:
            self.stopping.wait(faults["slow"].seconds)
        response: Response | None
        if isinstance(route, Response):
            response = route
        elif "error_before" in faults:
            response = Response(500, "text/plain", b"Internal Server Error\n")
        elif "answered" in faults:
            response = given(faults["answered"])
        elif "refused" in faults:
            fault = faults["refused"]
            refusal = Refusal(fault.code, status=fault.status or 200)
            response = self.api.refuse(request, route, refusal)
        else:
            response = spoilt(self.api.perform(request, route, faults), faults)
            if request.method == "POST":
                self.save()
        headers = {
            key: "…" if key.lower() in SECRETS else value for key, value in request.headers.items()
        }
        self.calls.append(
            Call(
                datetime.now(UTC), self.clock.now, request.method, request.path, name,
                response.status if response else 0, tuple(faults), headers, request.body,
                response.body if response else b"",
            )
        )  # fmt: skip
        return response

    def _take_faults(self, route: str, request: Request) -> dict[str, Fault]:
        if not route:
            return {}
        words = f"{unquote(request.path)} {request.body.decode(errors='replace')}"
        with self.bring.lock:
            first = self.faults.take(route, BEFORE, words)
            # What isn't done can't go wrong in another way.
            rest = {} if first.keys() - {"slow"} else self.faults.take(route, DURING + AFTER, words)
        return {**first, **rest}

    def _run_clock(self) -> None:
        last = monotonic()
        while not self.stopping.wait(TICK):
            now = monotonic()
            self.advance(seconds=(now - last) * self.speed)
            last = now


def given(fault: Fault) -> Response:
    """Return an answer that is none of Bring's: a gateway's page, another server's words."""
    headers = {"Content-Type": "text/html", **fault.headers}
    content_type = headers.pop("Content-Type")
    return Response(fault.status or 200, content_type, fault.body.encode(), headers=headers)


def spoilt(response: Response, faults: Mapping[str, Fault]) -> Response | None:
    """Spoil an answer to what was done; None: it is never sent."""
    as_json = "json" in response.content_type
    if "silent" in faults:
        return None
    if "error_after" in faults:
        return Response(500, "text/plain", b"Internal Server Error\n")
    if "html" in faults:
        return Response(200, "text/html", b"<html><body>Maintenance</body></html>\n")
    if "empty" in faults:
        return response._replace(body=b"")
    if "other_root" in faults:
        body = b'{"Unexpected": {}}' if as_json else b'<Unexpected xmlns="urn:other"/>'
        return response._replace(body=body)
    if "broken" in faults:
        return response._replace(body=response.body[: len(response.body) // 2])
    before = (faults["informational"].status or 103) if "informational" in faults else 0
    return response._replace(cut="cut" in faults, before=before)


class _HTTPServer(ThreadingHTTPServer):
    """Knows its connections, so that a stopped server has none."""

    daemon_threads = True

    def __init__(self, *arguments: Any):
        self.connections: set[socket.socket] = set()
        super().__init__(*arguments)

    def process_request(self, request: Any, client_address: Any) -> None:
        self.connections.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self.connections.discard(request)
        super().shutdown_request(request)

    def end_connections(self) -> None:
        for connection in [*self.connections]:
            with suppress(OSError):  # the other side was quicker
                connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:
        # A client that went away is no error of ours.
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    simulator: Server
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # else an answer of two small parts waits for 40 ms
    server_version = "Bring-simulator"

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def do_DELETE(self) -> None:
        self._answer()

    def _answer(self) -> None:
        length = self.headers["Content-Length"] or "0"
        if self.headers["Transfer-Encoding"] or not length.isdigit():
            return self._refuse(411, b"a body needs a Content-Length\n")
        if int(length) > LIMIT:
            return self._refuse(413, b"too large\n")
        headers = {name.lower(): value for name, value in self.headers.items()}
        body = self.rfile.read(int(length))
        try:
            response = self.simulator.answer(Request(self.command, self.path, headers, body))
        except Exception:
            traceback.print_exc()
            return self._refuse(500, b"the simulator failed; see its output\n")
        if response is None:
            self.close_connection = True
            return None
        self._send(response)
        return None

    def _refuse(self, status: int, reason: bytes) -> None:
        """Answer without having read the request."""
        self.close_connection = True
        self._send(Response(status, "text/plain", reason))

    def _send(self, response: Response) -> None:
        if response.before:
            self.send_response_only(response.before)
            self.send_header("Link", "</style.css>; rel=preload")
            self.end_headers()
        self.send_response(response.status)
        self.send_header("Content-Type", response.content_type)
        self.send_header("Content-Length", str(len(response.body)))
        for name, value in response.headers.items():
            self.send_header(name, value)
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        body = response.body
        if response.cut:
            body, self.close_connection = body[: len(body) // 2], True
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: object) -> None:
        """Keep quiet; the journal is `Server.calls`."""
