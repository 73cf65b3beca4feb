"""A body for people to look at: indented, bounded, and never an error.

Nothing is parsed: what is broken, hostile or cut off is shown just as well.
"""

import re
from collections.abc import Iterator
from typing import Final

from .errors import RefusedMessage
from .pieces import json_pieces, xml_pieces
from .text import encoding_of, format_of

_MAX_INDENT: Final = 32
_CONTROLS: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def pretty(content: bytes, content_type: str | None = None, limit: int = 65536) -> str:
    """Indent XML or JSON; other text comes as it is.

    No more than about ``limit`` characters are shown, made from as many bytes; a last line
    says so when something was left out.
    """
    found = _decode(content, content_type, limit)
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


def _decode(content: bytes, content_type: str | None, limit: int) -> str:
    """Decode the beginning as well as can be: as the reader does, else as UTF-8."""
    try:
        encoding = encoding_of(content, content_type)
    except RefusedMessage:  # an encoding that we don't read
        encoding = "utf-8"
    return _CONTROLS.sub("\ufffd", content[:limit].decode(encoding, "replace"))


def _indented(depth: int, line: str) -> str:
    return "  " * min(depth, _MAX_INDENT) + line


def _xml(found: str) -> Iterator[str]:
    """Yield a line for each tag, with its text when that is all the element holds."""
    depth = 0
    pending = ""  # a start tag, and then its text, that may end on the same line
    for token in xml_pieces(found):
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
    for token in json_pieces(found):
        if token.isspace():
            continue
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
