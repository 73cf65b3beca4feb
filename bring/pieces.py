"""A body cut into tags and texts, or brackets and values, without parsing it.

Nothing is left out, and nothing is an error: what is broken or cut off comes as it is. The time
grows with the length alone, whatever a sender has made up.
"""

import re
from collections.abc import Iterator
from typing import Final

_UNTIL: Final = (("<!--", "-->"), ("<![CDATA[", "]]>"), ("<?", "?>"))
# A raw "<" stands in no value of an attribute, so that the next one ends every attempt.
_TAG: Final = re.compile(r"<(?:[^<>\"']|\"[^\"<]*\"|'[^'<]*')*+>|<[^<>]*+>|<")
_JSON: Final = re.compile(r'"(?:[^"\\]|\\.)*+"?|[{}\[\],:]|\s+|[^\s{}\[\],:"]+', re.DOTALL)


def xml_pieces(text: str) -> Iterator[str]:
    """Yield tags, comments, CDATA sections, processing instructions, and the texts between them.

    What should end and doesn't is all of the rest; a "<" that begins no tag stands alone.
    """
    at = 0
    while at < len(text):
        end = _end(text, at)
        yield text[at:end]
        at = end


def _end(text: str, at: int) -> int:
    if text[at] != "<":
        found = text.find("<", at)
        return len(text) if found < 0 else found
    for opening, closing in _UNTIL:
        if text.startswith(opening, at):
            found = text.find(closing, at + len(opening))
            return len(text) if found < 0 else found + len(closing)
    tag = _TAG.match(text, at)
    return tag.end() if tag else at + 1


def is_open(piece: str) -> bool:
    """Whether a comment, CDATA section or processing instruction never ends."""
    return any(
        piece.startswith(opening)
        and not (piece.endswith(closing) and len(piece) >= len(opening) + len(closing))
        for opening, closing in _UNTIL
    )


def json_pieces(text: str) -> Iterator[str]:
    """Yield strings with their quotes, brackets, commas, colons, white space, and all else."""
    for found in _JSON.finditer(text):
        yield found[0]
