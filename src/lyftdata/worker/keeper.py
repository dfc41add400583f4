"""Keeps one job as it was assigned: one process at a time, again after a crash, until told to stop.

    bundle -> process -> Life -> lives.judge -> pause -> process ...

It reports every state with a reason and the time since when. It never runs two processes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

from lyftdata.core.clock import Clock, Randomness
from lyftdata.state.jobs_dir import JobsDir
from lyftdata.wire.messages import Bundle, JobState
from lyftdata.worker import frames
from lyftdata.worker.decide import Have
from lyftdata.worker.lives import Life, Past, Verdict, epitaph, judge
from lyftdata.worker.process import STALL_S, JobProcess, OnLine
from lyftdata.worker.survivors import end_holder

LOCKED: Final = "job-locked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What every keeper of a worker shares."""

    jobs_dir: JobsDir
    folder: str
    """The path of the jobs dir, for the job process."""
    clock: Clock
    random: Randomness
    stall_s: float = STALL_S
    memory_bytes: int = 0
    forbidden: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Listeners:
    """Whom a keeper tells what. All return at once."""

    state: Callable[[JobState], None]
    frame: Callable[[str, int, frames.Frame], None]
    """Job, version, frame."""
    over: Callable[[str, str], None]
    """A job's process has ended; why its run, if that did not end before, is lost."""
    line: Callable[[str], OnLine]
    """Gives, for a job's name, the taker of its printed lines."""


@dataclass(slots=True)
class _Status:
    state: str = "applying"
    reason: str = ""
    code: str = ""
    since_ns: int = 0
    next_try_ns: int = 0


