"""A body for people to look at: indented, bounded, and never an error.

Nothing is parsed: what is broken, hostile or cut off is shown just as well.
"""

import json
import re
from collections.abc import Iterator
from typing import Final

from .text import charset_of, format_of

_MAX_INDENT: Final = 32
_XML: Final = re.compile(r"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>|<[^<>]*>|[^<]+|<", re.DOTALL)
_JSON: Final = re.compile(r'"(?:[^"\\]|\\.)*"?|[{}\[\],:]|[^\s{}\[\],:"]+', re.DOTALL)
_DECLARED: Final = re.compile(rb"<\?xml[^>]*\sencoding\s*=\s*[\"']([\w.-]+)")
_CONTROLS: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def pretty(content: bytes, content_type: str | None = None, limit: int = 65536) -> str:
    """Indent XML or JSON; other text comes as it is.

    No more than about ``limit`` characters are shown, made from as many bytes; a last line
    says so when something was left out.
    """
    found = _decode(content[:limit], content_type)
    kind = format_of(content)
    lines = _xml(found) if kind == "xml" else _json(found) if kind == "json" else iter([found])
    shown: list[str] = []
    length = 0
    is_cut = len(content) > limit
    for line in lines:
        if length + len(line) > limit:
            shown.append(line[: limit - length])
            is_cut = True
            break
        shown.append(line)
        length += len(line) + 1
    if is_cut:
        shown.append(f"… cut off: the whole has {len(content):,} bytes")
    return "\n".join(shown)


def _decode(content: bytes, content_type: str | None) -> str:
    """Decode as well as can be: by byte order mark, declaration, Content-Type, else UTF-8."""
    declared = _DECLARED.search(content[:256])
    encoding: str = json.detect_encoding(content[:4])
    if encoding == "utf-8":
        encoding = declared[1].decode("ascii") if declared else charset_of(content_type) or ""
    try:
        found = content.decode(encoding or "utf-8", "replace")
    except (LookupError, UnicodeError):  # no such encoding, or no encoding of text
        found = content.decode("utf-8", "replace")
    return _CONTROLS.sub("\ufffd", found)


def _indented(depth: int, line: str) -> str:
    return "  " * min(depth, _MAX_INDENT) + line


def _xml(found: str) -> Iterator[str]:
    """Yield a line for each tag, with its text when that is all the element holds."""
    depth = 0
    pending = ""  # a start tag, and then its text, that may end on the same line
    for token in _XML.findall(found):
        token = token.strip()
        if not token:
            continue
        is_end = token.startswith("</")
        if is_end and pending:
            yield _indented(depth, pending + token)
            pending = ""
            continue
        is_markup = token.startswith("<") and not token.startswith("<![CDATA[")
        if pending and not is_markup:
            pending += token
            continue
        if pending:
            yield _indented(depth, pending)
            pending = ""
            depth += 1
        if is_end:
            depth = max(depth - 1, 0)
        elif is_markup and token[1:2] not in ("?", "!", "") and not token.endswith("/>"):
            pending = token
            continue
        yield _indented(depth, token)
    if pending:
        yield _indented(depth, pending)


def _json(found: str) -> Iterator[str]:
    """Yield a line for each member and entry."""
    depth = 0
    line = ""
    for token in _JSON.findall(found):
        if token in ("}", "]"):
            if line and line[-1] in "{[":  # empty: on one line
                line += token
                depth = max(depth - 1, 0)
                continue
            if line:
                yield _indented(depth, line)
            depth = max(depth - 1, 0)
            line = token
        elif token == ",":
            yield _indented(depth, line + token)
            line = ""
        elif token == ":":
            line += ": "
        elif token in ("{", "["):
            if line and line[-1] in "{[":
                yield _indented(depth - 1, line)
                line = ""
            line += token
            depth += 1
        else:
            if line and line[-1] in "{[":
                yield _indented(depth - 1, line)
                line = ""
            line += token
    if line:
        yield _indented(depth, line)
