"""What follows the end of a job process: a pure decision."""

from __future__ import annotations

import signal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lyftdata.worker.lives import CRASH_MAX_S, Life, Past, Verdict, judge

KILLED = Life(position="p1", seconds=1.0, ended="", exit_code=-signal.SIGSEGV)


def lived(*lives: Life) -> Verdict:
    past = Past()
    for life in lives:
        verdict = judge(past, life)
        past = verdict.past
    return verdict


def test_three_deaths_at_one_position_make_the_next_life_careful() -> None:
    assert not lived(KILLED, KILLED).past.careful
    assert lived(KILLED, KILLED, KILLED).past.careful


def test_an_event_that_does_not_fit_into_memory_counts_as_a_death() -> None:
    full = Life(position="p1", seconds=1.0, ended="failed", code="out-of-memory", reason="full")
    assert lived(full, full, full).past.careful
    assert lived(full).code == "out-of-memory"


def test_deaths_at_different_positions_are_no_poison() -> None:
    other = Life(position="p2", seconds=1.0, ended="", exit_code=-9)
    assert not lived(KILLED, KILLED, other, KILLED).past.careful


def test_a_death_names_its_signal_and_last_words() -> None:
    life = Life(position="p", seconds=1, ended="", exit_code=-11, last_words="bad pointer")
    assert judge(Past(), life).reason == "the job process was killed by SIGSEGV: bad pointer"


def test_the_watchdog_says_so() -> None:
    life = Life(position="p", seconds=90, ended="", exit_code=-9, stalled=True)
    assert judge(Past(), life).code == "job-stalled"


@given(st.integers(0, 1000), st.floats(0, 1, exclude_max=True))
def test_pauses_grow_but_stay_bounded(attempts: int, jitter: float) -> None:
    pause = judge(Past(attempts=attempts), KILLED, jitter=jitter).pause_s
    assert pause is not None
    assert 0.2 <= pause <= CRASH_MAX_S


def test_a_long_life_forgives_earlier_failures() -> None:
    life = Life(position="p", seconds=3600, ended="", exit_code=-9)
    assert judge(Past(attempts=9), life).past.attempts == 1


@pytest.mark.parametrize("code", ["job-aborted", "invalid", "hash-mismatch", "stale-fence"])
def test_what_only_a_change_can_mend_is_not_tried_again(code: str) -> None:
    life = Life(position="p", seconds=1, ended="failed", reason="no", code=code)
    assert judge(Past(), life).pause_s is None


def test_other_failures_are_tried_again_later() -> None:
    life = Life(position="p", seconds=1, ended="failed", reason="no permission", code="denied")
    verdict = judge(Past(), life)
    assert verdict.state == "failed"
    assert verdict.pause_s


def test_completed_stays_completed() -> None:
    assert judge(Past(), Life(position="p", seconds=1, ended="completed")).pause_s is None


def test_a_kill_at_the_drain_deadline_is_told() -> None:
    life = Life(position="p", seconds=1, ended="", exit_code=-9, wanted=True)
    verdict = judge(Past(), life)
    assert (verdict.state, verdict.code) == ("stopped", "drain-timeout")
