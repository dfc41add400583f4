"""Cron: six fields, seconds first, in UTC."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lyftdata.times import CronError, check_cron, compile_parser, format_time, next_fire

READ = compile_parser("default_iso")


@pytest.mark.spec("JOB-6:cron")
@pytest.mark.parametrize(
    ("expression", "after", "fires"),
    [
        ("0 */5 * * * *", "2024-02-28T23:57:01Z", "2024-02-29T00:00:00"),
        ("*/10 * * * * *", "2024-01-01T00:00:00Z", "2024-01-01T00:00:10"),
        ("*/10 * * * * *", "2024-01-01T00:00:09.999999999Z", "2024-01-01T00:00:10"),
        ("0 0 0 29 2 *", "2025-01-01T00:00:00Z", "2028-02-29T00:00:00"),
        ("0 30 9 * * MON-FRI", "2024-01-06T00:00:00Z", "2024-01-08T09:30:00"),
        ("0 0 0 * * 7", "2024-01-01T00:00:00Z", "2024-01-07T00:00:00"),
        ("@hourly", "2024-01-01T00:00:00Z", "2024-01-01T01:00:00"),
        ("@daily", "2024-01-01T00:00:00Z", "2024-01-02T00:00:00"),
        ("@weekly", "2024-01-01T00:00:00Z", "2024-01-07T00:00:00"),
        ("@monthly", "2024-01-01T00:00:00Z", "2024-02-01T00:00:00"),
        (" @Yearly ", "2024-01-01T00:00:00Z", "2025-01-01T00:00:00"),
    ],
)
def test_next_fire(expression: str, after: str, fires: str) -> None:
    assert format_time(next_fire(expression, READ(after)), "%FT%T") == fires


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        ("*/5 * * * *", r"six are needed, seconds first: '0 \*/5 \* \* \* \*'"),
        ("* * * * * * *", "7 fields"),
        ("", "0 fields"),
        ("61 * * * * *", "Bad second"),
        ("* * * * * MOO", "Bad day-of-week"),
        ("@never", "@hourly"),
        ("0 0 0 30 2 *", "Bad day-of-month|never fires"),
        ("*/0 * * * * *", "Bad second"),
        ("0,/" * 300 + " * * * * *", ""),
        ("0" * 5000 + " * * * * *", "at most 1000"),
        ("9" * 900 + " * * * * *", "Bad second"),
    ],
)
def test_bad_expression(expression: str, reason: str) -> None:
    with pytest.raises(CronError, match=reason or "Bad"):
        check_cron(expression)


@given(after=st.integers(0, 4_000_000_000 * 10**9), step=st.integers(1, 59))
def test_fires_after_and_moves_on(after: int, step: int) -> None:
    expression = f"*/{step} * * * * *"
    first = next_fire(expression, after)
    assert after < first <= after + 60 * 10**9
    assert next_fire(expression, first - 1) == first
    assert next_fire(expression, first) > first
