"""Who calls, and is what they bring sane? Everything before a delivery is stored.

Every refusal is answered in Bring's format, as XML or JSON, with the reason in ``Message``.
"""

import base64
import binascii
import gzip
import io
import logging
import uuid
import zlib
from dataclasses import dataclass

import werkzeug.exceptions
from werkzeug.exceptions import ClientDisconnected

from odoo import SUPERUSER_ID, models
from odoo.http import Response

from ..bring.errors import RefusedMessage, TooLarge
from ..bring.reader import MEBIBYTE
from ..bring.reader import admit as admit_body
from ..bring.response import postback
from ..bring.text import format_of, is_encoding
from .address import token_of
from .isolation import relax_isolation

_logger = logging.getLogger(__name__)

# Content-Encodings that change nothing. Some name the encoding of the text there.
PLAIN = ("", "identity", "none", "binary", "7bit", "8bit")


@dataclass(frozen=True)
class Delivery:
    """A delivery that was let in.

    :ivar account: the ``bring.account`` (superuser environment)
    :ivar company: its company
    :ivar key_id: id of the ``bring.account.key`` that was used
    :ivar content: the body, decompressed
    :ivar answer_format: how to answer, ``xml`` or ``json``
    """

    account: models.BaseModel
    company: models.BaseModel
    key_id: int
    content: bytes
    content_type: str | None
    answer_format: str


class Refused(Exception):
    """The delivery can't be taken: an HTTP status and the reason in words."""

    def __init__(self, status, reason, content=b""):
        super().__init__(reason)
        self.status = status
        self.reason = reason
        self.content = content


def admit(request):
    """Check the caller and the body; leave the delivery on ``request.bring_delivery``.

    Ends the request with the right answer otherwise: 405 for another method, 401 without a valid
    key (nothing is stored, only counted), and for what a valid key sends: 411, 413, 415 or 400
    (kept, bounded, so that the administrator sees it).
    """
    http = request.httprequest
    if not hasattr(request, "bring_content_type"):
        # What the body was called, without NUL, which PostgreSQL takes none of. Odoo must not take
        # it apart as a form, whatever it is called: neither now nor when it has to repeat the
        # transaction, for which it looks for files, and comes here again.
        request.bring_content_type = http.headers.get("Content-Type", "").replace("\0", "") or None
        http.environ["CONTENT_TYPE"] = "application/octet-stream"
    if http.method != "POST":
        answer(request, 405, "Messages are sent with POST", headers={"Allow": "POST"})
    env = request.env(user=SUPERUSER_ID, su=True)
    relax_isolation(env.cr)
    token = token_of(http.path)
    env.cr.execute(
        """
        SELECT id, company_id, max_message_size FROM bring_account
         WHERE endpoint_token = %s AND active
        """,
        [token],
        log_exceptions=False,  # the token stays out of the log
    )
    account_id, company_id, size_limit = env.cr.fetchone() or (None, None, None)
    keys = credentials(http)
    key_id = env["bring.account.key"]._match(account_id, keys) if keys else None
    if account_id is None or key_id is None:
        env["bring.auth.failure"]._count(account_id)
        answer(
            request,
            401,
            "The key is missing or not valid",
            headers={"WWW-Authenticate": 'Basic realm="Bring Warehousing"'},
        )
    content_type = request.bring_content_type
    try:
        content = read_body(http, size_limit * MEBIBYTE)
        try:
            kinds = env["bring.document"]._readable_kinds()
            envelope = admit_body(content, content_type, size_limit, kinds=kinds)
        except RefusedMessage as error:
            status = 413 if isinstance(error, TooLarge) else 400
            raise Refused(status, str(error), content) from error
    except Refused as refusal:
        keep(request, account_id, refusal, content_type)
        answer(request, refusal.status, refusal.reason, content=refusal.content)
    request.bring_delivery = Delivery(
        env["bring.account"].browse(account_id),
        env["res.company"].browse(company_id),
        key_id,
        content,
        content_type,
        answer_format(request, envelope.format),
    )


