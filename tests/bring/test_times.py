"""Every spelling of a time or a date."""

from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from bring.documents import InventoryReport
from bring.fields import FieldError
from bring.span import Span, happened
from bring.times import NotSet, parse_date, period_end, span_at, zone

OSLO = ZoneInfo("Europe/Oslo")


def told(text: str, tz: tzinfo = OSLO) -> Span | None:
    root = etree.Element("r")
    etree.SubElement(root, "t").text = text
    return span_at(root, tz, "t")


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
        # Digits that make a date of this century are one (EDI's CCYYMMDDHHMM, YYMMDDHHMM).
        ("202607151130", datetime(2026, 7, 15, 9, 30)),
        ("201904131700", datetime(2019, 4, 13, 15, 0)),
        ("2607151130", datetime(2026, 7, 15, 9, 30)),
        ("1784107800000", datetime(2026, 7, 15, 9, 30)),
        ("1784107800000.0", datetime(2026, 7, 15, 9, 30)),
        ("999999999999", datetime(2001, 9, 9, 1, 46, 39, 999000)),
        # Midnight elsewhere is an instant, and so is 24:00: a day's end.
        ("2026-07-15T00:00:00Z", datetime(2026, 7, 15, 0, 0)),
        ("2026-07-15T24:00:00", datetime(2026, 7, 15, 22, 0)),
        ("2026-07-15T00:00:01", datetime(2026, 7, 14, 22, 0, 1)),
        ("2026-07-15T00:00:00.5", datetime(2026, 7, 14, 22, 0, 0, 500000)),
        # The hour that comes twice in autumn: the first. The one left out in spring: later.
        ("2026-10-25T02:30:00", datetime(2026, 10, 25, 0, 30)),
        ("2026-10-25T02:30:00+01:00", datetime(2026, 10, 25, 1, 30)),
        ("2026-03-29T02:30:00", datetime(2026, 3, 29, 1, 30)),
        ("  2026-01-15T11:30:00\n", datetime(2026, 1, 15, 10, 30)),
    ],
)
def test_a_time_is_an_instant_in_utc(text: str, expected: datetime) -> None:
    assert told(text) == Span.at(expected.replace(tzinfo=UTC))


@pytest.mark.parametrize(
    "text",
    [
        "2026-07-15",
        "20260715",
        "260715",
        "2026-07-15+02:00",
        "2026-07-15T00:00:00",
        "2026-07-15T00:00:00.000",
        "2026-07-15T00:00",
        "2026-07-15 00:00:00",
        "2026-07-15T00:00:00+02:00",
        "2026-07-14T22:00:00Z",
        "20260715000000",
        "202607150000",
        "2607150000",
        "1784066400000",
    ],
)
def test_a_local_midnight_and_a_bare_date_say_the_day(text: str) -> None:
    start, end = datetime(2026, 7, 14, 22), datetime(2026, 7, 15, 21, 59, 59)
    assert told(text) == Span(start.replace(tzinfo=UTC), end.replace(tzinfo=UTC))


def test_a_day_may_have_23_or_25_hours_or_no_midnight() -> None:
    lengths = {told(text) for text in ("2026-03-29", "2026-10-25T00:00:00")}
    assert {(span.end - span.start).total_seconds() for span in lengths if span} == {
        23 * 3600 - 1,
        25 * 3600 - 1,
    }
    cairo = ZoneInfo("Africa/Cairo")  # summer time begins at midnight: there is none
    assert told("2026-04-24", cairo) == told("2026-04-24T00:00:00", cairo)
    start = datetime(2026, 4, 23, 22, tzinfo=UTC)
    assert told(str(int(start.timestamp() * 1000)), cairo) == Span.day(date(2026, 4, 24), cairo)


def test_an_empty_time_is_none() -> None:
    assert told(" ") is None


