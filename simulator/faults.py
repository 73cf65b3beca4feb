"""Faults on demand: what goes wrong, on which route, how often.

A route is `pull.balances`, `pull.order`, `pull.items`, `pull.error_codes`, `send.order`,
`send.items`, `send.error_codes`, `soap.GetPurchaseOrder` (and the other operations), or
`push.despatch_advice` (and the other kinds); a pattern takes several: `pull.*`.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from random import Random
from typing import Any

from .refusals import CODES

KINDS = {
    "slow": "answer after `seconds` of real time",
    "error_before": "500, and nothing is done",
    "error_after": "500, but it is done",
    "answered": "`status`, `headers` and `body` as they are given, and nothing is done",
    "refused": "Bring's no with its `code` and HTTP `status` (200), and nothing is done",
    "informational": "1xx before the answer, `status` (103)",
    "cut": "the answer ends in the middle, and so does the connection",
    "silent": "it is done, but the connection ends without an answer",
    "ignored": "answered as if it were done, but it isn't (a delete that comes too late)",
    "html": "200 with a page of HTML",
    "empty": "200 with nothing",
    "other_root": "200 with another document",
    "broken": "200 with XML or JSON that isn't well-formed",
    "old_balances": "the balances as they were `days` ago",
    "empty_balances": "balances of no article at all",
    "missing_articles": "balances without `articles`",
    "duplicate": "a message is pushed twice, the same bytes",
    "late": "a message is pushed `seconds` of the simulated clock later, others overtake it",
}


@dataclass(slots=True)
class Fault:
    """A fault that waits for its chance; `count` None: for ever.

    :param probability: of each chance, dealt by the seed.
    :param order: only where the request names this number.
    """

    kind: str
    route: str = "*"
    count: int | None = 1
    probability: float = 1.0
    seconds: float = 0.0
    days: float = 0.0
    articles: tuple[str, ...] = ()
    order: str = ""
    status: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str = ""
    code: str = ""
    happened: int = 0

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"no fault {self.kind!r}; there are {', '.join(KINDS)}")
        if not 0 <= self.probability <= 1:
            raise ValueError(f"a probability is 0 to 1, not {self.probability}")
        if self.kind == "refused" and self.code not in CODES:
            raise ValueError(f"no code {self.code!r}; there are {', '.join(CODES)}")


@dataclass(slots=True)
class Faults:
    """What may go wrong; deterministic by `seed` and the order of the chances."""

    seed: int = 0
    waiting: list[Fault] = field(default_factory=list)
    _random: Random = field(init=False)

    def __post_init__(self) -> None:
        self._random = Random(f"faults/{self.seed}")

    def add(self, kind: str, route: str = "*", **options: Any) -> Fault:
        """Add a fault; see Fault for the options, KINDS for the kinds.

        :raise ValueError: for a kind that doesn't exist, TypeError for another option.
        """
        fault = Fault(kind, route, **options)
        self.waiting.append(fault)
        return fault

    def clear(self) -> None:
        """Let nothing go wrong any more."""
        self.waiting.clear()

    def take(self, route: str, kinds: Iterable[str], words: str = "") -> dict[str, Fault]:
        """Return the faults of these kinds that happen now on a route, by kind.

        :param words: the request, in which a fault's order number is looked for.
        """
        found: dict[str, Fault] = {}
        for fault in [*self.waiting]:
            if (
                fault.kind in found
                or fault.kind not in kinds
                or not fnmatchcase(route, fault.route)
                or not _names(words, fault.order)
                or self._random.random() >= fault.probability
            ):
                continue
            found[fault.kind] = fault
            fault.happened += 1
            if fault.count is not None and fault.happened >= fault.count:
                self.waiting.remove(fault)
        return found


def _names(words: str, number: str) -> bool:
    """Return whether a number stands in there as a whole: S1 isn't in S12."""
    return not number or bool(re.search(rf"(?<![\w.-]){re.escape(number)}(?![\w.-])", words))
