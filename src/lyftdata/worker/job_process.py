"""The process of one job: `python -m lyftdata.worker.job_process`, standard input a socket.

The engine runs in the main thread. One thread sends reports; another listens: when the supervisor
is gone, the job drains itself and ends. SIGTERM drains too. It never restarts anything.
"""

from __future__ import annotations

import os
import random
import resource
import sys
import threading
from pathlib import Path
from typing import Final

from lyftdata import builtin
from lyftdata.core.errors import LyftError, PermanentError
from lyftdata.core.event import digest
from lyftdata.core.ids import TimeIds
from lyftdata.dsl.job import Job, job_hash, parse_job
from lyftdata.engine.collecting import collect_seldom
from lyftdata.engine.ports import Environment, Outcome, RunOptions, StopSignal
from lyftdata.engine.runner import run_job
from lyftdata.state.job_state import JobState
from lyftdata.state.jobs_dir import JobsDir
from lyftdata.times.clock import SystemClock
from lyftdata.worker import frames
from lyftdata.worker.channel import Channel, channel_on_stdin
from lyftdata.worker.lives import OUT_OF_MEMORY
from lyftdata.worker.mailbox import Mailbox
from lyftdata.worker.stopping import StopOnSignals

DRAIN_SHARE: Final = 0.8
"""Of the drain deadline is the engine's; the rest is for ending in order."""


def main() -> int:
    """Run the job that the supervisor sends; 0: ended in order, 1: failed, 3: no supervisor."""
    channel = channel_on_stdin()
    try:
        start = channel.read_start()
    except (EOFError, OSError):
        return 3
    limit_memory(start.memory_bytes)
    mailbox = Mailbox(channel.send, clock=SystemClock())
    mailbox.start()
    with StopOnSignals() as stop:
        watch_supervisor(channel, stop=stop, drain_s=start.drain_s)
        ended = _outcome(start, mailbox, stop)
        mailbox.post(ended)
        mailbox.close()
    return 1 if ended.state == "failed" else 0


def limit_memory(size: int) -> None:
    """Bound the address space, so that a leak is an error in here and not the machine's end."""
    if size:
        resource.setrlimit(resource.RLIMIT_AS, (size, size))


def watch_supervisor(channel: Channel, *, stop: StopSignal, drain_s: float) -> None:
    """Start the thread that drains the job when the supervisor's end of the channel closes."""

    def listen() -> None:
        channel.wait_for_end()
        stop.set()
        threading.Event().wait(drain_s)  # ends earlier with the process: the thread is a daemon
        os._exit(75)

    threading.Thread(target=listen, name="supervisor", daemon=True).start()


def _outcome(start: frames.Start, mailbox: Mailbox, stop: StopSignal) -> frames.Ended:
    try:
        outcome = _run(start, mailbox, stop)
    except LyftError as error:
        return frames.Ended(state="failed", reason=str(error), code=error.kind)
    except MemoryError:
        return frames.Ended(
            state="failed", reason="the job ran into its memory limit", code=OUT_OF_MEMORY
        )
    return frames.Ended(
        state=outcome.state,
        reason=outcome.reason,
        code=outcome.code,
        totals=dict(outcome.totals),
    )


def _run(start: frames.Start, mailbox: Mailbox, stop: StopSignal) -> Outcome:
    job = _checked_job(start)
    collect_seldom()
    jobs_dir = JobsDir(Path(start.jobs_dir))
    clock, randomness = SystemClock(), random.SystemRandom()
    with jobs_dir.lock(start.job, start.fence):
        folder = jobs_dir.folder(start.job)
        state = JobState.open(folder)
        try:
            mailbox.post(frames.Ready(position=digest(state.position), hash=start.hash))
            environment = Environment(
                clock=clock,
                ids=TimeIds(clock, randomness),
                random=randomness,
                reporter=mailbox,
                folder=folder,
            )
            options = RunOptions(careful=start.careful, drain_s=start.drain_s * DRAIN_SHARE)
            return run_job(job, state=state, env=environment, stop=stop, options=options)
        finally:
            state.close()


def _checked_job(start: frames.Start) -> Job:
    job = parse_job(start.text, builtin.registry(), file=f"{start.job}.yaml")
    if start.hash and job_hash(job) != start.hash:
        raise PermanentError(
            f"job {job.name!r} hashes to {job_hash(job)}, but {start.hash} was asked for: "
            "server and worker are of versions that read it differently; upgrade the older one",
            code="hash-mismatch",
        )
    for block in (job.input, *job.actions, job.output):
        if block.name in start.forbidden:
            raise PermanentError(
                f"this worker runs only basic connectors, and {block.name!r} is none: "
                "deploy the job elsewhere, or start the worker without --limit-job-capabilities",
                code="not-capable",
            )
    return job


if __name__ == "__main__":
    sys.exit(main())
