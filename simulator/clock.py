"""The simulated clock and its agenda: nothing happens but when it is moved on.

What is due is data (a name and an argument), not a function, so that an agenda can be shown,
compared and kept over a restart.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from heapq import heappop, heappush
from typing import NamedTuple


class Due(NamedTuple):
    """What happens at `at`; `number` keeps the order among what is due at the same instant."""

    at: datetime
    number: int
    what: str
    argument: str


@dataclass(slots=True)
class Clock:
    """An instant (aware), and what lies ahead of it."""

    now: datetime
    agenda: list[Due] = field(default_factory=list)
    count: int = 0

    def __post_init__(self) -> None:
        if self.now.tzinfo is None:
            raise ValueError(f"{self.now.isoformat()} has no time zone")

    def after(self, delay: timedelta, what: str, argument: str) -> None:
        """Put it on the agenda, at once at the earliest."""
        self.count += 1
        at = self.now + max(delay, timedelta())
        heappush(self.agenda, Due(at, self.count, what, argument))

    def next(self, until: datetime) -> Due | None:
        """Move to what is due next, and return it; to `until` when nothing is due by then."""
        if self.agenda and self.agenda[0].at <= until:
            due = heappop(self.agenda)
            self.now = max(self.now, due.at)
            return due
        self.now = max(self.now, until)
        return None
