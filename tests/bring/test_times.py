"""Every spelling of a time or a date."""

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from bring.fields import FieldError
from bring.times import moment_at, parse_date, period_end, zone

OSLO = ZoneInfo("Europe/Oslo")


def moment(text: str) -> datetime | None:
    root = etree.Element("r")
    etree.SubElement(root, "t").text = text
    return moment_at(root, OSLO, "t")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-01-15T11:30:00", datetime(2026, 1, 15, 10, 30)),
        ("2026-07-15T11:30:00", datetime(2026, 7, 15, 9, 30)),
        ("2026-07-15T11:30:00.0000000+03:00", datetime(2026, 7, 15, 8, 30)),
        ("2026-07-15T11:30:00.1234567Z", datetime(2026, 7, 15, 11, 30, 0, 123456)),
        ("2026-07-15t11:30:00z", datetime(2026, 7, 15, 11, 30)),
        ("2026-07-15 11:30", datetime(2026, 7, 15, 9, 30)),
        ("2026-07-15T11:30:00-0530", datetime(2026, 7, 15, 17, 0)),
        ("2026-07-15T11:30:00+02", datetime(2026, 7, 15, 9, 30)),
        ("20260715T113000", datetime(2026, 7, 15, 9, 30)),
        ("20260715113000", datetime(2026, 7, 15, 9, 30)),
        ("2026-07-15T24:00:00", datetime(2026, 7, 15, 22, 0)),
        ("1784107800000", datetime(2026, 7, 15, 9, 30)),
        ("999999999999", datetime(2001, 9, 9, 1, 46, 39, 999000)),
        ("2026-07-15", datetime(2026, 7, 14, 22, 0)),
        ("20260715", datetime(2026, 7, 14, 22, 0)),
        ("260715", datetime(2026, 7, 14, 22, 0)),
        # The hour that comes twice in autumn: the first. The one left out in spring: later.
        ("2026-10-25T02:30:00", datetime(2026, 10, 25, 0, 30)),
        ("2026-10-25T02:30:00+01:00", datetime(2026, 10, 25, 1, 30)),
        ("2026-03-29T02:30:00", datetime(2026, 3, 29, 1, 30)),
        ("  2026-01-15T11:30:00\n", datetime(2026, 1, 15, 10, 30)),
        ("", None),
    ],
)
def test_a_time_is_read_to_utc(text: str, expected: datetime | None) -> None:
    assert moment(text) == (expected and expected.replace(tzinfo=UTC))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("150101", date(2015, 1, 1)),
        ("150200", date(2015, 2, 28)),
        ("20150101", date(2015, 1, 1)),
        ("2015-01-01", date(2015, 1, 1)),
        ("2015-01-01+02:00", date(2015, 1, 1)),
        ("2015-01-01T00:00:00", date(2015, 1, 1)),
        ("2014-12-31T23:00:00Z", date(2015, 1, 1)),
        ("1420066800000", date(2015, 1, 1)),
        ("9999-12-31", date(9999, 12, 31)),
    ],
)
def test_a_date_is_a_local_day(text: str, expected: date) -> None:
    assert parse_date(text, OSLO) == expected


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("0001-01-01", "is before 1970"),
        ("0001-01-01T00:00:00", "is before 1970"),
        ("1969-12-31", "is before 1970"),
        ("2026-13-01", "is not a date or time"),
        ("2026-02-30", "is not a date or time"),
        ("2026-00-10", "is not a date or time"),
        ("2026-02-00", "is not a date or time"),
        ("2026-01-15T25:00:00", "is not a date or time"),
        ("2026-01-15T11:30:00+99:00", "is not a date or time"),
        ("2026-01-15T11", "is not a date or time"),
        ("15.01.2026", "is not a date or time"),
        ("tomorrow", "is not a date or time"),
        ("٢٠٢٦-٠١-١٥", "is not a date or time"),
        ("9999-12-31T23:59:59-12:00", "is not a date or time"),
        ("1", "is not a date or time"),
    ],
)
def test_what_is_no_date_is_said_to_be_none(text: str, reason: str) -> None:
    with pytest.raises(FieldError) as raised:
        moment(text)
    assert (raised.value.reason, raised.value.value) == (reason, text)


