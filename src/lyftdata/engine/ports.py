"""What a run needs from outside, and what it gives back."""

from __future__ import annotations

import os
import select
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from lyftdata.core.clock import Clock, Ids, Randomness


class Reporter(Protocol):
    """Hears what happens in a run. Called from the run's thread; must be quick and not raise."""

    def totals(self, totals: dict[str, int]) -> None:
        """The ledger now, at most twice a second and at the end."""
        ...

    def log(self, level: str, message: str, *, code: str = "", **fields: object) -> None:
        """One line of the job's log."""
        ...

    def samples(self, events: list[bytes]) -> None:
        """A few lines that just went out."""
        ...

    def run_started(self, run_id: str, started_ns: int) -> None:
        """A firing, or the life of a streaming job, begins."""
        ...

    def run_ended(self, run_id: str, state: str, reason: str) -> None:
        """It ended: completed, failed or cancelled."""
        ...

    def alive(self) -> None:
        """The main loop goes round, also while it waits."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """Clock, ids, randomness, who listens, and a folder for the job's components."""

    clock: Clock
    ids: Ids
    random: Randomness
    reporter: Reporter
    folder: Path
    message: Mapping[str, object] | None = None
    """Public payload of the message that fired the job: `${msg|...}`."""


class StopSignal:
    """Asks a run to stop; may be set from another thread and from a signal handler."""

    def __init__(self) -> None:
        self._is_set = False
        self._read, self._write = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)

    def set(self) -> None:
        """Ask to stop; more than once is the same as once."""
        if not self._is_set:
            self._is_set = True
            os.write(self._write, b"x")

    def is_set(self) -> bool:
        """Whether somebody asked."""
        return self._is_set

    def wait(self, seconds: float) -> bool:
        """Wait until somebody asks, at most so long; True when somebody did."""
        if not self._is_set:
            select.select([self._read], [], [], max(0.0, seconds))
        return self._is_set

    def rest(self, seconds: float) -> None:
        """Wait, whether or not somebody asked to stop."""
        select.select([], [], [], max(0.0, seconds))

    def __del__(self) -> None:
        os.close(self._read)
        os.close(self._write)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOptions:
    """How far to go."""

    limit: int | None = None
    """Stop after so many records were read."""
    until_idle: bool = False
    """End a continuous input when all that exists has been read."""
    once_timeout: float | None = None
    """Stop after so many seconds."""
    drain_s: float = 30.0
    """After a stop: how long to try to deliver what has been read."""
    careful: bool = False
    """One record at a time, with a mark before each: finds the one that kills the process."""
    event_limit_s: float = 2.0
    """CPU seconds that one batch, and then one event, may take before it is given up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a run ended. Totals are those of the job's whole life."""

    state: Literal["completed", "stopped", "failed"]
    reason: str
    code: str
    totals: dict[str, int]
    seconds: float
