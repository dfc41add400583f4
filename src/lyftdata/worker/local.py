"""What `lyftdata run job`, `explain`, `test` and `dlq` use: a job with no server.

Positions, ledger and dead letters stay in the jobs dir's own subfolder, so that a run that was
killed goes on where it stopped. One run of a job at a time.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from lyftdata import builtin
from lyftdata.core.errors import NotFound
from lyftdata.core.event import Json
from lyftdata.core.ids import TimeIds
from lyftdata.dsl.expand import render_job
from lyftdata.dsl.job import Job, parse_job
from lyftdata.engine.collecting import collect_seldom
from lyftdata.engine.compiler import Plan, compile_job
from lyftdata.engine.ports import Environment, Outcome, Reporter, RunOptions
from lyftdata.engine.runner import run_job
from lyftdata.engine.tools import JobTools
from lyftdata.state.job_state import JobState
from lyftdata.state.jobs_dir import JobsDir
from lyftdata.times.clock import SystemClock
from lyftdata.worker.quiet import Quiet
from lyftdata.worker.requests import dead_letter_page
from lyftdata.worker.stopping import StopOnSignals


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalRun:
    """What came of a local run."""

    outcome: Outcome
    before: dict[str, int]
    """The ledger as earlier runs left it; `outcome.totals` counts on from there."""

    @property
    def added(self) -> dict[str, int]:
        """What this run alone did."""
        return {
            key: value - (0 if key == "in_flight" else self.before.get(key, 0))
            for key, value in self.outcome.totals.items()
        }


def load_job(path: Path, context: Mapping[str, object]) -> Job:
    """Read, fill in `{{ }}` and check a job file. Raises `Invalid`, `NotFound`."""
    text = read_text(path)
    rendered = render_job(text, layers=[("--context", context)], file=str(path))
    return parse_job(rendered, builtin.registry(), file=str(path))


def read_text(path: Path) -> str:
    """A job file's text. Raises `NotFound` (file-unreadable) with the reason."""
    try:
        return path.read_text("utf-8")
    except OSError as error:
        raise NotFound(
            f"cannot read {path}: {error.strerror or error}", code="file-unreadable"
        ) from error
    except UnicodeDecodeError as error:
        raise NotFound(
            f"{path} is not UTF-8 text (byte {error.start})", code="file-unreadable"
        ) from error


def run_locally(job: Job, *, jobs_dir: Path, reporter: Reporter, options: RunOptions) -> LocalRun:
    """Run until it ends or SIGINT/SIGTERM. Raises `Conflict` (job-locked) when it runs already."""
    places = JobsDir(jobs_dir)
    with places.lock(job.name):
        folder = places.folder(job.name)
        state = JobState.open(folder)
        before = dict(state.ledger)
        collect_seldom()
        try:
            with StopOnSignals(insist=True) as stop:
                environment = _environment(folder, reporter)
                outcome = run_job(job, state=state, env=environment, stop=stop, options=options)
        finally:
            state.close()
    return LocalRun(outcome=outcome, before=before)


def dead_letters(jobs_dir: Path, job: str, *, limit: int, cursor: str | None) -> Json:
    """A page of the job's dead letters. Raises `NotFound` for a job that never ran here."""
    folder = JobsDir(jobs_dir).folder(job)
    if not (folder / "state.db").exists():
        raise NotFound(
            f"job {job!r} has no state in {jobs_dir}: run it first, or set LYFTDATA_JOBS_DIR",
            code="no-state",
        )
    state = JobState.open(folder)
    try:
        return dead_letter_page(state, limit=limit, cursor=cursor)
    finally:
        state.close()


def local_plan(job: Job) -> Plan:
    """The job compiled, for `explain`; nothing runs."""
    clock, randomness = SystemClock(), random.SystemRandom()
    log = Quiet().log
    return compile_job(
        job, JobTools(clock=clock, ids=TimeIds(clock, randomness), random=randomness, log=log)
    )


def local_environment(folder: Path) -> Environment:
    """The real clock and randomness, and a reporter that drops everything."""
    return _environment(folder, Quiet())


def _environment(folder: Path, reporter: Reporter) -> Environment:
    clock, randomness = SystemClock(), random.SystemRandom()
    return Environment(
        clock=clock,
        ids=TimeIds(clock, randomness),
        random=randomness,
        reporter=reporter,
        folder=folder,
    )
