"""What is kept of the past: log lines, runs, meter points. All of it bounded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

LEVELS: Final = ("debug", "info", "warning", "error")
RATES: Final = ("received", "delivered", "filtered", "dead_lettered", "bytes_in", "bytes_out")
"""The totals that are kept as series over time."""
STEP_S: Final = 10
STEPS: Final = ((10, 24 * 3600), (300, 14 * 24 * 3600), (3600, 400 * 24 * 3600))
"""Width of a point and how long such points are kept, both in seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogLine:
    """One line of a job's or worker's log. `id` is given by the store."""

    at_ns: int
    level: str
    message: str
    worker: str = ""
    job: str = ""
    run: str = ""
    code: str = ""
    count: int = 1
    fields: Mapping[str, object] = field(default_factory=dict)
    id: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class LogQuery:
    """Which lines; empty means any. `level` is the least grave one that is wanted."""

    job: str = ""
    worker: str = ""
    level: str = ""
    search: str = ""

    @property
    def levels(self) -> tuple[str, ...]:
        """The levels that are wanted."""
        return LEVELS[LEVELS.index(self.level) :] if self.level in LEVELS else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One life of a job on a worker."""

    id: str
    job: str
    version: int
    worker: str
    state: str
    started_ns: int
    ended_ns: int = 0
    reason: str = ""
    counters: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Point:
    """What happened to one subject (`job:NAME`, `worker:ID`) in one step of time."""

    subject: str
    at_s: int
    """Start of the step, epoch seconds."""
    values: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One entry of the live log."""

    id: int
    at_ns: int
    topic: str
    kind: str
    data: object


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """How much telemetry is kept."""

    log_rows: int = 200_000
    log_bytes: int = 64 * 1024 * 1024
    runs_per_job: int = 200
    frames: int = 20_000
    days: int = 30