@given(st.datetimes(datetime(1971, 1, 1), datetime(2200, 1, 1)), st.integers(-14 * 60, 14 * 60))
def test_an_instant_is_the_same_in_every_spelling(naive: datetime, offset: int) -> None:
    instant = naive.replace(microsecond=naive.microsecond // 1000 * 1000, tzinfo=UTC)
    there = instant.astimezone(timezone(timedelta(minutes=offset)))
    assert moment(there.isoformat()) == instant
    assert moment(instant.isoformat().replace("+00:00", "Z")) == instant
    elapsed = instant - datetime(1970, 1, 1, tzinfo=UTC)
    milliseconds = str(elapsed // timedelta(milliseconds=1))
    if len(milliseconds) >= 12:
        assert moment(milliseconds) == instant
    local = instant.astimezone(OSLO)
    if local.fold == 0:
        assert moment(local.replace(tzinfo=None).isoformat()) == instant


@given(st.text(max_size=30))
def test_no_text_crashes_the_reader_of_dates(text: str) -> None:
    try:
        assert parse_date(text.strip(), OSLO).year >= 1970
    except ValueError as error:
        assert str(error) in ("is not a date or time", "is before 1970")


@pytest.mark.parametrize(
    ("end_date", "end_time", "at", "by"),
    [
        ("2026-07-15", "11:14:00", (2026, 7, 15, 9, 14), (2026, 7, 15, 21, 59, 59)),
        ("2026-07-15", "11:14", (2026, 7, 15, 9, 14), (2026, 7, 15, 21, 59, 59)),
        (
            "2026-07-15",
            "11:30:00.0000000+03:00",
            (2026, 7, 15, 8, 30),
            (2026, 7, 15, 21, 59, 59),
        ),
        ("2026-01-15", "24:00:00", (2026, 1, 15, 23), (2026, 1, 15, 22, 59, 59)),
        ("2026-01-15", "", None, (2026, 1, 15, 22, 59, 59)),
        ("2026-01-15T11:14:00", "", (2026, 1, 15, 10, 14), (2026, 1, 15, 22, 59, 59)),
        ("1784066400000", "11:14:00", (2026, 7, 15, 9, 14), (2026, 7, 15, 21, 59, 59)),
        ("1784107800000", "1784107800000", (2026, 7, 15, 9, 30), (2026, 7, 15, 21, 59, 59)),
        ("", "", None, None),
    ],
)
def test_a_period_ends_at_its_date_and_time(
    end_date: str, end_time: str, at: tuple[int, ...] | None, by: tuple[int, ...] | None
) -> None:
    period = etree.Element("reportingPeriod")
    etree.SubElement(period, "endTime").text = end_time
    etree.SubElement(period, "endDate").text = end_date
    expected = tuple(x and datetime(*x, tzinfo=UTC) for x in (at, by))  # type: ignore[arg-type,misc]
    assert period_end(period, OSLO) == expected


@pytest.mark.parametrize("end_time", ["25:00:00", "noon", "11:30:00+99:00"])
def test_a_wrong_time_of_day_is_pointed_out(end_time: str) -> None:
    period = etree.Element("reportingPeriod")
    etree.SubElement(period, "endDate").text = "2026-07-15"
    etree.SubElement(period, "endTime").text = end_time
    with pytest.raises(FieldError, match="is not a (date or time|time of day)"):
        period_end(period, OSLO)


def test_a_time_zone_comes_by_name_or_as_an_object() -> None:
    assert zone("Europe/Oslo") == OSLO
    assert zone(OSLO) is OSLO
    assert zone(UTC) is UTC