def credentials(http):
    """Return every credential that a request carries, in clear; an empty list when none.

    What can't be read (bad base64, another scheme) counts as the empty key, which never matches:
    every credential that is sent must be right. A header that came twice is one by now, with a
    comma, which stands in no key and no base64.
    """
    keys = [key.strip() for header in _headers(http, "X-Api-Key") for key in header.split(",")]
    parts = [part for header in _headers(http, "Authorization") for part in header.split(",")]
    for header in parts:
        scheme, _space, value = header.strip().partition(" ")
        password = ""
        if scheme.lower() == "basic":
            try:
                decoded = base64.b64decode(value.strip(), validate=True).decode()
            except (binascii.Error, UnicodeDecodeError):
                decoded = ""
            password = decoded.partition(":")[2]
        keys.append(password)
    return keys


def _headers(http, name):
    return http.headers.getlist(name) if name in http.headers else []


def read_body(http, limit):
    """Read the body, decompressed, of at most ``limit`` bytes.

    :raises Refused: 408 when nothing came for as long as the server waits, 411 without a length,
        413 over the limit, 415 for an unknown encoding, 400 when it ends early or is not
        compressed as it says
    """
    if "chunked" in http.headers.get("Transfer-Encoding", "").lower() or (
        http.content_length is None
    ):
        raise Refused(411, "Send the message with its Content-Length, not in chunks")
    if http.content_length > limit:
        raise Refused(413, f"The message is larger than {limit // MEBIBYTE} MiB")
    http.max_content_length = limit + 1
    try:
        body = http.get_data(cache=True)
    except ClientDisconnected as error:
        if isinstance(error.__context__, TimeoutError):
            raise Refused(408, "The message did not come to its end in time") from error
        raise Refused(400, "The message ends before its Content-Length") from error
    sent = http.headers.get("Content-Encoding", "")
    encodings = [part.strip().lower() for part in sent.split(",")]
    packed = [part for part in encodings if part not in PLAIN and not is_encoding(part)]
    if packed in (["gzip"], ["x-gzip"]):
        return gunzip(body, limit)
    if packed:
        reason = f"The Content-Encoding {sent[:20]!r} is not supported; gzip is"
        raise Refused(415, reason, body)
    return body


def gunzip(body, limit):
    """Decompress a gzip body, of one member or several, into at most ``limit`` bytes."""
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(body)) as packed:
            content = packed.read(limit + 1)
    except EOFError as error:
        raise Refused(400, "The gzip data ends early", body) from error
    except (gzip.BadGzipFile, zlib.error) as error:
        raise Refused(400, "The body is not gzip, as its Content-Encoding says", body) from error
    if len(content) > limit:
        raise Refused(413, f"The message is larger than {limit // MEBIBYTE} MiB unpacked")
    return content


def answer_format(request, came_as=None):
    """Choose the format of the answer: what ``Accept`` names, else as the message came.

    :param came_as: the format of the body, ``None`` when it was not read or is neither
    """
    accept = request.httprequest.headers.get("Accept", "").lower()
    wants_json, wants_xml = "json" in accept, "xml" in accept
    if wants_json != wants_xml:
        return "json" if wants_json else "xml"
    if came_as:
        return came_as
    return "json" if "json" in (request.bring_content_type or "").lower() else "xml"


def respond(status, message, request_id, in_format, headers=None):
    """Build an answer as Bring wants it."""
    body, content_type = postback(message, request_id, in_format)
    return Response(body, status=status, content_type=content_type, headers=headers)


def answer(request, status, message, content=b"", headers=None):
    """End the request with a refusal."""
    in_format = answer_format(request, format_of(content))
    werkzeug.exceptions.abort(respond(status, message, uuid.uuid4().hex, in_format, headers))


def keep(request, account_id, refusal, content_type):
    """Keep what was refused, in a transaction of its own: the request's ends without a commit."""
    with request.env.registry.cursor() as cr:
        relax_isolation(cr)  # two at once drop the same oldest one
        env = request.env(cr=cr, user=SUPERUSER_ID, su=True)
        env["bring.refusal"]._keep(
            env["bring.account"].browse(account_id),
            refusal.status,
            refusal.reason,
            content_type,
            refusal.content,
            request.httprequest.content_length,
        )
    _logger.info("Refused a delivery of Bring account %s with %s", account_id, refusal.status)