@pytest.mark.parametrize(
    "text",
    [
        "0",
        "00000000",
        "000000000000",
        "0000-00-00",
        "0001-01-01",
        "0001-01-01T00:00:00",
        "0001-01-01T00:00:00Z",
        "1753-01-01",
        "1899-12-30",
        "1900-01-01T00:00:00",
        "19000101",
        "1970-01-01",
        "1970-01-01T00:00:00Z",
        "1970-01-01T01:00:00+01:00",
        "9999-12-31",
        "9999-12-31 T00:00:00",
        "9999-12-31T23:59:59-12:00",
    ],
)
def test_what_stands_for_no_time_is_said_to(text: str) -> None:
    with pytest.raises(FieldError, match="says that none is set"):
        told(text)


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
        ("201501010000", date(2015, 1, 1)),
        ("1420066800000", date(2015, 1, 1)),
        ("1999-12-31", date(1999, 12, 31)),
    ],
)
def test_a_date_is_a_local_day(text: str, expected: date) -> None:
    assert parse_date(text, OSLO) == expected


@pytest.mark.parametrize("text", ["9999-12-31", "0001-01-01", "1900-01-01", "0"])
def test_a_date_that_stands_for_none_is_said_to(text: str) -> None:
    with pytest.raises(NotSet):
        parse_date(text, OSLO)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("1066-10-14", "is before 1970"),
        ("1969-12-31", "is before 1970"),
        ("1976-03-24", "is before 2000"),
        ("197603241131", "is before 2000"),
        ("190327163900", "is before 2000"),
        ("946000000000", "is before 2000"),
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
        ("9998-12-31T23:59:59+99:00", "is not a date or time"),
        ("1607151130", "is not a date or time"),  # or seconds since 1970
        ("1", "is not a date or time"),
    ],
)
def test_what_is_no_date_is_said_to_be_none(text: str, reason: str) -> None:
    with pytest.raises(FieldError) as raised:
        told(text)
    assert (raised.value.reason, raised.value.value) == (reason, text)


