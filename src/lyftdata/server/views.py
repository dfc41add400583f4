"""What the API shows: typed views of the domain's values, made in one place."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from pydantic import BaseModel

from lyftdata.fleet.model import WorkerView as FleetWorker
from lyftdata.jobs.model import Assignment, JobView, Version
from lyftdata.jobs.states import LABELS, next_step
from lyftdata.observe.meters import Meters
from lyftdata.observe.model import LogLine, Run
from lyftdata.server.problems import DiagnosticView


def at(nanoseconds: int) -> str:
    """ISO-8601, UTC, with milliseconds."""
    whole = datetime.fromtimestamp(nanoseconds // 1_000_000_000, UTC)
    return f"{whole:%Y-%m-%dT%H:%M:%S}.{nanoseconds // 1_000_000 % 1000:03d}Z"


def maybe_at(nanoseconds: int) -> str | None:
    """The same, or None for 0."""
    return at(nanoseconds) if nanoseconds else None


class AssignmentView(BaseModel):
    """A job version on a worker."""

    id: str
    job: str
    worker: str
    version: int
    state: str
    label: str
    reason: str
    code: str
    since_at: str
    deadline_at: str | None
    next: str
    hash_wanted: str
    hash_reported: str
    attempts: int
    next_try_at: str | None

    @classmethod
    def of(cls, one: Assignment) -> AssignmentView:
        """As JSON shows it."""
        return cls(
            id=one.id,
            job=one.job,
            worker=one.worker,
            version=one.version,
            state=one.state,
            label=LABELS[one.state],
            reason=one.reason,
            code=one.code,
            since_at=at(one.since_ns),
            deadline_at=maybe_at(one.deadline_ns),
            next=next_step(one),
            hash_wanted=one.hash_wanted,
            hash_reported=one.hash_reported,
            attempts=one.attempts,
            next_try_at=maybe_at(one.next_try_ns),
        )


class Rates(BaseModel):
    """Events per second, now."""

    received_per_s: float
    delivered_per_s: float
    dead_lettered_per_s: float

    @classmethod
    def of(cls, rates: Mapping[str, float]) -> Rates:
        """As JSON shows it."""
        return cls(
            received_per_s=rates["received"],
            delivered_per_s=rates["delivered"],
            dead_lettered_per_s=rates["dead_lettered"],
        )


class JobSummary(BaseModel):
    """A job as lists show it."""

    name: str
    state: str
    state_reason: str
    since_at: str
    health: str
    has_draft: bool
    draft_valid: bool
    latest_version: int | None
    deployed: list[AssignmentView]
    rates: Rates
    totals: dict[str, int]
    updated_at: str


class JobDetail(JobSummary):
    """A job with its text."""

    text: str
    etag: str
    diagnostics: list[DiagnosticView]
    created_at: str


def job_summary(view: JobView, meters: Meters, *, now_ns: int) -> JobSummary:
    """A job as lists show it."""
    job = view.job
    return JobSummary(
        name=job.name,
        state=view.status.state,
        state_reason=view.status.reason,
        since_at=at(view.status.since_ns),
        health=view.status.health,
        has_draft=job.has_draft,
        draft_valid=job.draft_valid,
        latest_version=job.latest_version or None,
        deployed=[AssignmentView.of(one) for one in view.assignments],
        rates=Rates.of(meters.rates(job.name, now_ns=now_ns)),
        totals=meters.totals(job.name),
        updated_at=at(job.updated_ns),
    )


class VersionView(BaseModel):
    """A staged version; its text only where one version is asked for."""

    job: str
    version: int
    hash: str
    note: str
    author: str
    staged_at: str
    text: str | None = None

    @classmethod
    def of(cls, one: Version, *, text: bool = False) -> VersionView:
        """As JSON shows it."""
        return cls(
            job=one.job,
            version=one.number,
            hash=one.hash,
            note=one.note,
            author=one.author,
            staged_at=at(one.staged_ns),
            text=one.text if text else None,
        )


class RunView(BaseModel):
    """One life of a job on a worker."""

    id: str
    job: str
    version: int
    worker: str
    state: str
    started_at: str
    ended_at: str | None
    reason: str
    counters: dict[str, int]

    @classmethod
    def of(cls, one: Run) -> RunView:
        """As JSON shows it."""
        return cls(
            id=one.id,
            job=one.job,
            version=one.version,
            worker=one.worker,
            state=one.state,
            started_at=at(one.started_ns),
            ended_at=maybe_at(one.ended_ns),
            reason=one.reason,
            counters=dict(one.counters),
        )


class LogView(BaseModel):
    """One line of a log."""

    id: str
    at: str
    level: str
    worker: str
    job: str
    run: str
    code: str
    message: str
    count: int
    fields: dict[str, Any]

    @classmethod
    def of(cls, one: LogLine) -> LogView:
        """As JSON shows it."""
        return cls(
            id=str(one.id),
            at=at(one.at_ns),
            level=one.level,
            worker=one.worker,
            job=one.job,
            run=one.run,
            code=one.code,
            message=one.message,
            count=one.count,
            fields=dict(one.fields),
        )


class Capabilities(BaseModel):
    """What a worker can run."""

    inputs: list[str]
    actions: list[str]
    outputs: list[str]
    max_jobs: int


class WorkerView(BaseModel):
    """A worker and whether it is there."""

    id: str
    name: str
    state: str
    version: str
    host: str
    labels: dict[str, str]
    last_seen_at: str | None
    jobs_running: int
    cpu_percent: float
    memory_bytes: int
    capabilities: Capabilities
    assignments: list[AssignmentView]
    builtin: bool

    @classmethod
    def of(cls, view: FleetWorker, assignments: list[Assignment]) -> WorkerView:
        """As JSON shows it."""
        one, presence = view.worker, view.presence
        return cls(
            id=one.id,
            name=one.name,
            state="online" if presence.online else "offline",
            version=one.version,
            host=one.host,
            labels=dict(one.labels),
            last_seen_at=maybe_at(presence.seen_ns),
            jobs_running=presence.load.jobs_running if presence.online else 0,
            cpu_percent=presence.load.cpu_percent if presence.online else 0.0,
            memory_bytes=presence.load.memory_bytes if presence.online else 0,
            capabilities=Capabilities(
                inputs=list(one.inputs),
                actions=list(one.actions),
                outputs=list(one.outputs),
                max_jobs=one.max_jobs,
            ),
            assignments=[AssignmentView.of(each) for each in assignments],
            builtin=one.builtin,
        )
