"""A real supervisor over a temporary jobs directory, and bundles that a real key signed."""

from __future__ import annotations

import asyncio
import base64
import os
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from lyftdata import builtin
from lyftdata.dsl.job import job_hash, parse_job
from lyftdata.state.jobs_dir import JobsDir
from lyftdata.times.clock import SystemClock
from lyftdata.wire.messages import Bundle, JobState, signed_bytes
from lyftdata.worker.assignments import Assignments
from lyftdata.worker.keeper import Listeners, Surroundings
from lyftdata.worker.outbox import Outbox
from lyftdata.worker.relay import Relay
from lyftdata.worker.requests import Answers
from lyftdata.worker.supervisor import Supervisor

REGISTRY = builtin.registry()


@dataclass
class Signer:
    """A server's key."""

    key: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)

    @property
    def public(self) -> str:
        return base64.b64encode(self.key.public_key().public_bytes_raw()).decode()

    def bundle(self, text: str, *, fence: int = 1, assignment: str = "a1") -> Bundle:
        job = parse_job(text, REGISTRY)
        plain = Bundle(
            job=job.name,
            assignment=assignment,
            version=1,
            fence=fence,
            text=text,
            hash=job_hash(job),
            signature="",
            drain_s=10.0,
        )
        signature = base64.b64encode(self.key.sign(signed_bytes(plain))).decode()
        return msgspec.structs.replace(plain, signature=signature)


class Bench:
    """A supervisor whose reports can be waited for."""

    def __init__(self, folder: Path, *, stall_s: float = 60.0, memory_bytes: int = 0) -> None:
        self.folder = folder
        self.jobs_dir = JobsDir(folder)
        clock = SystemClock()
        self.outbox = Outbox(clock)
        self._relay = Relay(self.outbox, Answers(self.jobs_dir), clock)
        self.states: list[JobState] = []
        self._news = asyncio.Event()
        around = Surroundings(
            jobs_dir=self.jobs_dir,
            folder=str(folder),
            clock=clock,
            random=random.SystemRandom(),
            stall_s=stall_s,
            memory_bytes=memory_bytes,
        )
        tell = Listeners(
            state=self._hear,
            frame=self._relay.frame,
            over=self._relay.over,
            line=self._relay.line,
        )
        self.supervisor = Supervisor(around, tell, Assignments(folder))

    def _hear(self, state: JobState) -> None:
        self._relay.state(state)
        self.states.append(state)
        self._news.set()

    async def until(self, true: Callable[[JobState], bool], *, after: int = 0) -> JobState:
        """The first report, of those from number `after` on, that fulfils the condition."""
        while True:
            self._news.clear()
            for state in self.states[after:]:
                if true(state):
                    return state
            await self._news.wait()

    async def until_state(self, word: str, *, after: int = 0) -> JobState:
        return await self.until(lambda state: state.state == word, after=after)


def follow(name: str, source: Path, target: Path) -> str:
    """A job that copies a growing file."""
    return (
        f"name: {name}\ninput:\n  files:\n    path: {source}\n"
        f"output:\n  file:\n    path: {target}\n    input-field: _raw\n"
    )


async def lines_in(path: Path, count: int) -> list[str]:
    """The lines of a file once it has so many."""
    while True:
        lines = _lines(path)
        if len(lines) >= count:
            return lines
        await asyncio.sleep(0.02)


def _lines(path: Path) -> list[str]:
    return path.read_text().splitlines() if path.exists() else []


async def ended(pid: int) -> None:
    """Return when the process is gone."""
    while pid_alive(pid):  # noqa: ASYNC110 - a process that is no child of ours gives no event
        await asyncio.sleep(0.02)


def pid_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
