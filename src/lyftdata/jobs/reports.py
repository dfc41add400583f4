"""Takes the workers' word: hello, reports, a lease that ended, deadlines that passed.

The other half of an assignment's life; `service` asks, this listens. Reports with a stale fence
change nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from lyftdata.core.clock import Clock
from lyftdata.jobs.model import Assignment, Reported
from lyftdata.jobs.ports import JobRows, JobStore, Outbox
from lyftdata.jobs.states import (
    TERMINAL,
    accepts,
    after_deadline,
    after_loss,
    after_report,
    overdue,
)


@dataclass(frozen=True, slots=True)
class WorkerReports:
    """Moves assignments by what workers say and by time."""

    store: JobStore
    outbox: Outbox
    clock: Clock

    def hello(self, worker: str, jobs: Sequence[Reported]) -> list[Assignment]:
        """Take a full report; returns all that this worker is to run from now on."""
        told = {one.job: one for one in jobs}
        now = self.clock.wall_ns()
        with self.store.write() as rows:
            before = rows.assignments(worker=worker)
            after = [_met(one, told.get(one.job), now_ns=now) for one in before]
            _save(rows, before, after)
        self._tell(before, after)
        return [one for one in after if one.wanted == "run" and not _over(one)]

    def report(self, worker: str, said: Reported) -> bool:
        """Take one report; returns False for a stale or unknown one, which changes nothing."""
        now = self.clock.wall_ns()
        with self.store.write() as rows:
            found = [one for one in rows.assignments(worker=worker) if one.job == said.job]
            if not found or not accepts(found[0], said):
                return False
            after = after_report(found[0], said, now_ns=now)
            _save(rows, found, [after])
        self._tell(found, [after])
        return True

    def lost(self, worker: str) -> None:
        """The worker's lease has ended."""
        now = self.clock.wall_ns()
        with self.store.write() as rows:
            before = rows.assignments(worker=worker)
            after = [after_loss(one, now_ns=now) for one in before]
            _save(rows, before, after)
        self._tell(before, after)

    def tick(self, online: frozenset[str]) -> list[Assignment]:
        """Ask again where a deadline has passed; returns what was overdue."""
        now = self.clock.wall_ns()
        with self.store.read() as rows:
            late = [one for one in rows.assignments() if overdue(one, now_ns=now)]
        if not late:
            return []
        with self.store.write() as rows:
            current = {one.id: one for one in rows.assignments()}
            before = [current[one.id] for one in late if one.id in current]
            after = [after_deadline(one, online=one.worker in online, now_ns=now) for one in before]
            _save(rows, before, after)
        for one in after:
            if one.worker in online:
                (self.outbox.stop if one.wanted == "stop" else self.outbox.assign)(one)
        self._tell(before, after)
        return after

    def _tell(self, before: Sequence[Assignment], after: Sequence[Assignment]) -> None:
        for job in sorted({new.job for old, new in zip(before, after, strict=True) if old != new}):
            self.outbox.changed(job)


def _save(rows: JobRows, before: Sequence[Assignment], after: Sequence[Assignment]) -> None:
    for old, new in zip(before, after, strict=True):
        if old != new:
            rows.put_assignment(new)


def _met(assignment: Assignment, said: Reported | None, *, now_ns: int) -> Assignment:
    if said is not None and accepts(assignment, said):
        return after_report(assignment, said, now_ns=now_ns)
    if assignment.wanted == "stop" and assignment.state not in TERMINAL:
        return replace(
            assignment,
            state="stopped",
            reason="the worker came back without it",
            code="",
            since_ns=now_ns,
            deadline_ns=0,
        )
    return assignment


def _over(assignment: Assignment) -> bool:
    return assignment.state == "completed"
