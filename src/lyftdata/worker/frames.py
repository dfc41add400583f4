"""What a job process and its supervisor say to each other, and how it is framed on their socket.

Each frame is a 4-byte big-endian length and a msgpack map tagged by `kind`. The supervisor sends
one `Start`; the end of its side of the socket means that it is gone.
"""

from __future__ import annotations

from typing import Any, Final

import msgspec

MAX_FRAME: Final = 16 * 1024 * 1024
LENGTH_BYTES: Final = 4


class Frame(msgspec.Struct, tag_field="kind", frozen=True, kw_only=True):
    """Base of every frame."""


class Start(Frame, tag="start", frozen=True, kw_only=True):
    """Supervisor to job process: run this."""

    job: str
    version: int
    fence: int
    text: str
    hash: str
    """What `job_hash` of the text must be; empty: not checked."""
    jobs_dir: str
    careful: bool = False
    """Deaths piled up at the saved position: go event by event over the next range."""
    drain_s: float = 30.0
    memory_bytes: int = 0
    """Address space limit; 0: none."""
    forbidden: list[str] = []
    """Names of components that this worker does not run."""


class Ready(Frame, tag="ready", frozen=True, kw_only=True):
    """The lock is held, the state is open, the job begins from this position."""

    position: str
    """Digest of the saved position."""
    hash: str


class Alive(Frame, tag="alive", frozen=True, kw_only=True):
    """The engine's main loop has turned since the last one."""


class Totals(Frame, tag="totals", frozen=True, kw_only=True):
    """The counters as they stand."""

    totals: dict[str, int]


class Log(Frame, tag="log", frozen=True, kw_only=True):
    """One log line of the job."""

    at_ns: int
    level: str
    message: str
    run: str = ""
    code: str = ""
    count: int = 1
    fields: dict[str, Any] = {}


class Sample(Frame, tag="sample", frozen=True, kw_only=True):
    """A few events that just came out, as JSON texts."""

    at_ns: int
    events: list[str]


class RunBegan(Frame, tag="run-began", frozen=True, kw_only=True):
    """A firing of a trigger, or the life of a streaming job, began."""

    run: str
    started_ns: int
    totals: dict[str, int] = {}
    """The job's totals at this moment."""


class RunEnded(Frame, tag="run-ended", frozen=True, kw_only=True):
    """A run ended: completed | failed | cancelled."""

    run: str
    state: str
    reason: str
    started_ns: int
    ended_ns: int
    counters: dict[str, int]
    """What this run did."""


class Ended(Frame, tag="ended", frozen=True, kw_only=True):
    """The last frame of a job process that ends by itself: completed | stopped | failed."""

    state: str
    reason: str
    code: str = ""
    totals: dict[str, int] = {}


FromJob = Ready | Alive | Totals | Log | Sample | RunBegan | RunEnded | Ended

_encode = msgspec.msgpack.Encoder().encode
decode_start: Final = msgspec.msgpack.Decoder(Start).decode
decode_from_job: Final = msgspec.msgpack.Decoder(FromJob).decode


def pack(frame: Frame) -> bytes:
    """The frame with its length in front."""
    body = _encode(frame)
    return len(body).to_bytes(LENGTH_BYTES, "big") + body
