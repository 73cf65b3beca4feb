"""Times and dates in all the spellings that Bring's messages have, each as precise as it was told.

Times: ISO 8601 with any fraction, ``Z``, an offset or none (then local to the account's time
zone); CCYYMMDDHHMM and CCYYMMDDHHMMSS; YYMMDDHHMM from 2020 on (before, the ten digits may be
seconds since 1970); milliseconds since 1970 (12 or 13 digits that are no date of this century).
Dates: the same, and ``20150101`` and ``150101``.

A local midnight says the day, not an instant: both of Bring's samples that move goods
(DespatchAdvice-outbound ``despatchDateTime``, ReceivingAdvice ``receivingDateTime``) have a zero
clock beside a creationDateTime at 17:00:18 and 16:39:29.
"""

import calendar
import re
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from lxml import etree

from .fields import FieldError, find, text
from .span import Span, utc

_OFFSET: Final = r"(?P<offset>[Zz]|[+-]\d\d(?::?\d\d)?)?"
_CLOCK: Final = r"(?P<h>\d\d):?(?P<m>\d\d)(?::?(?P<s>\d\d)(?:[.,](?P<f>\d+))?)?"
_DATE: Final = re.compile(
    rf"(?P<y>\d{{4}})(?P<dash>-?)(?P<mo>\d\d)(?P=dash)(?P<d>\d\d)(?: ?[Tt]?{_CLOCK})?\s?{_OFFSET}",
    re.ASCII,
)
_TIME: Final = re.compile(_CLOCK + _OFFSET, re.ASCII)
_SHORT: Final = re.compile(r"(\d\d)(\d\d)(\d\d)", re.ASCII)
_MINUTES: Final = re.compile(r"(?P<year>\d\d(?:\d\d)?)(?P<rest>\d{8})", re.ASCII)
_EPOCH: Final = re.compile(r"\d{12,13}(?:\.0+)?", re.ASCII)
_ZEROS: Final = re.compile(r"[0TtZz:.+ -]*0[0TtZz:.+ -]*")

_FIRST_YEAR: Final = 1970
_FIRST_EVENT: Final = 2000  # nothing that Bring tells of happened before
_NO_SECONDS: Final = 2020  # ten digits: as seconds since 1970 they would be after 2033
_CENTURY: Final = range(2000, 2100)
# What systems write when they have no date: .NET and Java, SQL Server, Excel, Unix, SAP.
_NOT_SET: Final = frozenset(
    {(1, 1, 1), (1753, 1, 1), (1899, 12, 30), (1899, 12, 31), (1900, 1, 1), (1970, 1, 1)}
    | {(9999, 12, 31)}
)


class NotSet(ValueError):
    """A value that stands for none, as 0001-01-01 does."""


class TooEarly(ValueError):
    """A date before there were any such dates."""


def zone(tz: str | tzinfo) -> tzinfo:
    """A time zone by name or object; pytz's are taken by their name, as they need care."""
    name = tz if isinstance(tz, str) else getattr(tz, "zone", None)
    return ZoneInfo(name) if isinstance(name, str) else tz if isinstance(tz, tzinfo) else UTC


def _epoch(number: str) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=int(number.split(".")[0]))


def _offset(offset: str | None) -> tzinfo | None:
    if offset is None:
        return None
    if offset in "Zz":
        return UTC
    digits = offset[1:].replace(":", "").ljust(4, "0")
    minutes = int(digits[:2]) * 60 + int(digits[2:])
    return timezone(timedelta(minutes=-minutes if offset[0] == "-" else minutes))


def _clock(match: re.Match[str]) -> tuple[time, int]:
    """The time of day, and a day more for 24:00:00."""
    hour, minute, second = (int(match[key] or 0) for key in "hms")
    micro = int((match["f"] or "0")[:6].ljust(6, "0"))
    if (hour, minute, second, micro) == (24, 0, 0, 0):
        return time(0), 1
    return time(hour, minute, second, micro), 0


def _dated(found: str, tz: tzinfo) -> Span | None:
    """Read a date or a time; None when it can't be read.

    ValueError and OverflowError for impossible dates, NotSet for what stands for none.
    """
    if _ZEROS.fullmatch(found):
        raise NotSet("says that none is set")
    if (minutes := _minutes(found)) is not None:
        return _told(utc(minutes.replace(tzinfo=tz)), tz)
    if _EPOCH.fullmatch(found):
        moment = _epoch(found)
        _check(moment.date())
        return _told(moment, tz)
    if short := _SHORT.fullmatch(found):
        return Span.day(_day(2000 + int(short[1]), int(short[2]), int(short[3])), tz)
    match = _DATE.fullmatch(found)
    if match is None:
        return None
    day = _day(int(match["y"]), int(match["mo"]), int(match["d"]), bool(match["dash"]))
    _check(day)
    if match["h"] is None:
        return Span.day(day, tz)
    clock, days = _clock(match)
    offset = _offset(match["offset"])
    return _timed(day, clock, days, offset, tz)


