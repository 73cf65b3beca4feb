"""What the product makes of a generated message, as plain values to be compared with it."""

import re
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from spelling import CONVENTIONS, Node, to_json, to_xml

from bring.documents import Quantity
from bring.reader import Reading, inspect, read_documents

TZ = ZoneInfo("Europe/Oslo")


def bodies(root: Node, *, every: bool = False) -> Iterator[tuple[str, bytes]]:
    """Yield a message in XML and in JSON as Bring has it; or in ``every`` spelling."""
    yield "XML", to_xml(root)
    if every:
        yield "XML, all in the namespace", to_xml(root, qualified=True, indent="  ")
    for convention in CONVENTIONS[: None if every else 1]:
        yield f"JSON, {convention.name}", to_json(root, convention)


def read(body: bytes) -> list[Reading]:
    """Take a body in at the door, and read every document."""
    inspect(body, tz=TZ)
    return list(read_documents(body, None, TZ))


def wrong(reading: Reading) -> list[str]:
    """Say in words what of a document could not be read."""
    if reading.error:
        return [str(reading.error)]
    document = reading.document
    return [
        *(str(part) for part in getattr(document, "unread", ())),
        *(line.problem for line in getattr(document, "lines", ()) if line.problem),
    ]


def at(value: Any, where: str) -> list[str]:
    """The values at a field, in all instances of what stands in lists, in order, each once."""
    found = [value]
    for name in where.split("."):
        if name.isdigit():  # of a pair
            found = [outer[int(name)] for outer in found]
        else:
            found = [inner for outer in found for inner in _flat(getattr(outer, name))]
    return list(dict.fromkeys(map(plain, found)))


def _flat(value: Any) -> list[Any]:
    return [*value] if isinstance(value, tuple) else [] if value is None else [value]


def plain(value: Any) -> str:
    """A value as the generator writes it: local times, numbers without zeros behind."""
    value = getattr(value, "end", value)
    match value:
        case datetime():
            return value.astimezone(TZ).strftime("%Y-%m-%dT%H:%M:%S")
        case date():
            return value.isoformat()
        case Decimal():
            return format(value.normalize(), "f")
        case Quantity():
            return plain(value.value)
    return str(value)


def comparable(values: list[str], type: str) -> list[str]:
    """Cut times to what an element of that type can say."""
    if type == "date":
        return [re.sub("T.*", "", value) for value in values]
    return [re.sub(".*T", "", value) for value in values] if type == "time" else values
