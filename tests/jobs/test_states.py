"""How assignments move: by what workers say, by lost leases, by deadlines."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

from hypothesis import given
from hypothesis import strategies as st

from lyftdata.jobs.model import Assignment, AssignmentState, JobRecord, Reported
from lyftdata.jobs.states import (
    TERMINAL,
    accepts,
    after_deadline,
    after_loss,
    after_report,
    job_status,
    overdue,
    waits_too_long,
)

PENDING = Assignment(
    id="a1",
    job="j",
    worker="w",
    version=1,
    fence=7,
    wanted="run",
    state="pending",
    reason="",
    since_ns=1,
    deadline_ns=10,
    text="",
    hash_wanted="h",
)
JOB = JobRecord(name="j", draft="x", draft_valid=True, revision=1, created_ns=1, updated_ns=1)
states = st.sampled_from(get_args(AssignmentState))


def said(state: str, *, fence: int = 7) -> Reported:
    return Reported(job="j", assignment="a1", version=1, hash="h", fence=fence, state=state)


@given(fence=st.integers(0, 20), state=states)
def test_only_the_present_fence_is_believed(fence: int, state: str) -> None:
    assert accepts(PENDING, said(state, fence=fence)) == (fence == 7)


def test_an_unknown_state_is_not_believed() -> None:
    assert not accepts(PENDING, said("dancing"))


def test_progress_extends_the_time_for_applying() -> None:
    first = after_report(PENDING, said("applying"), now_ns=100)
    second = after_report(first, said("applying"), now_ns=200)
    assert second.deadline_ns > first.deadline_ns
    assert second.since_ns == first.since_ns


def test_draining_gets_its_time_once() -> None:
    stopping = replace(PENDING, wanted="stop", state="stopping", deadline_ns=500)
    assert after_report(stopping, said("running"), now_ns=400) == replace(
        stopping, hash_reported="h"
    )


def test_a_lost_worker_leaves_what_has_ended_alone() -> None:
    stopped = replace(PENDING, state="stopped")
    assert after_loss(stopped, now_ns=9) is stopped
    assert after_loss(replace(PENDING, state="running"), now_ns=9).state == "lost"


@given(state=states, now=st.integers(1, 10**12), online=st.booleans())
def test_a_passed_deadline_sets_a_later_one_with_the_reason(
    state: AssignmentState, now: int, *, online: bool
) -> None:
    late = replace(PENDING, state=state, deadline_ns=1)
    after = after_deadline(late, online=online, now_ns=now)
    assert not overdue(after, now_ns=now)
    assert after.deadline_ns > now
    assert "'w'" in after.reason


@given(state=states, online=st.booleans())
def test_who_did_not_answer_in_time_is_shown_until_it_does(
    state: AssignmentState, *, online: bool
) -> None:
    late = after_deadline(replace(PENDING, state=state), online=online, now_ns=100)
    assert waits_too_long(late, now_ns=101) == (state not in TERMINAL)
    answered = after_report(late, said("running"), now_ns=200)
    assert not waits_too_long(answered, now_ns=10**15)


def test_a_start_that_was_planned_and_did_not_come_is_shown() -> None:
    failed = replace(PENDING, state="failed", deadline_ns=0, next_try_ns=100)
    assert not waits_too_long(failed, now_ns=200)
    assert waits_too_long(failed, now_ns=10**12)


@given(st.lists(states, min_size=1, max_size=4))
def test_a_job_with_a_failure_shows_it(found: list[AssignmentState]) -> None:
    assignments = [replace(PENDING, state=one) for one in found]
    status = job_status(JOB, assignments)
    assert (status.state == "failed") == ("failed" in found)
    assert (status.state in {"stopped", "completed"}) == (set(found) <= TERMINAL - {"failed"})
    assert status.reason