class Keeper:
    """One job on this worker."""

    def __init__(self, bundle: Bundle, around: Surroundings, tell: Listeners) -> None:
        self._bundle = bundle
        self._wanted: Bundle | None = bundle
        self._drain_s = bundle.drain_s
        self._around = around
        self._tell = tell
        self._process: JobProcess | None = None
        self._past = Past()
        self._status = _Status()
        self._phase: Literal["up", "stopping", "ended"] = "up"
        self._changed = asyncio.Event()

    @property
    def have(self) -> Have:
        """For `decide`: what is asked for now, be it up already or not."""
        bundle = self._wanted or self._bundle
        return Have(
            assignment=bundle.assignment, hash=bundle.hash, fence=bundle.fence, phase=self._phase
        )

    @property
    def wanted(self) -> Bundle | None:
        """What is to run; None once it was told to stop."""
        return self._wanted

    @property
    def bundle(self) -> Bundle:
        """What runs, or ran last."""
        return self._bundle

    @property
    def pid(self) -> int:
        """Of the running process; 0: none runs."""
        return self._process.pid if self._process else 0

    def report(self) -> JobState:
        """The job's state as the server is to see it."""
        bundle, status = self._bundle, self._status
        return JobState(
            job=bundle.job,
            assignment=bundle.assignment,
            version=bundle.version,
            hash=bundle.hash,
            fence=bundle.fence,
            state=status.state,
            reason=status.reason,
            code=status.code,
            since_ns=status.since_ns,
            attempts=self._past.attempts,
            next_try_ns=status.next_try_ns,
            pid=self.pid,
        )

    def replace(self, bundle: Bundle) -> None:
        """Run this instead; what runs is drained first."""
        self._wanted, self._phase = bundle, "up"
        self._past = Past()
        self._drain_s = bundle.drain_s
        self._set("stopping" if self._process else "applying", "makes way for a new assignment")
        self._interrupt()

    def adopt(self, bundle: Bundle) -> None:
        """The same text under a newer assignment: go on without a restart."""
        self._wanted = self._bundle = bundle
        self._tell.state(self.report())

    def stop(self, *, drain_s: float | None = None) -> None:
        """Drain the job and leave it stopped."""
        if self._phase == "ended":
            return
        self._wanted, self._phase = None, "stopping"
        self._drain_s = self._drain_s if drain_s is None else drain_s
        self._set("stopping", f"finishing what it has, for at most {self._drain_s:g} s")
        self._interrupt()

    async def run(self) -> None:
        """Until stopped, completed, or failed for good."""
        while self._wanted is not None:
            self._changed.clear()
            self._bundle = self._wanted
            self._set("applying", "the job process starts")
            life = await self._one_life(self._bundle)
            self._tell.over(self._bundle.job, epitaph(life))
            if await self._freed(life):
                continue
            verdict = judge(self._past, life, jitter=self._around.random.random())
            if self._replaced():
                continue  # the new one starts afresh
            if verdict.pause_s is None or not self._still_wanted():
                self._finish(verdict, life)
                return
            await self._pause(verdict, verdict.pause_s)
        self._phase = "ended"
        self._set("stopped", "stopped as asked")

    # --- inside ---------------------------------------------------------------------------------

    def _still_wanted(self) -> bool:
        return self._wanted is not None

    def _replaced(self) -> bool:
        return self._wanted is not None and self._wanted is not self._bundle

    async def _one_life(self, bundle: Bundle) -> Life:
        around = self._around
        process = JobProcess(
            self._start_frame(bundle),
            clock=around.clock,
            on_frame=lambda frame: self._on_frame(bundle, frame),
            on_line=self._tell.line(bundle.job),
            stall_s=around.stall_s,
        )
        self._process = process
        try:
            return await process.run()
        finally:
            self._process = None

    def _start_frame(self, bundle: Bundle) -> frames.Start:
        around = self._around
        return frames.Start(
            job=bundle.job,
            version=bundle.version,
            fence=bundle.fence,
            text=bundle.text,
            hash=bundle.hash,
            jobs_dir=around.folder,
            careful=self._past.careful,
            drain_s=bundle.drain_s,
            memory_bytes=around.memory_bytes,
            forbidden=list(around.forbidden),
        )

    def _on_frame(self, bundle: Bundle, frame: frames.Frame) -> None:
        if isinstance(frame, frames.Ready) and self._phase == "up" and not self._replaced():
            careful = "; goes event by event past the place where it died" * self._past.careful
            self._set("running", f"started from its saved position{careful}")
        self._tell.frame(bundle.job, bundle.version, frame)

    async def _freed(self, life: Life) -> bool:
        """Whether a survivor held the job's lock and has now been ended: start again at once."""
        if life.code != LOCKED or self._wanted is None:
            return False
        self._set(
            "applying", "an older process of this job still holds its lock: ending it", LOCKED
        )
        return await end_holder(
            self._around.jobs_dir,
            self._bundle.job,
            clock=self._around.clock,
            drain_s=self._bundle.drain_s,
        )

    async def _pause(self, verdict: Verdict, seconds: float) -> None:
        self._past = verdict.past
        self._status.next_try_ns = self._around.clock.wall_ns() + int(seconds * 1e9)
        self._set(verdict.state, f"{verdict.reason}; starts again in {seconds:.1f} s", verdict.code)
        try:
            async with asyncio.timeout(seconds):
                await self._changed.wait()
        except TimeoutError:
            pass
        self._status.next_try_ns = 0

    def _finish(self, verdict: Verdict, life: Life) -> None:
        self._past = verdict.past
        self._phase = "ended"
        stopped = self._wanted is None and verdict.state != "completed"
        state = "stopped" if stopped else verdict.state
        reason = verdict.reason or ("stopped as asked" if stopped else f"the job {life.ended}")
        self._set(state, reason, verdict.code)

    def _interrupt(self) -> None:
        self._changed.set()
        if self._process is not None:
            self._process.drain(self._drain_s)

    def _set(self, state: str, reason: str, code: str = "") -> None:
        status = self._status
        if state != status.state or status.since_ns == 0:
            status.since_ns = self._around.clock.wall_ns()
        status.state, status.reason, status.code = state, reason, code
        self._tell.state(self.report())
