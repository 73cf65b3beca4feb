"""Blot out personal data in a message, and leave all else as it came.

Nothing is parsed and written anew: the text is gone through piece by piece, so that the structure,
the white space, the namespaces and the encoding stay, and each value keeps its length. What the
goods are, every number, code, quantity and time stay too.
"""

import re
from collections.abc import Callable, Iterator
from io import StringIO
from typing import Final

from .errors import RefusedMessage
from .pieces import is_open, json_pieces, xml_pieces
from .text import decode, format_of

# Names of elements, in small letters. Bring's own messages (GS1 XML) and its order interface
# (bringXML, also as JSON) together.
_WHOLE: Final = {  # all below them
    "address",
    "contact",
    "contacts",
    "contactperson",
    "freetext",
    "freetexts",
}
_PERSONAL: Final = {
    "name",
    "city",
    "comment",
    "comments",
    "locationname",
    "mail",
    "mobile",
    "note",
    "postalcode",
    "remark",
    "remarks",
    "vatno",
}
_PARTS: Final = (  # of a name
    "addressline",
    "communication",
    "contact",
    "email",
    "fax",
    "instruction",
    "personname",
    "phone",
    "postal",
    "signature",
    "street",
)
_KEPT: Final = {"countrycode", "usagecode", "subclass", "schemaversion", "languagecode"}

_TAG: Final = re.compile(r"</?\s*(?:[\w.-]+:)?([\w.-]+)")
_ATTRIBUTE: Final = re.compile(r"(\s(?:[\w.-]+:)?([\w.-]+)\s*=\s*)(\"[^\"]*\"|'[^']*')")
_ENTITY: Final = re.compile(r"&#?\w+;")
_ESCAPE: Final = re.compile(r"\\(?:u[0-9a-fA-F]{4}|.)", re.DOTALL)


def mask(content: bytes, content_type: str | None = None) -> bytes:
    """Return the message with letters and digits of personal data as ``x`` and ``0``.

    In the encoding that it came in. RefusedMessage when it is neither XML nor JSON, or not valid
    in its encoding: then nothing can be told of what is personal in it.
    """
    found = format_of(content)
    if found is None:
        raise RefusedMessage("the body is neither XML nor JSON")
    text, encoding = decode(content, content_type)
    pieces = _mask_xml(text) if found == "xml" else _mask_json(text)
    masked = StringIO()
    masked.writelines(pieces)
    return masked.getvalue().encode(encoding)


def _is_personal(name: str) -> bool:
    return name not in _KEPT and (
        name in _WHOLE or name in _PERSONAL or any(part in name for part in _PARTS)
    )


def blot(text: str, digit: str = "0") -> str:
    """Put ``x`` for each letter, ``digit`` for each digit; what stands between them stays."""
    return "".join(digit if char.isdecimal() else "x" if char.isalnum() else char for char in text)


def _outside(pattern: re.Pattern[str], text: str, masked: Callable[[str], str]) -> str:
    """Mask what stands between the matches of ``pattern``, and put an ``x`` for each match."""
    return "x".join(masked(part) for part in pattern.split(text))


# -- XML ----------------------------------------------------------------------


def _mask_xml(text: str) -> Iterator[str]:
    stack: list[tuple[bool, str]] = []  # of open elements: (all in it is personal, name)
    for piece in xml_pieces(text):
        if piece.startswith("<!--") or is_open(piece):
            yield blot(piece)
        elif piece.startswith("<![CDATA["):
            inner = piece[9:-3]
            yield f"<![CDATA[{blot(inner)}]]>" if _hidden(stack) else piece
        elif piece.startswith(("<?", "<!")):
            yield piece
        elif piece.startswith("</"):
            if stack:
                stack.pop()
            yield piece
        elif piece.startswith("<"):
            found = _TAG.match(piece)
            name = found[1].lower() if found else ""
            below = bool(stack) and stack[-1][0]
            is_hidden = name not in _KEPT and (below or _is_personal(name))
            yield _mask_attributes(piece, below or name in _WHOLE)
            if not piece.endswith("/>"):
                stack.append((is_hidden, name))
        elif _hidden(stack):
            yield _outside(_ENTITY, piece, blot)
        else:
            yield piece


def _hidden(stack: list[tuple[bool, str]]) -> bool:
    return bool(stack) and stack[-1][0]


def _mask_attributes(tag: str, is_below: bool) -> str:
    def masked(found: re.Match[str]) -> str:
        before, name, value = found.groups()
        name = name.lower()
        if before.strip().startswith("xmlns") or not (
            _is_personal(name) or (is_below and name == "value")
        ):
            return found[0]
        return before + value[0] + _outside(_ENTITY, value[1:-1], blot) + value[-1]

    return _ATTRIBUTE.sub(masked, tag)


# -- JSON ---------------------------------------------------------------------


def _mask_json(text: str) -> Iterator[str]:
    stack: list[tuple[str, bool]] = []  # of open containers: (bracket, all in it is personal)
    key: str | None = None  # of the member whose value comes
    last = ""  # the last string, which may turn out to be a key
    for piece in json_pieces(text):
        below = bool(stack) and stack[-1][1]
        hidden = below if key is None else key not in _KEPT and (below or _is_personal(key))
        if piece in "{[":
            stack.append((piece, hidden))
            key = None
        elif piece in "}]":
            if stack:
                stack.pop()
            key = None
        elif piece == ":":
            key = last.rpartition(":")[2].lower()
        elif piece == ",":
            key = None
        elif piece.isspace():
            pass
        elif stack and stack[-1][0] == "{" and key is None:
            last = piece.strip('"')
        elif hidden and piece not in ("null", "true", "false"):
            if piece.startswith('"'):
                end = '"' if len(piece) > 1 and piece.endswith('"') else ""
                inner = piece[1:-1] if end else piece[1:]
                yield '"' + _outside(_ESCAPE, inner, blot) + end
            else:
                yield re.sub(r"\d", "1", piece)  # a number may not begin with 0
            continue
        yield piece
