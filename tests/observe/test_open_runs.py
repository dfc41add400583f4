"""Counters of runs that go on."""

from __future__ import annotations

from lyftdata.observe.open_runs import OpenRuns
from lyftdata.wire.counting import grown


def test_a_run_counts_from_its_own_beginning() -> None:
    runs = OpenRuns()
    runs.began("r2", {"received": 100})
    runs.counted("r2", {"received": 130, "in_flight": 2})
    assert runs.counters("r2") == {"received": 30, "in_flight": 2}


def test_nothing_is_kept_of_a_run_that_ended() -> None:
    runs = OpenRuns()
    runs.began("r", {})
    runs.ended("r")
    runs.counted("r", {"received": 1})
    assert runs.counters("r") == {}


def test_totals_that_began_anew_count_from_zero() -> None:
    assert grown({"received": 3}, {"received": 100}) == {"received": 3}
