"""Times and dates in all the spellings that Bring's messages have.

Times: ISO 8601 with any fraction, ``Z``, an offset or none (then local to the account's time
zone), and milliseconds since 1970 (12 or 13 digits). Dates: the same, and ``20150101`` and
``150101``. Nothing before 1970 is a date: 0001-01-01 is what some systems write for none.
"""

import calendar
import re
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from typing import Final
from zoneinfo import ZoneInfo

from lxml import etree

from .fields import FieldError, find, text

_OFFSET: Final = r"(?P<offset>[Zz]|[+-]\d\d(?::?\d\d)?)?"
_CLOCK: Final = r"(?P<h>\d\d):?(?P<m>\d\d)(?::?(?P<s>\d\d)(?:[.,](?P<f>\d+))?)?"
_DATE: Final = re.compile(
    rf"(?P<y>\d{{4}})(?P<dash>-?)(?P<mo>\d\d)(?P=dash)(?P<d>\d\d)(?:[Tt ]?{_CLOCK})?\s?{_OFFSET}",
    re.ASCII,
)
_TIME: Final = re.compile(_CLOCK + _OFFSET, re.ASCII)
_SHORT: Final = re.compile(r"(\d\d)(\d\d)(\d\d)", re.ASCII)
_EPOCH: Final = re.compile(r"\d{12,13}(?:\.0+)?", re.ASCII)
_FIRST_YEAR: Final = 1970


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


def _utc(moment: datetime) -> datetime:
    """To UTC. Of an hour that comes twice in autumn, a local time means the first (fold 0)."""
    return moment.astimezone(UTC)


def _dated(found: str, tz: tzinfo) -> tuple[datetime | None, date] | None:
    """Read a date or a time: (the instant if a time of day was given, the local date).

    None when it can't be read. ValueError and OverflowError for impossible dates.
    """
    if _EPOCH.fullmatch(found):
        moment = _epoch(found)
        return moment, moment.astimezone(tz).date()
    if short := _SHORT.fullmatch(found):
        return None, _day(2000 + int(short[1]), int(short[2]), int(short[3]))
    match = _DATE.fullmatch(found)
    if match is None:
        return None
    day = _day(int(match["y"]), int(match["mo"]), int(match["d"]), bool(match["dash"]))
    if match["h"] is None or day.year < _FIRST_YEAR:
        return None, day
    clock, days = _clock(match)
    offset = _offset(match["offset"])
    moment = _utc(datetime.combine(day, clock, offset or tz) + timedelta(days=days))
    return moment, moment.astimezone(tz).date()


def _day(year: int, month: int, day: int, strict: bool = False) -> date:
    """A date; day 00 is the month's last (GS1 General Specifications, AI 15) unless strict."""
    if day == 0 and not strict and 1 <= month <= 12:
        day = calendar.monthrange(year, month)[1]
    return date(year, month, day)


def _parse(found: str, tz: tzinfo) -> tuple[datetime | None, date]:
    """As ``_dated``; ValueError, with the reason in words, for what is no date."""
    try:
        read = _dated(found, tz)
    except (ValueError, OverflowError):
        read = None
    if read is None:
        raise ValueError("is not a date or time")
    if read[1].year < _FIRST_YEAR:
        raise ValueError(f"is before {_FIRST_YEAR}")
    return read


def parse_date(found: str, tz: tzinfo) -> date:
    """A date as such: what has a time is the day on which that was, in ``tz``.

    ValueError, with the reason in words, for what is no date.
    """
    return _parse(found, tz)[1]


def _read(element: etree._Element, tz: tzinfo) -> tuple[datetime | None, date]:
    found = text(element) or ""
    try:
        return _parse(found, tz)
    except ValueError as error:
        raise FieldError(element, str(error), found) from None


def _midnight(day: date, tz: tzinfo, element: etree._Element) -> datetime:
    try:
        return _utc(datetime.combine(day, time(0), tz))
    except OverflowError:
        raise FieldError(element, "is out of range", text(element)) from None


def moment_at(element: etree._Element, tz: tzinfo, *path: str) -> datetime | None:
    """The first time at ``path``, in UTC; a bare date is its midnight. None when empty."""
    found = find(element, path)
    if found is None:
        return None
    moment, day = _read(found, tz)
    return moment or _midnight(day, tz, found)


def period_end(
    period: etree._Element | None, tz: tzinfo
) -> tuple[datetime | None, datetime | None]:
    """A reportingPeriod's end: (the instant, if a time of day is given; its day's last second).

    endDate and endTime go together; either may be a whole time by itself (as in JSON).
    """
    if period is None:
        return None, None
    day_element, time_element = find(period, ("endDate",)), find(period, ("endTime",))
    moment, day = (None, None) if day_element is None else _read(day_element, tz)
    if time_element is not None:
        found = text(time_element) or ""
        match = _TIME.fullmatch(found)
        if match is None:  # not a time of day, so a whole one
            moment, day = _read(time_element, tz)
        elif day is not None:
            try:
                clock, days = _clock(match)
                local = datetime.combine(day, clock, _offset(match["offset"]) or tz)
                moment = _utc(local + timedelta(days=days))
            except (ValueError, OverflowError):
                raise FieldError(time_element, "is not a time of day", found) from None
    if day is None or day_element is None:
        return moment, None
    try:
        return moment, _utc(datetime.combine(day, time(23, 59, 59), tz))
    except OverflowError:
        raise FieldError(day_element, "is out of range", text(day_element)) from None
