"""What to start, replace, stop or leave, given what is wanted and what is held. Pure.

    assignments, what runs --decide--> steps --supervisor--> processes

Nothing here reads a clock, starts a process or looks at a lock.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Want:
    """What an assignment asks for."""

    assignment: str
    hash: str
    fence: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Have:
    """What this worker holds of a job."""

    assignment: str
    hash: str
    fence: int
    phase: Literal["up", "stopping", "ended"]
    """`up`: runs or will be started again; `ended`: completed, stopped or failed for good."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do about one job."""

    job: str
    kind: Literal["start", "replace", "adopt", "stop", "forget", "refuse"]
    """`adopt`: the same text under a newer assignment, no restart. `refuse`: an older fence."""


def decide(wanted: Mapping[str, Want], held: Mapping[str, Have]) -> list[Step]:
    """Steps for the full list of assignments: what is not wanted any more is stopped."""
    steps = [step for job in sorted(wanted) for step in decide_one(job, wanted[job], held.get(job))]
    for job in sorted(held.keys() - wanted.keys()):
        match held[job].phase:
            case "up":
                steps.append(Step(job, "stop"))
            case "ended":
                steps.append(Step(job, "forget"))
            case "stopping":
                pass
    return steps


def decide_one(job: str, want: Want, have: Have | None) -> list[Step]:
    """Steps for one assignment; none when it is already so."""
    if have is None:
        return [Step(job, "start")]
    if want.fence < have.fence:
        return [Step(job, "refuse")]
    same = want.assignment == have.assignment and want.hash == have.hash
    if same and have.phase != "stopping":
        return []
    if have.phase == "ended":
        return [Step(job, "start")]
    if have.phase == "up" and want.hash == have.hash:
        return [Step(job, "adopt")]
    return [Step(job, "replace")]
