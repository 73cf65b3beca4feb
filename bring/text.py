"""Bytes and text of a body: which format, which encoding, which characters."""

import codecs
import json
import re
from email.message import Message
from typing import Final, Literal

from .errors import RefusedMessage

Format = Literal["xml", "json"]

_INSIGNIFICANT: Final = re.compile(rb"[\s\x00\xef\xbb\xbf\xfe\xff]*")
_DECLARED: Final = re.compile(rb"<\?xml[^>]*\sencoding\s*=")
_BOMS: Final = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
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
    """The charset parameter of a Content-Type, refused when Python doesn't know it."""
    if not content_type:
        return None
    header = Message()
    header["Content-Type"] = content_type
    charset = header.get_content_charset()
    if charset is None:
        return None
    try:
        codecs.lookup(charset)
    except LookupError:
        raise RefusedMessage("is not a known encoding", value=charset) from None
    return charset


def xml_charset(content: bytes, content_type: str | None) -> str | None:
    """The encoding to impose on XML: the Content-Type's when the XML names none itself."""
    if content.startswith(_BOMS) or _DECLARED.match(content.lstrip()[:256]):
        return None
    return charset_of(content_type)


def json_text(content: bytes, content_type: str | None) -> str:
    """Decode JSON: by its byte order mark or zero bytes, else the charset, else UTF-8."""
    encoding: str = json.detect_encoding(content[:4])
    if encoding == "utf-8":
        encoding = charset_of(content_type) or encoding
    try:
        return content.decode(encoding)
    except LookupError:  # a codec that isn't one of text, such as base64
        raise RefusedMessage("is not a known encoding", value=encoding) from None
    except UnicodeDecodeError as error:
        raise RefusedMessage(
            f"the body isn't valid {encoding}: byte {error.start + 1} can't be read"
        ) from None
