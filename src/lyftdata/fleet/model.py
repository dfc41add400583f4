"""What the control plane knows of a worker."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

LEASE_S: Final = 6.0
"""A worker that has not been heard of for this long is offline."""
HEARTBEAT_S: Final = 2.0
RETURN_S: Final = 20.0
"""A worker whose server was away has dialled it again within this time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Worker:
    """A worker as it introduced itself. Lasting; whether it is there now is `Presence`."""

    id: str
    name: str
    created_ns: int
    builtin: bool = False
    version: str = ""
    host: str = ""
    pid: int = 0
    labels: Mapping[str, str] = field(default_factory=dict)
    inputs: tuple[str, ...] = ()
    actions: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()
    max_jobs: int = 0
    last_seen_ns: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What the last heartbeat said."""

    cpu_percent: float = 0.0
    memory_bytes: int = 0
    jobs_running: int = 0
    dropped: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Presence:
    """Whether a worker is there, kept in memory: heartbeats change nothing lasting."""

    online: bool
    seen_ns: int
    """Wall time of its last word."""
    lease_until_ns: int
    """Monotonic time."""
    load: Load = Load()


@dataclass(frozen=True, slots=True)
class WorkerView:
    """A worker and whether it is there."""

    worker: Worker
    presence: Presence
