"""How fast the warehouse works, and how often something arrives that isn't as ordered."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How long each step takes after the one before, more or less by `jitter` (a share).

    `retry` is when the warehouse looks again for goods that were short.
    """

    register: timedelta = timedelta(minutes=2)
    allocate: timedelta = timedelta(minutes=10)
    start: timedelta = timedelta(minutes=30)
    pick: timedelta = timedelta(hours=1)
    despatch: timedelta = timedelta(hours=2)
    cancel: timedelta = timedelta(minutes=1)
    retry: timedelta = timedelta(hours=6)
    arrive: timedelta = timedelta(hours=24)
    jitter: float = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """How likely a line arrives in part, and how likely a piece of it is not in order."""

    short: float = 0.1
    blocked: float = 0.15
    quarantined: float = 0.1
