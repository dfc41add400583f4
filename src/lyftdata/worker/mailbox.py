"""The job process's side of reporting: the engine drops things here and never waits for anybody.

A thread sends them on. What piles up is bounded: totals and samples keep only the newest, log lines
beyond the bound are counted and said.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any, Final

from lyftdata.core.clock import Clock
from lyftdata.wire.counting import grown
from lyftdata.worker import frames

MAX_LOGS: Final = 2_000
MAX_SAMPLE: Final = 16 * 1024
BEAT_S: Final = 1.0


class Mailbox:
    """The engine's `Reporter` inside a job process. `send` writes packed frames; it may block."""

    def __init__(self, send: Callable[[bytes], None], *, clock: Clock) -> None:
        self._send = send
        self._clock = clock
        self._wake = threading.Condition()
        self._frames: deque[frames.Frame] = deque()
        self._totals: dict[str, int] | None = None
        self._last_totals: dict[str, int] = {}
        self._sample: frames.Sample | None = None
        self._dropped_logs = 0
        self._alive = False
        self._closed = False
        self._run = ""
        self._run_started = 0
        self._run_start: dict[str, int] = {}
        self._thread = threading.Thread(target=self._work, name="reports", daemon=True)

    def start(self) -> None:
        """Begin sending."""
        self._thread.start()

    def close(self, timeout_s: float = 5.0) -> None:
        """Send what is left and end; gives up when the other side does not read."""
        with self._wake:
            self._closed = True
            self._wake.notify()
        self._thread.join(timeout_s)

    def post(self, frame: frames.Frame) -> None:
        """Queue one frame as it is."""
        with self._wake:
            self._frames.append(frame)
            self._wake.notify()

    # --- the engine's Reporter ---------------------------------------------------------------

    def totals(self, totals: dict[str, int]) -> None:
        """The counters as they stand; a newer call replaces one that was not sent yet."""
        with self._wake:
            self._totals = dict(totals)
            self._last_totals = self._totals
            self._wake.notify()

    def log(self, level: str, message: str, *, code: str = "", **fields: Any) -> None:
        """One log line."""
        count = fields.pop("count", 1)
        frame = frames.Log(
            at_ns=self._clock.wall_ns(),
            level=level,
            message=message,
            run=self._run,
            code=code,
            count=count,
            fields=fields,
        )
        with self._wake:
            if len(self._frames) >= MAX_LOGS:
                self._dropped_logs += 1
                return
            self._frames.append(frame)
            self._wake.notify()

    def samples(self, events: Sequence[bytes]) -> None:
        """A few events that just came out; only the newest few are kept."""
        texts = [event[:MAX_SAMPLE].decode("utf-8", "replace").rstrip("\n") for event in events]
        with self._wake:
            self._sample = frames.Sample(at_ns=self._clock.wall_ns(), events=texts)
            self._wake.notify()

    def run_started(self, run_id: str, started_ns: int) -> None:
        """A run began."""
        self._run, self._run_started, self._run_start = run_id, started_ns, self._last_totals
        self.post(frames.RunBegan(run=run_id, started_ns=started_ns, totals=self._last_totals))

    def run_ended(self, run_id: str, state: str, reason: str) -> None:
        """A run ended."""
        self.post(
            frames.RunEnded(
                run=run_id,
                state=state,
                reason=reason,
                started_ns=self._run_started,
                ended_ns=self._clock.wall_ns(),
                counters=grown(self._last_totals, self._run_start),
            )
        )
        self._run = ""

    def alive(self) -> None:
        """The main loop turned."""
        self._alive = True

    # --- the sending thread ------------------------------------------------------------------

    def _work(self) -> None:
        next_beat = 0
        while True:
            with self._wake:
                if not (self._closed or self._waiting()):
                    self._wake.wait(BEAT_S)
                batch, closed = self._take(), self._closed
            now = self._clock.monotonic_ns()
            if self._alive and now >= next_beat:
                self._alive = False
                next_beat = now + int(BEAT_S * 1e9)
                batch.append(frames.Alive())
            try:
                self._send(b"".join(frames.pack(frame) for frame in batch))
            except OSError:
                return  # the supervisor is gone; the listening thread acts on it
            if closed:
                return

    def _waiting(self) -> bool:
        return bool(self._frames) or self._totals is not None or self._sample is not None

    def _take(self) -> list[frames.Frame]:
        batch: list[frames.Frame] = []
        if self._totals is not None:
            batch.append(frames.Totals(totals=self._totals))
            self._totals = None
        if self._sample is not None:
            batch.append(self._sample)
            self._sample = None
        batch.extend(self._frames)
        self._frames.clear()
        if self._dropped_logs:
            batch.append(self._lost_logs())
        return batch

    def _lost_logs(self) -> frames.Log:
        lost, self._dropped_logs = self._dropped_logs, 0
        return frames.Log(
            at_ns=self._clock.wall_ns(),
            level="warning",
            message=f"{lost} log lines were dropped: they came faster than they could be sent",
            code="logs-dropped",
            count=lost,
        )
