"""Push a message to the addon's endpoint as Bring does, and read its answer strictly."""

import gzip as gzip_module
import json
from base64 import b64encode
from collections.abc import Iterable
from dataclasses import dataclass, field
from tempfile import SpooledTemporaryFile
from time import perf_counter
from typing import IO, Protocol

import requests
from lxml import etree

from .tree import Sink

RESPONSE = "{http://interchange.bring.com/SupplyChain.Response}PostbackResponse"
MEDIA_TYPES = {"xml": "application/xml", "json": "application/json"}
USER = "bring"  # any user name is right with Basic
IN_MEMORY = 8 * 1024 * 1024  # bytes of a body; larger ones are spooled to a file


class AnswerError(Exception):
    """An answer that isn't as Bring publishes it; `status` and `raw` (bytes) as they came."""

    def __init__(self, reason: str, status: int, raw: bytes):
        super().__init__(f"HTTP {status}: {reason}: {raw[:200].decode('utf-8', 'replace')!r}")
        self.status = status
        self.raw = raw


@dataclass(frozen=True, slots=True)
class Answer:
    """What the endpoint said: HTTP status, Message, RequestID, the body, and how long it took."""

    status: int
    message: str
    request_id: str
    raw: bytes
    seconds: float

    @property
    def success(self) -> bool:
        return self.status == 200 and self.message == "success"


class Writable(Protocol):
    """What can be pushed: `messages.Message`, `tree.Tree`."""

    def write(self, file: Sink, format: str = "xml", convention: str = "bring") -> None: ...


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where and how Bring pushes.

    :param url: the account's receiving URL.
    :param key: the key; the password with Basic. None sends no credentials.
    :param auth: `api-key` (X-API-KEY) or `basic`.
    :param timeout: seconds without a byte from the endpoint.
    """

    url: str
    key: str | None = field(repr=False)
    auth: str = "api-key"
    timeout: float = 60

    def __post_init__(self) -> None:
        if self.auth not in ("api-key", "basic"):
            raise ValueError(f"no authentication {self.auth!r}: it is api-key or basic")

    def push(
        self,
        message: Writable,
        format: str = "xml",
        gzip: bool = False,
        accept: str | None = None,
        convention: str = "bring",
    ) -> Answer:
        """Write the message and send it; memory stays bounded.

        :param format: `xml` or `json`; `convention` says which JSON.
        :param accept: the media type to be answered in; None: that of the message.
        :raise AnswerError: when the answer isn't in Bring's format, or not the one asked for.
        :raise requests.RequestException: when there is no answer.
        """
        with SpooledTemporaryFile(max_size=IN_MEMORY) as body:
            if gzip:
                with gzip_module.GzipFile(fileobj=body, mode="wb", mtime=0) as packed:
                    message.write(packed, format, convention)
            else:
                message.write(body, format, convention)
            size = body.tell()
            body.seek(0)
            headers = {"Content-Type": MEDIA_TYPES[format]}
            if gzip:
                headers["Content-Encoding"] = "gzip"
            if accept:
                headers["Accept"] = accept
            return self.post(body.read() if size <= IN_MEMORY else body, headers)

    def post(self, body: bytes | IO[bytes] | Iterable[bytes], headers: dict[str, str]) -> Answer:
        """Send bytes as they are; an iterable goes chunked, without Content-Length.

        :raise AnswerError, requests.RequestException: as `push`.
        """
        begin = perf_counter()
        response = requests.post(
            self.url,
            data=body,
            headers=headers,
            # A callable: else requests would look for credentials in a .netrc.
            auth=self._authorise,
            timeout=self.timeout,
            allow_redirects=False,
        )
        seconds = perf_counter() - begin
        # Without a wish, `*/*`: the answer comes in the format of the message.
        wished = headers.get("Accept") or headers.get("Content-Type", "")
        return read_answer(response, wished, seconds)

    def _authorise(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if self.key is None:
            return request
        if self.auth == "basic":
            credentials = b64encode(f"{USER}:{self.key}".encode()).decode()
            request.headers["Authorization"] = f"Basic {credentials}"
            return request
        request.headers["X-API-KEY"] = self.key
        return request


def read_answer(response: requests.Response, wished: str, seconds: float) -> Answer:
    """Read Bring's published answer, XML or JSON, and nothing else.

    A success must be in the format of the media type `wished` and carry a RequestID.
    """
    raw, status = response.content, response.status_code
    media_type = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if media_type in ("application/xml", "text/xml"):
        message, request_id = _read_xml(raw, status)
    elif media_type == "application/json":
        message, request_id = _read_json(raw, status)
    else:
        raise AnswerError(f"the answer is {media_type or 'untyped'}, not XML or JSON", status, raw)
    if 200 <= status < 300:
        if status != 200 or message != "success" or not request_id:
            raise AnswerError("a 2xx without 200, success and a RequestID", status, raw)
        if ("json" in wished or "xml" in wished) and ("json" in media_type) != ("json" in wished):
            raise AnswerError(f"answered in {media_type}, not in {wished}", status, raw)
    elif message == "success":
        raise AnswerError("success in an answer that isn't one", status, raw)
    return Answer(status, message, request_id, raw, seconds)


def _read_xml(raw: bytes, status: int) -> tuple[str, str]:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True)
    try:
        root = etree.fromstring(raw, parser)
    except etree.XMLSyntaxError as error:
        raise AnswerError(f"not well-formed ({error})", status, raw) from error
    if root.tag != RESPONSE:
        raise AnswerError(f"the root is {root.tag!r}", status, raw)
    if [child.tag for child in root] != ["Message", "RequestID"] or any(map(len, root)):
        raise AnswerError("Message and RequestID, unqualified, are wanted", status, raw)
    message, request_id = ((child.text or "") for child in root)
    return message, request_id


def _read_json(raw: bytes, status: int) -> tuple[str, str]:
    try:
        body = json.loads(raw)
    except ValueError as error:
        raise AnswerError(f"not JSON ({error})", status, raw) from error
    answer = body.get("PostBackResponse") if isinstance(body, dict) and len(body) == 1 else None
    if not isinstance(answer, dict) or set(answer) != {"Message", "RequestID"}:
        raise AnswerError("PostBackResponse with Message and RequestID is wanted", status, raw)
    message, request_id = answer["Message"], answer["RequestID"]
    if not isinstance(message, str) or not isinstance(request_id, str):
        raise AnswerError("Message and RequestID are strings", status, raw)
    return message, request_id
