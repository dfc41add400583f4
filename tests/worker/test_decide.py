"""What to start, replace, stop or leave: a pure decision."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from lyftdata.worker.decide import Have, Step, Want, decide, decide_one

names = st.sampled_from(["a", "b", "c"])
wants = st.builds(
    Want,
    assignment=st.sampled_from(["x", "y"]),
    hash=st.sampled_from(["h1", "h2"]),
    fence=st.integers(1, 3),
)
haves = st.builds(
    Have,
    assignment=st.sampled_from(["x", "y"]),
    hash=st.sampled_from(["h1", "h2"]),
    fence=st.integers(1, 3),
    phase=st.sampled_from(["up", "stopping", "ended"]),
)
wanted_jobs = st.dictionaries(names, wants)
held_jobs = st.dictionaries(names, haves)


def carried_out(
    steps: list[Step], wanted: dict[str, Want], held: dict[str, Have]
) -> dict[str, Have]:
    """Play a perfect supervisor."""
    after = dict(held)
    for step in steps:
        match step.kind:
            case "start" | "replace" | "adopt":
                want = wanted[step.job]
                after[step.job] = Have(
                    assignment=want.assignment, hash=want.hash, fence=want.fence, phase="up"
                )
            case "stop":
                after[step.job] = replace(after[step.job], phase="stopping")
            case "forget":
                del after[step.job]
            case "refuse":
                pass
    return after


@given(wanted=wanted_jobs, held=held_jobs)
def test_doing_it_twice_changes_nothing(wanted: dict[str, Want], held: dict[str, Have]) -> None:
    again = decide(wanted, carried_out(decide(wanted, held), wanted, held))
    assert all(step.kind == "refuse" for step in again)


@given(wanted=wanted_jobs, held=held_jobs)
def test_never_follows_an_older_fence(wanted: dict[str, Want], held: dict[str, Have]) -> None:
    after = carried_out(decide(wanted, held), wanted, held)
    assert all(after[job].fence >= held[job].fence for job in wanted.keys() & held.keys())


@given(wanted=wanted_jobs, held=held_jobs)
def test_one_step_a_job_at_most(wanted: dict[str, Want], held: dict[str, Have]) -> None:
    jobs = [step.job for step in decide(wanted, held)]
    assert len(jobs) == len(set(jobs))


@given(want=wants)
def test_what_completed_does_not_start_again_by_itself(want: Want) -> None:
    ended = Have(assignment=want.assignment, hash=want.hash, fence=want.fence, phase="ended")
    assert decide_one("a", want, ended) == []


def test_a_new_assignment_of_the_same_text_restarts_nothing() -> None:
    have = Have(assignment="x", hash="h1", fence=1, phase="up")
    want = Want(assignment="y", hash="h1", fence=2)
    assert decide_one("a", want, have) == [Step("a", "adopt")]


def test_what_is_not_wanted_is_stopped() -> None:
    have = Have(assignment="x", hash="h1", fence=1, phase="up")
    assert decide({}, {"a": have}) == [Step("a", "stop")]