@given(st.datetimes(datetime(2001, 9, 10), datetime(2200, 1, 1)), st.integers(-14 * 60, 14 * 60))
def test_an_instant_is_the_same_in_every_spelling(naive: datetime, offset: int) -> None:
    instant = naive.replace(microsecond=naive.microsecond // 1000 * 1000, tzinfo=UTC)
    local = instant.astimezone(OSLO)
    day = Span.day(local.date(), OSLO)
    expected = day if instant == day.start else Span.at(instant)
    there = instant.astimezone(timezone(timedelta(minutes=offset)))
    assert told(there.isoformat()) == expected
    assert told(instant.isoformat().replace("+00:00", "Z")) == expected
    milliseconds = str((instant - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1))
    assert told(milliseconds) == expected
    if local.fold == 0:
        assert told(local.replace(tzinfo=None).isoformat()) == expected
        minutes = local.replace(second=0, microsecond=0, tzinfo=None)
        if minutes.year < 2100:
            assert told(f"{minutes:%Y%m%d%H%M}") == told(minutes.isoformat())


@given(st.one_of(st.text(max_size=30), st.integers(0, 10**14).map(str)))
def test_no_text_crashes_the_reader_of_dates(text: str) -> None:
    try:
        assert parse_date(text.strip(), OSLO).year >= 1970
    except ValueError as error:
        assert str(error) in ("is not a date or time", "is before 1970", "says that none is set")


DAY = Span.day(date(2026, 7, 15), OSLO)


def instant(*parts: int) -> Span:
    return Span.at(datetime(*parts, tzinfo=UTC))  # type: ignore[arg-type,misc]


@pytest.mark.parametrize(
    ("end_date", "end_time", "expected"),
    [
        ("2026-07-15", "11:14:00", instant(2026, 7, 15, 9, 14)),
        ("2026-07-15", "11:14", instant(2026, 7, 15, 9, 14)),
        ("2026-07-15", "11:30:00.0000000+03:00", instant(2026, 7, 15, 8, 30)),
        ("2026-01-15", "24:00:00", instant(2026, 1, 15, 23)),
        ("2026-07-15", "", DAY),
        ("2026-07-15", "00:00:00", DAY),
        ("2026-07-15", "00:00:00+02:00", DAY),
        ("2026-07-15", "00:00:00Z", instant(2026, 7, 15, 0, 0)),
        ("2026-07-15T00:00:00", "", DAY),
        ("1784066400000", "", DAY),
        ("1784066400000", "1784066400000", DAY),
        ("2026-01-15T11:14:00", "", instant(2026, 1, 15, 10, 14)),
        ("1784066400000", "11:14:00", instant(2026, 7, 15, 9, 14)),
        ("1784107800000", "1784107800000", instant(2026, 7, 15, 9, 30)),
        ("1784107800000", "1784066400000", instant(2026, 7, 15, 9, 30)),
        ("", "", None),
    ],
)
def test_a_period_ends_at_its_date_and_time(
    end_date: str, end_time: str, expected: Span | None
) -> None:
    period = etree.Element("reportingPeriod")
    etree.SubElement(period, "endTime").text = end_time
    etree.SubElement(period, "endDate").text = end_date
    assert period_end(period, OSLO) == expected


@pytest.mark.parametrize("end_time", ["25:00:00", "noon", "11:30:00+99:00"])
def test_a_wrong_time_of_day_is_pointed_out(end_time: str) -> None:
    period = etree.Element("reportingPeriod")
    etree.SubElement(period, "endDate").text = "2026-07-15"
    etree.SubElement(period, "endTime").text = end_time
    with pytest.raises(FieldError, match="is not a (date or time|time of day)"):
        period_end(period, OSLO)


@pytest.mark.parametrize(
    ("moved", "written", "expected"),
    [
        (instant(2026, 7, 15, 8, 0), instant(2026, 7, 15, 15, 0), instant(2026, 7, 15, 8, 0)),
        (DAY, instant(2026, 7, 15, 15, 0), Span(DAY.start, datetime(2026, 7, 15, 15, tzinfo=UTC))),
        (DAY, instant(2026, 7, 16, 1, 0), DAY),
        (DAY, instant(2026, 7, 14, 12, 0), DAY),
        (DAY, DAY, DAY),
        (DAY, None, DAY),
        (
            None,
            instant(2026, 7, 15, 0, 10),
            Span(
                datetime(2026, 7, 14, 0, 10, tzinfo=UTC), datetime(2026, 7, 15, 0, 10, tzinfo=UTC)
            ),
        ),
        (None, None, None),
    ],
)
def test_what_moved_moved_before_it_was_written(
    moved: Span | None, written: Span | None, expected: Span | None
) -> None:
    assert happened(moved, written) == expected


@pytest.mark.parametrize(
    ("kind", "ends", "written", "expected"),
    [
        ("status", DAY, instant(2026, 7, 15, 3, 30), instant(2026, 7, 15, 3, 30)),
        ("status", DAY, instant(2026, 7, 16, 3, 30), DAY),
        ("status", DAY, DAY, DAY),
        ("status", instant(2026, 7, 15, 9), instant(2026, 7, 15, 10), instant(2026, 7, 15, 9)),
        ("status", None, instant(2026, 7, 15, 10), instant(2026, 7, 15, 10)),
        (
            "activity",
            DAY,
            instant(2026, 7, 15, 15),
            Span(DAY.start, datetime(2026, 7, 15, 15, tzinfo=UTC)),
        ),
        ("activity", instant(2026, 7, 15, 9), None, instant(2026, 7, 15, 9)),
    ],
)
def test_a_report_is_of_when_it_was_written_on_its_day(
    kind: str, ends: Span | None, written: Span | None, expected: Span
) -> None:
    report = InventoryReport(position=1, type=kind, ends=ends, created_at=written)
    assert report.event == expected


def test_a_time_zone_comes_by_name_or_as_an_object() -> None:
    assert zone("Europe/Oslo") == OSLO
    assert zone(OSLO) is OSLO
    assert zone(UTC) is UTC
