"""When triggers fire, and the windows of the runs."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from lyftdata.core.event import Json
from lyftdata.engine.schedule import Firing, draw_offset, first_firing, next_firing, run_window
from lyftdata.spec.trigger import TriggerSpec

S = 1_000_000_000
NOW = 1_700_000_000 * S  # 22:13:20 UTC


def trigger(value: Json) -> TriggerSpec:
    return TriggerSpec.model_validate(value)


def test_an_interval_fires_at_once_and_then_equally_spaced() -> None:
    every = trigger({"interval": "30s"})
    first = first_firing(every, NOW, 0)
    second = next_firing(every, first, NOW + 5 * S, 0)
    assert (first.at_ns, second) == (NOW, Firing(NOW + 30 * S, NOW + 30 * S))


def test_ticks_that_passed_during_a_run_are_left_out() -> None:
    every = trigger({"interval": "30s"})
    late = next_firing(every, Firing(NOW, NOW), NOW + 100 * S, 0)
    assert late == Firing(NOW + 120 * S, NOW + 120 * S)


def test_an_interval_of_zero_fires_once() -> None:
    assert next_firing(trigger({"interval": "0s"}), Firing(NOW, NOW), NOW, 0) is None


def test_cron_fires_at_clock_times_moved_by_the_offset() -> None:
    hourly = trigger({"cron": "0 0 * * * *"})
    first = first_firing(hourly, NOW, 7 * S)
    assert first.nominal_ns % (3600 * S) == 0
    assert first.at_ns == first.nominal_ns + 7 * S
    second = next_firing(hourly, first, first.at_ns, 7 * S)
    assert second is not None
    assert second.nominal_ns == first.nominal_ns + 3600 * S


def test_immediate_cron_fires_at_the_start_too() -> None:
    both = trigger({"cron": {"cron": "0 0 * * * *", "immediate": True}})
    assert first_firing(both, NOW, 0).at_ns == NOW


def test_the_offset_stays_below_its_bound() -> None:
    jittered = trigger({"interval": {"duration": "1m", "random-offset": "5s"}})
    assert 0 <= draw_offset(jittered, random.Random(1)) < 5 * S


def test_a_window_is_as_long_as_the_interval_and_moved_back() -> None:
    windowed = trigger({"interval": {"duration": "5m", "window": {"offset": "1m"}}})
    assert run_window(windowed, Firing(NOW, NOW), None) == (NOW - 360 * S, NOW - 60 * S)


def test_a_window_goes_on_where_the_last_one_ended() -> None:
    windowed = trigger({"interval": {"duration": "5m", "window": {"size": "5m"}}})
    assert run_window(windowed, Firing(NOW, NOW), NOW - 900 * S) == (NOW - 900 * S, NOW)


def test_the_first_window_begins_at_the_start_time() -> None:
    start = {"start-time": "2023-11-14 00:00:00"}
    windowed = trigger({"interval": {"duration": "5m", "window": {"start": start}}})
    assert run_window(windowed, Firing(NOW, NOW), None) == (1_699_920_000 * S, NOW)


@given(now=st.integers(NOW, NOW + 10**15), spent=st.integers(0, 10**13))
def test_firings_move_forward(now: int, spent: int) -> None:
    for spec in ({"interval": "90s"}, {"cron": "*/7 * * * * *"}):
        one = trigger(spec)
        first = first_firing(one, now, S)
        second = next_firing(one, first, first.at_ns + spent, S)
        assert second is not None
        assert second.at_ns > first.at_ns
        assert second.at_ns >= first.at_ns + spent or spent == 0
