"""When something was, as precisely as it was told: an instant, or somewhere in a day."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Final, Self

UNTOLD: Final = timedelta(days=1)  # what is told without its time happened so long before at most


def utc(moment: datetime) -> datetime:
    """To UTC. Of an hour that comes twice in autumn, a local time means the first (fold 0)."""
    return moment.astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Span:
    """Between ``start`` and ``end``, both aware and in UTC.

    They are equal for an instant. Of a day they are its midnight and its last second.
    """

    start: datetime
    end: datetime

    @classmethod
    def at(cls, moment: datetime) -> Self:
        """An instant."""
        return cls(moment, moment)

    @classmethod
    def day(cls, day: date, tz: tzinfo) -> Self:
        """A day in that time zone."""
        return cls(
            utc(datetime.combine(day, time(0), tz)),
            utc(datetime.combine(day, time(23, 59, 59), tz)),
        )

    @property
    def is_instant(self) -> bool:
        return self.start == self.end

    def holds(self, other: "Span") -> bool:
        """Tell whether ``other`` lies in it."""
        return self.start <= other.start and other.end <= self.end

    def until(self, written: "Span | None") -> "Span":
        """What is told happened before it was written: shorter, if that was within it."""
        if written is None or not self.start <= written.end <= self.end:
            return self
        return Span(self.start, written.end)


def happened(told: Span | None, written: Span | None) -> Span | None:
    """When goods moved, by what is told of it and when that was written.

    A day's movement lies between that day's start and the writing. One without a time lies
    somewhere in the day before the writing.
    """
    if told is not None:
        return told if told.is_instant else told.until(written)
    return None if written is None else Span(written.start - UNTOLD, written.end)
