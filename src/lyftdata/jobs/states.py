"""How an assignment moves from state to state, and the one word for a whole job. Pure.

pending -> applying -> running <-> degraded -> stopping -> stopped
any of them -> lost (lease ended) -> what the worker reports; failed and completed end a life
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final, cast, get_args

from lyftdata.jobs.model import Assignment, AssignmentState, JobRecord, Reported, Status

SECOND: Final = 1_000_000_000
PENDING_NS: Final = 10 * SECOND
APPLYING_NS: Final = 30 * SECOND
DRAIN_NS: Final = 30 * SECOND

TERMINAL: Final = frozenset({"stopped", "failed", "completed"})
_STATES: Final = frozenset(get_args(AssignmentState))
_ALLOWANCE: Final = {"pending": PENDING_NS, "applying": APPLYING_NS, "stopping": DRAIN_NS}

LABELS: Final = {
    "pending": "Deploying",
    "applying": "Deploying",
    "running": "Running",
    "degraded": "Degraded",
    "stopping": "Shutting down",
    "stopped": "Stopped",
    "failed": "Failed",
    "completed": "Completed",
    "lost": "Unknown",
}
_LATE_CODES: Final = frozenset({"late", "worker-offline"})
_OWNERS: Final = {
    "pending": "the server sends it to the worker",
    "applying": "the worker starts it",
    "running": "it runs until it is stopped",
    "degraded": "the worker tries to bring it back to health",
    "stopping": "the worker drains and ends it",
    "lost": "the worker reports when it is back",
}


def next_step(assignment: Assignment) -> str:
    """What happens next, as a sentence; empty for an end state."""
    if assignment.state == "failed" and assignment.next_try_ns:
        return "the worker starts it again"
    return _OWNERS.get(assignment.state, "")


def accepts(assignment: Assignment, reported: Reported) -> bool:
    """Whether a report speaks of this very assignment; stale fences are refused."""
    return (
        reported.assignment == assignment.id
        and reported.fence == assignment.fence
        and reported.state in _STATES
    )


def after_report(assignment: Assignment, reported: Reported, *, now_ns: int) -> Assignment:
    """The assignment once the worker's word has been taken. Call only if it `accepts`."""
    state = cast("AssignmentState", reported.state)
    if assignment.wanted == "stop" and state not in TERMINAL:
        state = "stopping"
    changed = state != assignment.state
    allowance = _ALLOWANCE.get(state, 0)
    return replace(
        assignment,
        state=state,
        reason=reported.reason or (assignment.reason if not changed else ""),
        code=reported.code,
        since_ns=(reported.since_ns or now_ns) if changed else assignment.since_ns,
        deadline_ns=_deadline(assignment, now_ns + allowance if allowance else 0, changed=changed),
        hash_reported=reported.hash,
        attempts=reported.attempts,
        next_try_ns=reported.next_try_ns,
    )


def _deadline(assignment: Assignment, fresh_ns: int, *, changed: bool) -> int:
    # Progress extends the time for applying; draining gets its time once.
    if not changed and assignment.state == "stopping":
        return assignment.deadline_ns
    return fresh_ns


def after_loss(assignment: Assignment, *, now_ns: int) -> Assignment:
    """The assignment once its worker's lease has ended."""
    if assignment.state in TERMINAL and not assignment.next_try_ns:
        return assignment
    if assignment.state in {"lost", "pending"}:
        return assignment
    return replace(
        assignment,
        state="lost",
        reason=f"worker {assignment.worker!r} is offline; the job may still run there",
        code="worker-offline",
        since_ns=now_ns,
        deadline_ns=0,
    )


def overdue(assignment: Assignment, *, now_ns: int) -> bool:
    """Whether the time for the next step has run out."""
    return 0 < assignment.deadline_ns <= now_ns


def waits_too_long(assignment: Assignment, *, now_ns: int) -> bool:
    """Whether a step that is due did not happen: people should look."""
    if overdue(assignment, now_ns=now_ns) or 0 < assignment.next_try_ns <= now_ns - PENDING_NS:
        return True
    return assignment.code in _LATE_CODES and assignment.state not in TERMINAL


def after_deadline(assignment: Assignment, *, online: bool, now_ns: int) -> Assignment:
    """The assignment once its deadline has passed: the same step again, with the reason shown."""
    worker = assignment.worker
    if not online:
        reason, code = f"waiting for worker {worker!r}, which is offline", "worker-offline"
    else:
        reason, code = f"worker {worker!r} has not answered in time; asked again", "late"
    return replace(
        assignment,
        reason=reason,
        code=code,
        deadline_ns=now_ns + _ALLOWANCE.get(assignment.state, PENDING_NS),
    )


_WORST_FIRST: Final = (
    ("failed", "failed", "degraded"),
    ("lost", "unknown", "unknown"),
    ("degraded", "degraded", "degraded"),
    ("stopping", "shutting-down", "progressing"),
    ("pending", "deploying", "progressing"),
    ("applying", "deploying", "progressing"),
    ("running", "running", "healthy"),
    ("completed", "completed", "healthy"),
    ("stopped", "stopped", "suspended"),
)
"""Assignment state -> state and health of the job, the one that needs eyes first."""


def job_status(job: JobRecord, assignments: Sequence[Assignment]) -> Status:
    """The one word for a job: its worst assignment, else whether it is staged."""
    for state, word, health in _WORST_FIRST:
        for one in assignments:
            if one.state == state:
                reason = one.reason or f"version {one.version} on worker {one.worker!r}"
                return Status(state=word, reason=reason, since_ns=one.since_ns, health=health)
    if job.latest_version:
        reason = f"version {job.latest_version} is staged and not deployed"
        return Status(state="staged", reason=reason, since_ns=job.staged_ns, health="missing")
    return Status(state="draft", reason="not staged yet", since_ns=job.updated_ns, health="missing")
