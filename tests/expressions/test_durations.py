"""Durations as people write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lyftdata.expressions import DurationError, format_duration, parse_duration
from lyftdata.expressions.durations import MAX_DURATION_NS

SECOND = 1_000_000_000


@pytest.mark.parametrize(
    ("text", "ns"),
    [
        ("0", 0),
        ("0s", 0),
        ("30s", 30 * SECOND),
        ("500ms", 500_000_000),
        ("36h45m", 132_300 * SECOND),
        ("1.5h", 5_400 * SECOND),
        (" 1 day 2 hours ", 93_600 * SECOND),
        ("1w", 604_800 * SECOND),
        ("3us4ns", 3_004),
        ("5Min", 300 * SECOND),
    ],
)
def test_duration_is_exact(text: str, ns: int) -> None:
    assert parse_duration(text) == ns


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        ("30", "30s"),
        ("5x", "units are"),
        ("5M", "units are"),
        ("-5s", "cannot read"),
        ("s", "cannot read"),
        ("0.5ns", "whole number"),
        ("999999w", "292 years"),
        ("9" * 30 + "s", "292 years"),
        ("9" * 100_000, "no duration"),
        ("1s" * 50_000 + "?", "cannot read"),
        ("5s junk", "cannot read"),
    ],
)
def test_no_duration(text: str, reason: str) -> None:
    with pytest.raises(DurationError, match=reason):
        parse_duration(text)


@given(st.integers(0, MAX_DURATION_NS))
def test_formatting_reads_back(ns: int) -> None:
    assert parse_duration(format_duration(ns)) == ns
