"""A small endpoint of the kind that Bring pushes to, right by default, wrong on request."""

import base64
import gzip
import hashlib
import io
import json
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from lxml import etree

KEY = "the-right-key"
LIMIT = 1024 * 1024
NAMESPACE = "http://interchange.bring.com/SupplyChain.Response"
ROOTS = ("orderResponseMessage", "despatchAdviceMessage", "receivingAdviceMessage")
ROOTS += ("inventoryReportMessage",)


class Refused(Exception):
    def __init__(self, status: int, reason: str):
        super().__init__(reason)
        self.status = status


class Counterpart:
    """Listen on a free port; `received` holds (headers, body) of what came.

    :param lax: accept everything, each time anew.
    :param reply: an answer for everything: (status, content type, body).
    """

    def __init__(self, lax: bool = False, reply: tuple[int, str, bytes] | None = None):
        self.lax, self.reply = lax, reply
        self.received: list[tuple[dict[str, str], bytes]] = []
        self.ids: dict[str, str] = {}
        self.lock = threading.Lock()
        handler = type("Handler", (_Handler,), {"counterpart": self})
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.002,))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}/bring/warehousing/token"

    def __enter__(self) -> "Counterpart":
        self.thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()

    def accept(self, body: bytes) -> str:
        """Return the RequestID: the same for the same bytes, unless lax."""
        digest = hashlib.sha256(body).hexdigest()
        with self.lock:
            if self.lax:
                digest = f"{digest}-{len(self.ids)}"
            return self.ids.setdefault(digest, f"request-{len(self.ids) + 1}")


class _Handler(BaseHTTPRequestHandler):
    counterpart: Counterpart
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        json_wished = "json" in (self.headers["Accept"] or "")
        if self.headers["Accept"] in (None, "*/*"):
            json_wished = "json" in (self.headers["Content-Type"] or "")
        body = self._read()
        self.counterpart.received.append((dict(self.headers), body))
        if self.counterpart.reply:
            status, content_type, answer = self.counterpart.reply
            return self._answer(status, content_type, answer)
        try:
            if not self.counterpart.lax:
                self._authorise()
                self._check(body)
            status, message, request_id = 200, "success", self.counterpart.accept(body)
        except Refused as refused:
            status, message, request_id = refused.status, str(refused), ""
        content_type, answer = _postback(message, request_id, json_wished)
        return self._answer(status, content_type, answer)

    def _read(self) -> bytes:
        if self.headers["Transfer-Encoding"] != "chunked":
            return self.rfile.read(int(self.headers["Content-Length"] or 0))
        parts = []
        while size := int(self.rfile.readline(), 16):
            parts.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(parts)

    def _authorise(self) -> None:
        credentials = []
        if (key := self.headers["X-API-KEY"]) is not None:
            credentials.append(key)
        if (basic := self.headers["Authorization"]) is not None:
            credentials.append(base64.b64decode(basic.split()[1]).decode().partition(":")[2])
        if not credentials or any(key != KEY for key in credentials):
            raise Refused(401, "wrong or no key")

    def _check(self, body: bytes) -> None:
        if self.headers["Content-Length"] is None:
            raise Refused(411, "a body needs a length")
        if self.headers["Content-Encoding"] == "gzip":
            try:
                body = gzip.GzipFile(fileobj=io.BytesIO(body)).read(LIMIT + 1)
            except OSError as error:
                raise Refused(400, "not gzip") from error
        if len(body) > LIMIT:
            raise Refused(413, "too large")
        if body.lstrip()[:1] == b"{":
            try:
                root = next(iter(json.loads(body)))
            except ValueError as error:
                raise Refused(400, "not JSON") from error
        else:
            root = self._root(body)
        if root.rpartition(":")[2] not in ROOTS:
            raise Refused(400, f"unknown message {root}")

    @staticmethod
    def _root(body: bytes) -> str:
        try:
            root = etree.fromstring(body, etree.XMLParser(resolve_entities=False))
        except etree.XMLSyntaxError as error:
            raise Refused(400, "not well-formed") from error
        if root.getroottree().docinfo.doctype:
            raise Refused(400, "a DOCTYPE is refused")
        return etree.QName(root).localname

    def _answer(self, status: int, content_type: str, body: bytes) -> None:
        self.send_response(status)
        if content_type:
            self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments: object) -> None:
        """Keep the test's output quiet."""


def unheard_url() -> str:
    """Return a URL on a port where nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}/bring/warehousing/token"


def _postback(message: str, request_id: str, as_json: bool) -> tuple[str, bytes]:
    if as_json:
        answer = {"PostBackResponse": {"Message": message, "RequestID": request_id}}
        return "application/json", json.dumps(answer).encode()
    root = etree.Element(f"{{{NAMESPACE}}}PostbackResponse", nsmap={"ns0": NAMESPACE})
    etree.SubElement(root, "Message").text = message
    etree.SubElement(root, "RequestID").text = request_id
    return "application/xml; charset=utf-8", etree.tostring(root)