def _timed(day: date, clock: time, days: int, offset: tzinfo | None, tz: tzinfo) -> Span:
    """A day and its time of day. 24:00:00 (``days`` is 1) is meant as the day's end: no day."""
    moment = utc(datetime.combine(day, clock, offset or tz) + timedelta(days=days))
    return Span.at(moment) if days else _told(moment, tz)


def _told(moment: datetime, tz: tzinfo) -> Span:
    """What a time says: its day when it is a local midnight, else the instant."""
    day = Span.day(moment.astimezone(tz).date(), tz)
    return day if moment == day.start else Span.at(moment)


def _minutes(found: str) -> datetime | None:
    """A local CCYYMMDDHHMM or YYMMDDHHMM, if the digits make one that can be meant."""
    match = _MINUTES.fullmatch(found)
    if match is None:
        return None
    year = int(match["year"].rjust(4, "0")) + (2000 if len(match["year"]) == 2 else 0)
    if year not in _CENTURY or (len(found) == 10 and year < _NO_SECONDS):
        return None
    month, day, hour, minute = (int(match["rest"][i : i + 2]) for i in range(0, 8, 2))
    try:
        return datetime(year, month, day, hour, minute)
    except ValueError:
        return None


def _check(day: date) -> None:
    if (day.year, day.month, day.day) in _NOT_SET:
        raise NotSet("says that none is set")
    if day.year < _FIRST_YEAR:
        raise TooEarly(f"is before {_FIRST_YEAR}")


def _day(year: int, month: int, day: int, strict: bool = False) -> date:
    """A date; day 00 is the month's last (GS1 General Specifications, AI 15) unless strict."""
    if day == 0 and not strict and 1 <= month <= 12:
        day = calendar.monthrange(year, month)[1]
    return date(year, month, day)


@lru_cache(maxsize=4096)
def parse_span(found: str, tz: tzinfo) -> Span:
    """A date or time, as precise as it is.

    ValueError, with the reason in words, for what is no date; NotSet for what stands for none.
    """
    try:
        read = _dated(found, tz)
    except (NotSet, TooEarly):
        raise
    except (ValueError, OverflowError):
        read = None
    if read is None:
        raise ValueError("is not a date or time")
    return read


def parse_date(found: str, tz: tzinfo) -> date:
    """A date as such: what has a time is the day on which that was, in ``tz``.

    Errors are those of :func:`parse_span`.
    """
    return parse_span(found, tz).start.astimezone(tz).date()


def _read(element: etree._Element, tz: tzinfo) -> Span:
    """An event's time; FieldError for what is none, or too long ago to be meant."""
    found = text(element) or ""
    try:
        span = parse_span(found, tz)
    except ValueError as error:
        raise FieldError(element, str(error), found) from None
    if span.end.year < _FIRST_EVENT:
        raise FieldError(element, f"is before {_FIRST_EVENT}", found)
    return span


def span_at(element: etree._Element, tz: tzinfo, *path: str) -> Span | None:
    """The first time at ``path``, as precise as it is. None when it is empty."""
    found = find(element, path)
    return None if found is None else _read(found, tz)


def information_at(element: etree._Element, tz: tzinfo, *path: str) -> Span | None:
    """As :func:`span_at`, for what nothing hangs on: None where it can't be read, too."""
    try:
        return span_at(element, tz, *path)
    except FieldError:
        return None


def period_end(period: etree._Element | None, tz: tzinfo) -> Span | None:
    """A reportingPeriod's end.

    endDate and endTime go together; either may be a whole time by itself (as in JSON). A zero
    clock says no more than the date (InventoryReport: endDate alone; its Adjustments: both).
    """
    if period is None:
        return None
    day = span_at(period, tz, "endDate")
    element = find(period, ("endTime",))
    if element is None or not (found := text(element)):
        return day
    match = _TIME.fullmatch(found)
    if match is None:  # not a time of day, so a whole one
        whole = span_at(period, tz, "endTime")
        return day if whole is None or (day is not None and day.is_instant) else whole
    if day is None:
        return None
    try:
        local = day.start.astimezone(tz).date()
        clock, days = _clock(match)
        return _timed(local, clock, days, _offset(match["offset"]), tz)
    except (ValueError, OverflowError):
        raise FieldError(element, "is not a time of day", found) from None
