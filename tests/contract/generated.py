"""Messages made from the contract: the smallest, the fullest, and all between that lack one thing.

Every value is told apart from every other, so that it can be looked for where it should come out.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import count

from spelling import Node

from contract import HEADER, Element, Kind

_START = datetime(2024, 1, 2, 3, 4, 5)
_MOST_CODES = 8  # so many of a code list stand side by side in one message
_FILLER = "Æé&<ß>'\"x"  # what needs care in one format or the other


@dataclass(frozen=True)
class Put:
    """A value in a message; ``within`` names each element around it, with its instance."""

    value: str
    within: Mapping[str, int]


@dataclass
class Generated:
    """A message, and the values in it by their element's path."""

    kind: Kind
    root: Node = field(default_factory=lambda: Node(""))
    put: dict[str, list[Put]] = field(default_factory=dict)

    def values(self, path: str, per: str = "", added: str = "") -> list[str]:
        """The values at a path; with ``per``, the first within each instance of that element.

        With ``added`` they are numbers, and their sum within each instance of that element counts.
        """
        found = self.put.get(path, [])
        if per:
            first: dict[int, Put] = {}
            for put in found:
                first.setdefault(put.within[per], put)
            found = list(first.values())
        if added:
            sums: dict[int, Decimal] = {}
            for put in found:
                instance = put.within[added]
                sums[instance] = sums.get(instance, Decimal(0)) + Decimal(put.value)
            return list(dict.fromkeys(format(total.normalize(), "f") for total in sums.values()))
        return list(dict.fromkeys(put.value for put in found))


Wanted = Callable[[Element], bool]


def smallest(
    kind: Kind, *, also: Iterable[str] = (), codes: Mapping[str, str] | None = None
) -> Generated:
    """Only what is required; and ``also`` the elements or attributes at those paths."""
    around = {path[:i] for path in also for i, c in enumerate(path + "/") if c == "/"}
    return _generate(kind, lambda e: e.is_required or e.path in around, codes or {}, times=1)


def fullest(
    kind: Kind, *, without: str = "", codes: Mapping[str, str] | None = None, times: int = 2
) -> Generated:
    """Everything, what may be repeated twice; but not what is at ``without``.

    An answer has no Error in it: that is a refusal.
    """

    def wanted(element: Element) -> bool:
        return element.path != without and not element.path.endswith("ResponseProperties/Error")

    return _generate(kind, wanted, codes or {}, times=times)


def optional(kind: Kind) -> Iterator[str]:
    """Yield the paths of all that may be left out."""
    return (element.path for element in kind.elements.values() if not element.is_required)


def _generate(kind: Kind, wanted: Wanted, codes: Mapping[str, str], times: int) -> Generated:
    made = Generated(kind)
    _Generator(made, wanted, codes, times).run()
    return made


class _Generator:
    def __init__(
        self, made: Generated, wanted: Wanted, codes: Mapping[str, str], times: int
    ) -> None:
        self.made = made
        self.kind = made.kind
        self.wanted = wanted
        self.codes = codes
        self.times = times
        self.numbers = count(1)
        self.instances: Counter[str] = Counter()

    def run(self) -> None:
        """Make the message; an answer's document is its root."""
        tops = [self.kind.elements[self.kind.document]]
        if HEADER in self.kind.elements:
            tops.insert(0, self.kind.elements[HEADER])
        nodes = [node for top in tops for node in self.repeated(top, {})]
        self.made.root = (
            nodes[0]
            if self.kind.document == self.kind.root
            else Node(self.kind.root, children=tuple(nodes))
        )

    def repeated(self, element: Element, within: Mapping[str, int]) -> Iterator[Node]:
        if not self.wanted(element):
            return
        lists = [
            child.codes
            for child in self.kind.children(element.path)
            if child.is_required and child.codes and child.path not in self.codes
        ]
        times = 1
        if element.is_repeated and self.times > 1:
            times = max(self.times, *(min(len(codes), _MOST_CODES) for codes in lists), 1)
        for index in range(times):
            yield self.one(element, within, index)

    def one(self, element: Element, within: Mapping[str, int], index: int) -> Node:
        self.instances[element.path] += 1
        within = {**within, element.name: self.instances[element.path]}
        text = "" if element.is_group else self.value(element, within, index)
        attributes, children = [], []
        for child in self.kind.children(element.path):
            if not child.is_attribute:
                children += self.repeated(child, within)
            elif self.wanted(child):
                attributes.append((child.name, self.value(child, within, index)))
        return Node(element.name, text, tuple(sorted(attributes)), tuple(children))

    def value(self, element: Element, within: Mapping[str, int], index: int) -> str:
        given = self.codes.get(element.path)
        text = self.spelled(element, next(self.numbers), index) if given is None else given
        self.made.put.setdefault(element.path, []).append(Put(text, within))
        return text

    def spelled(self, element: Element, number: int, index: int) -> str:
        """A value of the element's type, of its full length if the message is the fullest."""
        if element.default and not element.codes:
            return element.default
        if element.codes:
            return list(element.codes)[index % len(element.codes)]
        moment = _START + timedelta(days=number, minutes=7 * number, seconds=number)
        match element.type:
            case "dateTime":
                return moment.isoformat()
            case "date":
                return moment.date().isoformat()
            case "time":
                return moment.time().isoformat()
            case "decimal":
                return f"{number}.5"
            case "integer":
                return str(number)
            case "boolean":
                return "true"
            case "code":
                return element.example or f"C{number}"
        if element.pattern.startswith("\\d"):
            return str(number).rjust(element.length or 0, "7")
        if self.times == 1 or element.length is None:
            return f"{element.name[:9]} {number}"[: element.length]
        if element.pattern:
            return str(number).rjust(element.length, "A")
        filler = _FILLER * (element.length // len(_FILLER) + 1)
        return f"{number}{filler}"[: element.length - 1] + "."
