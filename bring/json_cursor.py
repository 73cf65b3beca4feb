"""A place in a JSON text that goes forward, so that only a part of it is ever decoded."""

import json
import re
from collections.abc import Iterator
from typing import Any, Final

from .errors import RefusedMessage

_SPACE: Final = re.compile(r"[ \t\n\r]*")


class Pairs(list[tuple[str, Any]]):
    """An object of JSON: its pairs in order, a key that stands twice kept twice."""


def _no_constant(name: str) -> Any:
    raise RefusedMessage("is not a number in JSON", value=name)


_DECODER: Final = json.JSONDecoder(
    object_pairs_hook=Pairs, parse_float=str, parse_int=str, parse_constant=_no_constant
)


class Cursor:
    """The place ``at`` in ``text``; each method takes what stands there and goes on."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def peek(self) -> str:
        """The next significant character; "" at the end."""
        space = _SPACE.match(self.text, self.at)
        if space:
            self.at = space.end()
        return self.text[self.at : self.at + 1]

    def take(self, expected: str) -> None:
        if self.peek() != expected:
            raise self.refused(f"{expected!r} expected")
        self.at += 1

    def value(self) -> Any:
        """Decode the value here, whole."""
        self.peek()
        try:
            value, self.at = _DECODER.raw_decode(self.text, self.at)
        except json.JSONDecodeError as error:
            self.at = error.pos
            raise self.refused(error.msg) from None
        except RecursionError:
            raise RefusedMessage("the message is nested too deeply") from None
        return value

    def members(self) -> Iterator[str]:
        """Yield the keys of the object here; take each value before the next key."""
        self.take("{")
        if self.peek() == "}":
            self.at += 1
            return
        while True:
            if self.peek() != '"':
                raise self.refused("a key in double quotes expected")
            key = self.value()
            self.take(":")
            yield key
            if self.peek() == ",":
                self.at += 1
                continue
            self.take("}")
            return

    def entries(self) -> Iterator[None]:
        """Stop at each entry of the array here, or once at a value that is no array."""
        if self.peek() != "[":
            yield
            return
        self.at += 1
        if self.peek() == "]":
            self.at += 1
            return
        while True:
            yield
            if self.peek() == ",":
                self.at += 1
                continue
            self.take("]")
            return

    def refused(self, reason: str) -> RefusedMessage:
        line = self.text.count("\n", 0, self.at) + 1
        column = self.at - self.text.rfind("\n", 0, self.at)
        return RefusedMessage(f"not well-formed JSON: {reason}, line {line}, column {column}")
