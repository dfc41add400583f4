"""Timestamps of every format to exact nanoseconds and back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lyftdata.times import (
    TimeFormatError,
    TimestampError,
    compile_formatter,
    compile_parser,
    format_time,
)

SECOND = 1_000_000_000
BILLION = 1_000_000_000 * SECOND
"""2001-09-09T01:46:40Z."""
MOMENTS = st.integers(-62_135_510_400 * SECOND, 253_402_214_400 * SECOND)


@pytest.mark.parametrize(
    ("fmt", "value", "ns"),
    [
        ("default_iso", "2001-09-09T01:46:40Z", BILLION),
        ("default_iso", "2001-09-09 01:46:40", BILLION),
        ("default_iso", "2001-09-09T01:46:40.000000001Z", BILLION + 1),
        ("default_iso", "2001-09-09T01:46:40,5+00:00", BILLION + SECOND // 2),
        ("default_iso", "2001-09-09T03:46:40.1234567899+0200", BILLION + 123_456_789),
        ("default_iso", "2001-09-08T20:46:40-05", BILLION),
        ("default_iso", "1970-01-02", 86_400 * SECOND),
        ("default_iso", "0001-01-02T00:00Z", -62_135_510_400 * SECOND),
        ("epoch_secs", 1_000_000_000, BILLION),
        ("epoch_secs", "1000000000.000000001", BILLION + 1),
        ("epoch_secs", 1000000000.123, BILLION + 123_000_000),
        ("epoch_secs", " -1.5 ", -SECOND * 3 // 2),
        ("epoch_msecs", 1_000_000_000_001, BILLION + 1_000_000),
        ("epoch_msecs", "1000000000000.000001", BILLION + 1),
        ("epoch_usecs", 1, 1_000),
        ("epoch_nsecs", BILLION + 1, BILLION + 1),
        ("%d/%b/%Y:%H:%M:%S %z", "09/Sep/2001:03:46:40 +0200", BILLION),
        ("%d/%b/%Y:%H:%M:%S %z", "09/sep/2001:01:46:40 Z", BILLION),
        ("%Y-%m-%d %H:%M:%S.%f", "2001-09-09 01:46:40.000000001", BILLION + 1),
        ("%Y-%m-%d %H:%M:%S,%3f", "2001-09-09 01:46:40,007", BILLION + 7_000_000),
        ("%Y-%m-%dT%H:%M:%S%.f%:z", "2001-09-09T01:46:40+00:00", BILLION),
        ("%+", "2001-09-09T01:46:40.5Z", BILLION + SECOND // 2),
        ("%a %b %e %T %Y", "Sun Sep  9 01:46:40 2001", BILLION),
        ("%c", "Sun Sep  9 01:46:40 2001", BILLION),
        ("%A, %d %B %y %I:%M %p", "Sunday, 09 September 01 01:46 AM", BILLION - 40 * SECOND),
        ("%D %r", "09/09/01 12:00:00 AM", BILLION - 6_400 * SECOND),
        ("%Y%j", "2001252", BILLION - 6_400 * SECOND),
        ("%y%m%d %H%M%S", "010909 014640", BILLION),
        ("%s", "1000000000", BILLION),
        ("%s.%3f", "1000000000.250", BILLION + SECOND // 4),
        ("%F %T UTC", "2001-09-09 01:46:40 UTC", BILLION),
        ("%Y", "1970", 0),
        ("%F %T", "2016-12-31 23:59:60", 1_483_228_800 * SECOND),
    ],
)
def test_parsed_exactly(fmt: str, value: Any, ns: int) -> None:
    parse = compile_parser(fmt)
    assert parse(value) == ns
    assert parse(value) == ns


@pytest.mark.parametrize(
    ("fmt", "value"),
    [
        ("default_iso", ""),
        ("default_iso", "yesterday"),
        ("default_iso", "2001-02-29T00:00:00Z"),
        ("default_iso", "2001-13-01"),
        ("default_iso", "2001-01-01T24:00:00Z"),
        ("default_iso", "2001-01-01T00:61:00Z"),
        ("default_iso", "2001-01-01T00:00:61Z"),
        ("default_iso", "2001-01-01T00:00:00+25:00"),
        ("default_iso", "0000-01-01"),
        ("default_iso", "9999-12-31T23:59:59Z"),
        ("default_iso", "２001-01-01"),
        ("default_iso", "2001-01-01T00:00:00Z" + "0" * 100_000),
        ("default_iso", 5),
        ("default_iso", None),
        ("epoch_secs", "x"),
        ("epoch_secs", "1_0"),
        ("epoch_secs", "1e999999"),
        ("epoch_secs", "nan"),
        ("epoch_secs", float("inf")),
        ("epoch_secs", True),
        ("epoch_secs", 10**4000),
        ("epoch_secs", "9" * 5000),
        ("epoch_secs", None),
        ("epoch_secs", []),
        ("%d/%b/%Y", "31/Feb/2001"),
        ("%d/%b/%Y", "1/Foo/2001"),
        ("%d/%b/%Y", 5),
        ("%I:%M %p %F", "13:00 PM 2001-01-01"),
        ("%s", True),
        ("%Y%j", "2001366"),
    ],
)
def test_what_is_no_time_is_an_error_of_the_event(fmt: str, value: Any) -> None:
    with pytest.raises(TimestampError) as raised:
        compile_parser(fmt)(value)
    assert raised.value.kind == "invalid-timestamp"
    assert len(str(raised.value)) < 300


@pytest.mark.parametrize("fmt", ["%Q", "%", "%Y %Y", "%Y %y %U", "%H:%M", "x" * 300, "%b %d"])
def test_bad_format_for_reading(fmt: str) -> None:
    with pytest.raises(TimeFormatError):
        compile_parser(fmt)


@pytest.mark.parametrize("zone", ["Mars/Base", "", "../etc/passwd", "/etc/passwd", "a" * 5000])
def test_unknown_zone(zone: str) -> None:
    with pytest.raises(TimeFormatError, match="IANA"):
        compile_parser("%Y", zone)


def test_local_times_of_a_zone_with_clock_changes() -> None:
    berlin = compile_parser("%F %T", "Europe/Berlin")
    utc = compile_parser("default_iso")
    assert berlin("2024-07-01 12:00:00") == utc("2024-07-01T10:00:00Z")
    assert berlin("2024-10-27 02:30:00") == utc("2024-10-27T00:30:00Z"), "the earlier of two"
    assert berlin("2024-03-31 02:30:00") == utc("2024-03-31T01:30:00Z"), "skipped: offset before"


@dataclass
class At:
    ns: int

    def wall_ns(self) -> int:
        return self.ns

    def monotonic_ns(self) -> int:
        return 0


@pytest.mark.parametrize(
    ("now", "text", "read"),
    [
        ("2024-01-01T00:05:00Z", "Dec 31 23:59:00", "2023-12-31T23:59:00Z"),
        ("2023-12-31T23:59:00Z", "Jan  1 00:00:01", "2024-01-01T00:00:01Z"),
        ("2024-07-01T00:00:00Z", "Jun 30 12:00:00", "2024-06-30T12:00:00Z"),
        ("2025-02-01T00:00:00Z", "Feb 29 00:00:00", "2024-02-29T00:00:00Z"),
    ],
)
def test_format_without_year_takes_the_nearest(now: str, text: str, read: str) -> None:
    utc = compile_parser("default_iso")
    assert compile_parser("%b %d %T", clock=At(utc(now)))(text) == utc(read)


def test_format_without_date_is_today() -> None:
    utc = compile_parser("default_iso")
    parse = compile_parser("%H:%M", "Asia/Tokyo", clock=At(utc("2024-07-01T23:00:00Z")))
    assert parse("08:30") == utc("2024-07-01T23:30:00Z")


@pytest.mark.parametrize(
    ("fmt", "text"),
    [
        ("default_iso", "2001-09-09T01:46:40.012Z"),
        ("epoch_secs", 1_000_000_000),
        ("epoch_msecs", 1_000_000_000_012),
        ("epoch_nsecs", BILLION + 12_345_678),
        ("%f %3f %6f %9f%.3f%.f", "012345678 012 012345 012345678.012.012345678"),
        ("%Y/%m/%d %-d %_H %e %k %l", "2001/09/09 9  1  9  1  1"),
        ("%a %A %b %B %h", "Sun Sunday Sep September Sep"),
        ("%I %p %P %j %u %w %U %W %V %G %g %C", "01 AM am 252 7 0 36 36 36 2001 01 20"),
        ("%z %:z %Z %s %% %n%t|", "+0000 +00:00 UTC 1000000000 % \n\t|"),
        ("%F %T %D %R %r", "2001-09-09 01:46:40 09/09/01 01:46 01:46:40 AM"),
    ],
)
def test_formatted(fmt: str, text: str | int) -> None:
    assert compile_formatter(fmt)(BILLION + 12_345_678) == text
    assert format_time(BILLION + 12_345_678, fmt) == text


def test_formatted_in_a_zone() -> None:
    assert compile_formatter("default_iso", "Asia/Kolkata")(BILLION) == (
        "2001-09-09T07:16:40.000+05:30"
    )


@pytest.mark.parametrize("ns", [10**30, -(10**30), 253_402_300_800 * SECOND])
def test_formatting_outside_the_calendar_is_an_error(ns: int) -> None:
    with pytest.raises(TimestampError):
        compile_formatter("%Y")(ns)


def test_a_formatter_remembers_seconds_not_fractions() -> None:
    write = compile_formatter("%T%.9f")
    assert [write(BILLION), write(BILLION + 1), write(BILLION + SECOND)] == [
        "01:46:40.000000000",
        "01:46:40.000000001",
        "01:46:41.000000000",
    ]


@given(ns=MOMENTS)
@pytest.mark.parametrize(
    "fmt",
    ["%+", "%Y-%m-%dT%H:%M:%S%.9f%z", "%d/%b/%Y:%H:%M:%S.%f %z", "%A %B %d %Y %I:%M:%S%.f %p"],
)
def test_what_is_written_reads_back_to_the_nanosecond(fmt: str, ns: int) -> None:
    text = compile_formatter(fmt)(ns)
    assert compile_parser(fmt)(text) == ns


@given(ns=MOMENTS)
def test_iso_and_epoch_texts_read_back(ns: int) -> None:
    assert compile_parser("default_iso")(format_time(ns, "%+")) == ns
    assert compile_parser("epoch_secs")(f"{Decimal(ns) / SECOND:f}") == ns
    assert compile_parser("default_iso")(format_time(ns, "default_iso")) == ns - ns % 1_000_000


@given(
    at=st.datetimes(datetime(2, 1, 1), datetime(9998, 1, 1)),
    minutes=st.integers(-23 * 60, 23 * 60),
)
def test_offsets_agree_with_the_calendar_library(at: datetime, minutes: int) -> None:
    moment = at.replace(tzinfo=timezone(timedelta(minutes=minutes)))
    expected = (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1) * 1000
    assert compile_parser("default_iso")(moment.isoformat()) == expected
    assert compile_parser("%Y-%m-%dT%H:%M:%S%.f%:z")(moment.isoformat()) == expected


@given(text=st.text(alphabet="0123456789-:TZ+., /%", max_size=40))
def test_any_text_is_a_time_or_an_error(text: str) -> None:
    for fmt in ("default_iso", "epoch_secs", "%d/%m/%Y %H:%M"):
        try:
            assert isinstance(compile_parser(fmt)(text), int)
        except TimestampError:
            continue
