"""Bytes and text of a body: which format, which encoding, which characters."""

import codecs
import json
import re
from collections.abc import Iterator
from email.message import Message
from typing import Final, Literal

from .errors import RefusedMessage

Format = Literal["xml", "json"]

_INSIGNIFICANT: Final = re.compile(rb"[\s\x00\xef\xbb\xbf\xfe\xff]*")
_DECLARATION: Final = re.compile(rb"(\s*<\?xml[^>]*\sencoding\s*=\s*[\"'])([\w.:-]+)", re.ASCII)
_NOT_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def xml_safe(text: str) -> str:
    """Put U+FFFD for each character that XML 1.0 can't hold (controls, lone surrogates)."""
    if text.isascii() and text.isprintable():  # by far the most
        return text
    return _NOT_XML.sub("\ufffd", text)


def format_of(content: bytes) -> Format | None:
    """Tell XML from JSON by the first significant byte; None when it is neither."""
    start = _INSIGNIFICANT.match(content)
    first = content[start.end() : start.end() + 1] if start else b""
    if first == b"<":
        return "xml"
    return "json" if first in (b"{", b"[") and first else None


def sniff(content: bytes) -> Format:
    """Tell XML from JSON as ``format_of`` does; refuse what is empty or neither."""
    found = format_of(content)
    if found is None:
        if not _INSIGNIFICANT.sub(b"", content[:64]):
            raise RefusedMessage("the body is empty")
        raise RefusedMessage("the body is neither XML nor JSON")
    return found


def _checked(encoding: str) -> str:
    """Python's name of an encoding of text; refuse what isn't one."""
    try:
        b"a".decode(encoding, "replace")  # no encoding of text: base64, rot13, …
        codecs.getincrementaldecoder(encoding)
        return codecs.lookup(encoding).name
    except (LookupError, ValueError):
        raise RefusedMessage("is not a known encoding", value=encoding) from None


def charset_of(content_type: str | None) -> str | None:
    """The charset parameter of a Content-Type, as it is spelled."""
    if not content_type:
        return None
    header = Message()
    header["Content-Type"] = content_type
    return header.get_content_charset()


def _encoding(content: bytes, declared: str | None, content_type: str | None) -> str:
    """By byte order mark or zero bytes, else as declared, else the charset, else UTF-8."""
    found = json.detect_encoding(content[:4])  # and XML's first characters are ASCII too
    if found == "utf-8":
        return _checked(declared or charset_of(content_type) or found)
    return found


def json_text(content: bytes, content_type: str | None) -> str:
    """Decode JSON."""
    encoding = _encoding(content, None, content_type)
    try:
        return content.decode(encoding)
    except UnicodeError as error:
        raise _undecodable(encoding, error) from None


def decode(content: bytes, content_type: str | None) -> tuple[str, str]:
    """Decode a body as a whole; the text, and the encoding to write it in again."""
    declaration = _DECLARATION.match(content)
    encoding = _encoding(
        content, declaration[2].decode("ascii") if declaration else None, content_type
    )
    try:
        return content.decode(encoding), encoding
    except UnicodeError as error:
        raise _undecodable(encoding, error) from None


def xml_chunks(content: bytes, content_type: str | None, size: int) -> Iterator[bytes]:
    """Yield XML in UTF-8, about ``size`` bytes at a time.

    Python decodes, not libxml2: releases before 2.13 end a document without an error at the
    first byte that its encoding doesn't have.
    """
    declaration = _DECLARATION.match(content)
    declared = declaration[2].decode("ascii") if declaration else None
    encoding = _encoding(content, declared, content_type)
    if encoding == "utf-8":
        for start in range(0, len(content), size):
            yield content[start : start + size]
        return
    decoder = codecs.getincrementaldecoder(encoding)()
    for start in range(0, len(content), size):
        piece = content[start : start + size]
        try:
            found = decoder.decode(piece, start + size >= len(content)).encode()
        except UnicodeError as error:
            raise _undecodable(encoding, error, start) from None
        yield found if start else _DECLARATION.sub(rb"\1utf-8", found)


def _undecodable(encoding: str, error: UnicodeError, before: int = 0) -> RefusedMessage:
    at = before + getattr(error, "start", 0) + 1
    return RefusedMessage(f"the body isn't valid in its encoding, {encoding}: byte {at} is wrong")
