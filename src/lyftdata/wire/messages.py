"""The messages of the worker's websocket (contract C8), as msgpack maps tagged by `kind`.

The worker dials the websocket `/api/workers/connect` with `Authorization: Bearer <worker key>` and
`X-Worker-Id`. Each direction numbers its frames from 1 per connection; a gap asks for a full
report.
Heartbeats change nothing lasting. Unknown kinds are ignored and counted.
"""

from __future__ import annotations

from typing import Any, Final

import msgspec

VERSION: Final = 1
MAX_FRAME: Final = 4 * 1024 * 1024


class Message(msgspec.Struct, tag_field="kind", frozen=True, kw_only=True, rename=None):
    """Base of every message."""


# --- worker -> server -----------------------------------------------------------------------------


class JobState(msgspec.Struct, frozen=True, kw_only=True):
    """What a worker says of one job that was assigned to it."""

    job: str
    assignment: str
    """Id of the assignment that it answers."""
    version: int
    hash: str
    """Hash of the bundle that runs, or was last tried."""
    fence: int
    """The fencing number of the assignment; older ones are refused."""
    state: str
    """applying | running | degraded | stopping | stopped | failed | completed."""
    reason: str = ""
    """A sentence: why it is in this state, and what happens next."""
    code: str = ""
    since_ns: int = 0
    attempts: int = 0
    next_try_ns: int = 0
    """Epoch ns of the next start after a failure; 0: none is planned."""
    pid: int = 0


class Hello(Message, tag="hello", frozen=True, kw_only=True):
    """First frame of the worker: who it is and what runs."""

    protocol: int
    worker: str
    name: str
    version: str
    host: str
    pid: int
    labels: dict[str, str] = {}
    inputs: list[str] = []
    actions: list[str] = []
    outputs: list[str] = []
    max_jobs: int = 0
    jobs: list[JobState] = []
    runs: list[str] | None = None
    """Ids of the runs that go on or whose end is yet to be told; None: it does not say."""


class Heartbeat(Message, tag="heartbeat", frozen=True, kw_only=True):
    """Every two seconds; the lease is six."""

    sequence: int
    at_ns: int
    cpu_percent: float
    memory_bytes: int
    jobs_running: int
    dropped: int = 0
    """Messages that did not fit into the buffer while the server was away."""


class AssignmentReport(Message, tag="assignment-report", frozen=True, kw_only=True):
    """A job's state changed."""

    sequence: int
    at_ns: int
    job: JobState


class RunReport(Message, tag="run-report", frozen=True, kw_only=True):
    """A run began or ended."""

    sequence: int
    at_ns: int
    job: str
    version: int
    run: str
    state: str
    """running | completed | failed | cancelled | lost."""
    started_ns: int
    ended_ns: int = 0
    reason: str = ""
    counters: dict[str, int] = {}
    """What this run did; empty while it goes on."""
    start_totals: dict[str, int] = {}
    """The job's totals when it began."""


class Counters(Message, tag="counters", frozen=True, kw_only=True):
    """Totals since the life of the job's state began; never smaller than before, so that a resend
    changes nothing. Keys: received, created, delivered, filtered, absorbed, dead_lettered, expired,
    in_flight, bytes_in, bytes_out, warnings, retries, lag_bytes (a gauge)."""

    sequence: int
    at_ns: int
    job: str
    run: str
    totals: dict[str, int]


class LogRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a job's or worker's log."""

    at_ns: int
    level: str
    """debug | info | warning | error."""
    message: str
    job: str = ""
    run: str = ""
    code: str = ""
    count: int = 1
    """How many equal ones it stands for."""
    fields: dict[str, Any] = {}


class LogBatch(Message, tag="log-batch", frozen=True, kw_only=True):
    sequence: int
    records: list[LogRecord]


class Samples(Message, tag="samples", frozen=True, kw_only=True):
    """A few events that just came out of a job, as JSON texts, cut to 16 KiB each."""

    sequence: int
    at_ns: int
    job: str
    events: list[str]


class Reply(Message, tag="reply", frozen=True, kw_only=True):
    """The answer to a `Request`."""

    request: str
    ok: bool
    body: dict[str, Any] = {}
    """The result, or `{code, message, diagnostics?}`."""


# --- server -> worker -----------------------------------------------------------------------------


class Welcome(Message, tag="welcome", frozen=True, kw_only=True):
    """First frame of the server."""

    protocol: int
    server_version: str
    lease_s: float
    heartbeat_s: float
    public_key: str
    """Ed25519 key, base64, that signs job bundles; pinned by the worker at first contact."""
    assignments: list[Bundle] = []
    """All that this worker is to run: what is not in it is to be stopped."""


class Bundle(msgspec.Struct, frozen=True, kw_only=True):
    """A job version rendered for one worker, and the assignment that asks for it."""

    job: str
    assignment: str
    version: int
    fence: int
    text: str
    """The YAML with all `{{ }}` filled."""
    hash: str
    """SHA-256 of the normalised model of `text`, as `dsl.job.job_hash` makes it."""
    signature: str
    """Ed25519 over `signed_bytes`, base64."""
    drain_s: float = 30.0


class Assign(Message, tag="assign", frozen=True, kw_only=True):
    """Run this; replaces an older version of the same job."""

    sequence: int
    bundle: Bundle


class Stop(Message, tag="stop", frozen=True, kw_only=True):
    """Stop the job and drain it."""

    sequence: int
    job: str
    assignment: str
    fence: int
    drain_s: float = 30.0


class Request(Message, tag="request", frozen=True, kw_only=True):
    """A question with a deadline. `what`: trace | dead-letters | replay-dead-letters | samples."""

    request: str
    what: str
    deadline_ns: int
    body: dict[str, Any] = {}


class ResendFrom(Message, tag="resend-from", frozen=True, kw_only=True):
    """A gap was seen: send a full report (`Hello` again)."""

    sequence: int


ToServer = Hello | Heartbeat | AssignmentReport | RunReport | Counters | LogBatch | Samples | Reply
ToWorker = Welcome | Assign | Stop | Request | ResendFrom

encode: Final = msgspec.msgpack.Encoder().encode
decode_from_worker: Final = msgspec.msgpack.Decoder(ToServer).decode
"""Raises `msgspec.ValidationError` for a frame that is none."""
decode_from_server: Final = msgspec.msgpack.Decoder(ToWorker).decode


def signed_bytes(bundle: Bundle) -> bytes:
    """What the server signs: everything that decides what runs, in a fixed order."""
    return msgspec.json.encode(
        [bundle.job, bundle.assignment, bundle.version, bundle.fence, bundle.hash, bundle.text]
    )
