"""A Bring of our own: a real HTTP server that does, call by call, what a test tells it to."""

import sys
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple
from urllib.parse import unquote

from bring.client import Client, Settings, connect

KEY = "k3y-that-n0body-may-see"

Behaviour = Callable[[BaseHTTPRequestHandler], None]


class Call(NamedTuple):
    method: str
    path: str
    headers: dict[str, str]
    body: bytes


def reply(
    body: bytes | str = b"", status: int = 200, kind: str = "application/xml", **headers: str
) -> Behaviour:
    """Answer as a server should."""
    content = body.encode() if isinstance(body, str) else body

    def behave(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(content))}.items():
            handler.send_header(name, value)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(content)

    return behave


def cut(body: bytes, after: int) -> Behaviour:
    """Announce all of the body, send ``after`` bytes, close."""

    def behave(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", "application/xml")
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body[:after])
        handler.close_connection = True

    return behave


def drop(handler: BaseHTTPRequestHandler) -> None:
    """Take the call and close the connection without a word."""
    handler.close_connection = True


def wait(seconds: float) -> Behaviour:
    """Take the call and say nothing for a while."""

    def behave(handler: BaseHTTPRequestHandler) -> None:
        handler.server.stopped.wait(seconds)  # type: ignore[attr-defined]
        handler.close_connection = True

    return behave


def drip(seconds: float) -> Behaviour:
    """Send a byte now and then, and never finish."""

    def behave(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "1000000")
        handler.end_headers()
        while not handler.server.stopped.wait(seconds):  # type: ignore[attr-defined]
            handler.wfile.write(b" ")
            handler.wfile.flush()

    return behave


class Server(ThreadingHTTPServer):
    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exc_info()[1], ConnectionError):  # the client has gone
            super().handle_error(request, client_address)


class FakeBring:
    """``on(path, …)`` says what happens at a path: one behaviour a call, the last for good."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.pauses: list[float] = []
        self._script: dict[str, list[Behaviour]] = {}
        fake = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True  # else each answer waits 40 ms for an acknowledgement

            def handle_any(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                fake.calls.append(Call(self.command, self.path, dict(self.headers), body))
                script = fake._script.get(unquote(self.path), [reply(b"<html/>", 404)])
                behave = script.pop(0) if len(script) > 1 else script[0]
                try:
                    behave(self)
                except OSError:
                    self.close_connection = True  # the client has gone, as some tests want

            do_GET = do_POST = handle_any

            def log_message(self, *_args: Any) -> None:
                """Say nothing."""

        self.server = Server(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.server.stopped = threading.Event()  # type: ignore[attr-defined]
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self._thread = threading.Thread(target=self.server.serve_forever, args=(0.002,))
        self._thread.start()

    def stop(self) -> None:
        self.server.stopped.set()  # type: ignore[attr-defined]
        self.server.shutdown()
        self.server.server_close()
        self._thread.join()

    def on(self, path: str, *behaviours: Behaviour | bytes | str) -> None:
        self._script[path] = [one if callable(one) else reply(one) for one in behaviours]

    def settings(self, **changes: Any) -> Settings:
        values: dict[str, Any] = {
            "api_uid": "me@example.com",
            "api_key": KEY,
            "client_url": "https://example.com",
            "customer_number": "999999",
            "pull_url": f"{self.url}/pull/",
            "send_url": f"{self.url}/send",
            "wsdl_url": f"{self.url}/ws/po.wsdl",
            "connect_timeout": 2,
            "read_timeout": 0.3,
        }
        return Settings(**{**values, **changes})

    def client(self, cache: Any = None, **changes: Any) -> Client:
        return connect(
            self.settings(**changes),
            sleep=self.pauses.append,
            random=lambda: 1.0,
            wsdl_cache=cache,
        )


def raw(content: bytes) -> Behaviour:
    """Send these bytes, status line and all, and close."""

    def behave(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(content)
        handler.close_connection = True

    return behave
