"""Ends the job processes that an earlier supervisor left behind, found by the locks they hold.

They drain themselves once they notice that they are alone; this asks them to at once and does not
wait longer than the drain deadline. Nothing is adopted: a new process goes on from the position.
"""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable
from typing import Final

from lyftdata.core.clock import Clock
from lyftdata.state.jobs_dir import JobsDir

POLL_S: Final = 0.05
AFTER_KILL_S: Final = 5.0


async def end_holder(jobs_dir: JobsDir, job: str, *, clock: Clock, drain_s: float) -> bool:
    """End whoever holds the job's lock; False when it is still held afterwards."""
    if jobs_dir.holder(job) is None:
        return True

    def free() -> bool:
        return jobs_dir.holder(job) is None

    _send(jobs_dir, job, signal.SIGTERM)
    if await _until(free, clock=clock, within_s=drain_s):
        return True
    _send(jobs_dir, job, signal.SIGKILL)
    return await _until(free, clock=clock, within_s=AFTER_KILL_S)


def _send(jobs_dir: JobsDir, job: str, number: signal.Signals) -> None:
    """Signal the holder. Read again right before, so that a reused process id is never hit."""
    pid = jobs_dir.holder(job)
    if pid is None or pid == os.getpid():
        return
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return


async def _until(true: Callable[[], bool], *, clock: Clock, within_s: float) -> bool:
    deadline = clock.monotonic_ns() + int(within_s * 1e9)
    while not true():
        if clock.monotonic_ns() >= deadline:
            return False
        await asyncio.sleep(POLL_S)
    return True
