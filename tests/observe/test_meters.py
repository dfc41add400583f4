"""Rates and totals from what workers report."""

from __future__ import annotations

from lyftdata.observe.meters import Meters

SECOND = 1_000_000_000


def rate(meters: Meters, now_s: float) -> float:
    return meters.rates("j", now_ns=int(now_s * SECOND))["received"]


def test_a_rate_is_the_mean_of_the_last_seconds_not_of_the_last_report() -> None:
    meters = Meters({})
    for second in range(1, 12):
        burst = 100 * (second // 5)  # a batch every five seconds
        meters.counters("j", "w", {"received": burst}, at_ns=second * SECOND)
    assert rate(meters, 11) == 20.0


def test_a_rate_that_nothing_confirms_is_zero() -> None:
    meters = Meters({})
    for second in (1, 2):
        meters.counters("j", "w", {"received": 10 * second}, at_ns=second * SECOND)
    assert (rate(meters, 2), rate(meters, 60)) == (10.0, 0.0)


def test_a_new_life_of_a_job_has_no_negative_rate() -> None:
    meters = Meters({})
    for second, received in ((1, 500), (2, 3), (3, 5)):
        meters.counters("j", "w", {"received": received}, at_ns=second * SECOND)
    assert rate(meters, 3) == 2.0
