"""Bytes and text of a body: which format, which encoding, which characters."""

import codecs
import json
import re
from collections.abc import Iterator
from typing import Final, Literal

from .errors import RefusedMessage

Format = Literal["xml", "json"]

_INSIGNIFICANT: Final = re.compile(rb"[\s\x00\xef\xbb\xbf\xfe\xff]*")
_BLANK: Final = re.compile(rb"\s*")
_DECLARATION: Final = re.compile(rb"(\s*<\?xml[^>]*?\sencoding\s*=\s*[\"'])([^\"'<>]*)", re.ASCII)
_ENDLESS: Final = re.compile(rb"\s*<\?xml\s[^>]{1000}")
_CHARSET: Final = re.compile(r";\s*charset\s*=\s*(?:\"([^\"]*)\"|'?([^\s;'\"]+))", re.IGNORECASE)
MAX_CONTENT_TYPE: Final = 500
_MAX_LABEL: Final = 40
_NOT_PLAIN: Final = re.compile("[^a-z0-9]")
_ENCODINGS: Final = {
    "utf8": "utf-8",
    "utf16": "utf-16",
    "utf16le": "utf-16-le",
    "utf16be": "utf-16-be",
    "utf32": "utf-32",
    "utf32le": "utf-32-le",
    "utf32be": "utf-32-be",
    "iso88591": "iso8859-1",
    "latin1": "iso8859-1",
    "l1": "iso8859-1",
    "iso885915": "iso8859-15",
    "latin9": "iso8859-15",
    "l9": "iso8859-15",
    "windows1252": "cp1252",
    "cp1252": "cp1252",
    "usascii": "ascii",
    "ascii": "ascii",
}
_SINGLE_BYTE: Final = frozenset({"iso8859-1", "iso8859-15", "cp1252", "ascii"})
_C1: Final = re.compile(rb"[\x80-\x9f]")
_PIECE: Final = 1 << 20
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


def charset_of(content_type: str | None) -> str | None:
    """The charset parameter of a Content-Type, as it is spelled."""
    found = _CHARSET.search((content_type or "")[:MAX_CONTENT_TYPE])
    return (found[1] or found[2]) if found else None


def is_encoding(label: str) -> bool:
    """Whether a label names one of the encodings that are read."""
    return len(label) <= _MAX_LABEL and _NOT_PLAIN.sub("", label.lower()) in _ENCODINGS


def _known(label: str) -> str:
    """Python's name of an encoding; refuse one that isn't among ours.

    Python has a hundred: some are no encodings of text, some take minutes for a megabyte.
    """
    if not is_encoding(label):
        raise RefusedMessage(
            "is not an encoding that is read here: UTF-8, UTF-16, UTF-32, ISO-8859-1, "
            "ISO-8859-15, Windows-1252 and US-ASCII are",
            value=label,
        )
    return _ENCODINGS[_NOT_PLAIN.sub("", label.lower())]


def encoding_of(content: bytes, content_type: str | None) -> str:
    """Python's name of the encoding that a body is in.

    A byte order mark tells it, then the charset of the Content-Type, then XML's own declaration
    (RFC 7303, section 3), else it is UTF-8. But what the bytes themselves prove comes first: zero
    bytes are those of UTF-16 or UTF-32, and letters that are valid UTF-8 mean nothing in another
    encoding. All that is said must be known: who names another encoding than ours may mean it.
    """
    declaration = _DECLARATION.match(content)
    declared = declaration[2].decode("ascii", "replace") if declaration else None
    named = [_known(label) for label in (charset_of(content_type), declared) if label]
    found: str = json.detect_encoding(content[:4])  # and XML's first characters are ASCII too
    if found != "utf-8":
        return found
    if _is_valid(content, "utf-8"):
        return "utf-8"
    single = [name for name in named if name in _SINGLE_BYTE]
    encoding = next((name for name in single if _is_valid(content, name)), None)
    if encoding == "iso8859-1" and _C1.search(content) and _is_valid(content, "cp1252"):
        return "cp1252"  # nobody writes its control characters, and many say so of Windows' letters
    return encoding or (single[0] if single else "utf-8")


def _is_valid(content: bytes, encoding: str) -> bool:
    """Whether all of a body can be decoded; in bounded memory."""
    if content.isascii():
        return True
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for start in range(0, len(content), _PIECE):
            decoder.decode(content[start : start + _PIECE], start + _PIECE >= len(content))
    except UnicodeError:
        return False
    return True


def json_text(content: bytes, content_type: str | None) -> str:
    """Decode JSON."""
    return decode(content, content_type)[0]


def decode(content: bytes, content_type: str | None) -> tuple[str, str]:
    """Decode a body as a whole; the text, and the encoding to write it in again."""
    encoding = encoding_of(content, content_type)
    try:
        return content.decode(encoding), encoding
    except UnicodeError as error:
        raise _undecodable(encoding, error) from None


def xml_chunks(content: bytes, content_type: str | None, size: int) -> Iterator[bytes]:
    """Yield XML in UTF-8, about ``size`` bytes at a time, from its first character on.

    Python decodes, not libxml2: releases before 2.13 end a document without an error at the
    first byte that its encoding doesn't have. White space before the declaration is left out.
    """
    encoding = encoding_of(content, content_type)
    if encoding == "utf-8":
        blank = _BLANK.match(content)
        at = blank.end() if blank else 0
        yield _declared_utf8(content[at : at + size])
        for start in range(at + size, len(content), size):
            yield content[start : start + size]
        return
    decoder = codecs.getincrementaldecoder(encoding)()
    is_first = True
    for start in range(0, len(content), size):
        piece = content[start : start + size]
        try:
            found = decoder.decode(piece, start + size >= len(content))
        except UnicodeError as error:
            raise _undecodable(encoding, error, start) from None
        if is_first:
            found = found.lstrip()
        if found:
            yield _declared_utf8(found.encode()) if is_first else found.encode()
            is_first = False


def _declared_utf8(beginning: bytes) -> bytes:
    if _ENDLESS.match(beginning):
        raise RefusedMessage("not well-formed XML: its declaration does not end")
    declaration = _DECLARATION.match(beginning)
    if declaration is None:
        return beginning
    return beginning[: declaration.start(2)] + b"utf-8" + beginning[declaration.end(2) :]


def _undecodable(encoding: str, error: UnicodeError, before: int = 0) -> RefusedMessage:
    at = before + getattr(error, "start", 0) + 1
    return RefusedMessage(f"the body isn't valid in its encoding, {encoding}: byte {at} is wrong")
