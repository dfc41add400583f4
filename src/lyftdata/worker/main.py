"""Puts a worker together and runs it until SIGTERM. The composition root of the worker."""

from __future__ import annotations

import asyncio
import random
import signal
from typing import Final

from lyftdata import builtin
from lyftdata.state.jobs_dir import JobsDir
from lyftdata.times.clock import SystemClock
from lyftdata.worker.agent import Agent, Parts
from lyftdata.worker.assignments import Assignments, PinnedKey
from lyftdata.worker.keeper import Listeners, Surroundings
from lyftdata.worker.outbox import Outbox
from lyftdata.worker.relay import Relay
from lyftdata.worker.requests import Answers
from lyftdata.worker.settings import WorkerSettings
from lyftdata.worker.supervisor import Supervisor
from lyftdata.worker.survivors import end_holder

NOT_BASIC: Final = frozenset({"exec", "script"})
"""What `--limit-job-capabilities` leaves out: whatever runs code or commands of the job's own."""


def work(settings: WorkerSettings) -> None:
    """Run the worker; returns after SIGTERM or SIGINT, when every job is drained.

    Raises `Conflict` (jobs-dir-locked), `PermanentError`, `NotSignedIn`.
    """
    jobs_dir = JobsDir(settings.jobs_dir)
    with jobs_dir.lock_whole():
        asyncio.run(_work(settings, jobs_dir))


async def _work(settings: WorkerSettings, jobs_dir: JobsDir) -> None:
    agent, supervisor = _build(settings, jobs_dir)
    await _end_survivors(settings, jobs_dir)
    supervisor.resume()
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    link, stopped = asyncio.create_task(agent.run()), asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({link, stopped}, return_when=asyncio.FIRST_COMPLETED)
        if link.done():
            link.result()  # raises what ended it
    finally:
        await supervisor.shut_down()
        await agent.leave(link)
        stopped.cancel()


def _build(settings: WorkerSettings, jobs_dir: JobsDir) -> tuple[Agent, Supervisor]:
    clock, randomness = SystemClock(), random.SystemRandom()
    forbidden = NOT_BASIC if settings.limit_capabilities else frozenset()
    outbox, answers = Outbox(clock), Answers(jobs_dir)
    around = Surroundings(
        jobs_dir=jobs_dir,
        folder=str(settings.jobs_dir),
        clock=clock,
        random=randomness,
        stall_s=settings.stall_s,
        memory_bytes=settings.job_memory_bytes,
        forbidden=tuple(sorted(forbidden)),
    )
    relay = Relay(outbox, answers, clock)
    tell = Listeners(state=relay.state, frame=relay.frame, over=relay.over, line=relay.line)
    supervisor = Supervisor(around, tell, Assignments(settings.jobs_dir))
    parts = Parts(
        settings=settings,
        supervisor=supervisor,
        outbox=outbox,
        answers=answers,
        pinned=PinnedKey(settings.jobs_dir),
        registry=builtin.registry(),
        forbidden=forbidden,
        clock=clock,
        random=randomness,
    )
    return Agent(parts), supervisor


async def _end_survivors(settings: WorkerSettings, jobs_dir: JobsDir) -> None:
    clock = SystemClock()
    await asyncio.gather(
        *(
            end_holder(jobs_dir, job, clock=clock, drain_s=settings.drain_s)
            for job in jobs_dir.jobs()
        )
    )
