"""One open input, read to its end: batches go through the plan into the lane.

The loop of a run. It asks for a stop, reports and keeps the lane's timer between any two batches.
"""

from __future__ import annotations

from typing import Final

from lyftdata.engine.careful import Careful
from lyftdata.engine.cutting import Cutter, Piece
from lyftdata.engine.lane import Lane
from lyftdata.engine.ports import Environment, RunOptions, StopSignal
from lyftdata.engine.result import Result, refused_letter
from lyftdata.engine.retrying import Retrier
from lyftdata.engine.watchdog import Watchdog
from lyftdata.spec.component import Batch, Input, RetryPolicy

_WAIT_S: Final = 0.25
_REPORT_NS: Final = 500_000_000
_SAMPLE_NS: Final = 1_000_000_000
_SAMPLES: Final = 3
_INPUT_RETRY: Final = RetryPolicy()


class Session:
    """Drives one input."""

    def __init__(
        self,
        source: Input,
        plan: Watchdog,
        lane: Lane,
        env: Environment,
        stop: StopSignal,
        options: RunOptions,
    ) -> None:
        self._source, self._plan, self._lane = source, plan, lane
        self._env, self._stop, self._options = env, stop, options
        self._retrier = Retrier(env.reporter, stop, env.clock)
        self._reported = self._sampled = 0
        self._deadline: int | None = None
        if options.once_timeout is not None:
            self._deadline = env.clock.monotonic_ns() + int(options.once_timeout * 1e9)
        self._careful = Careful(lane.state, on=options.careful)
        self.left = options.limit
        """Records that may still be read."""
        lane.committed = source.committed

    def close(self) -> None:
        """Close the input."""
        self._source.close()

    def read_all(self) -> None:
        """Take everything in without committing: for a range that is replayed."""
        while not self._source.ended:
            self._env.reporter.alive()
            batch = self._read(_WAIT_S)
            if batch is not None:
                self._take(Cutter(batch).next(None))

    def stream(self, facts: dict[str, int]) -> tuple[str, str, str]:
        """Read to the end or to a stop; state, reason and code. `facts` are kept at a good end."""
        state, reason = "completed", "all was read"
        while True:
            self._tick()
            if self._stop.is_set():
                state, reason = "stopped", "asked to stop"
                break
            if self._over():
                reason = "the limit was reached"
                break
            batch = self._read(self._patience())
            if batch is not None:
                self._feed(batch)
                continue
            if self._source.ended:
                break
            if self._options.until_idle and self._source.caught_up:
                reason = "all that exists was read"
                break
            self._idle()
        self._lane.flush(dict(facts) if state == "completed" else None)
        self._tick()
        return state, reason, ""

    def _over(self) -> bool:
        if self.left is not None and self.left <= 0:
            return True
        return self._deadline is not None and self._env.clock.monotonic_ns() >= self._deadline

    def _read(self, wait_s: float) -> Batch | None:
        return self._retrier.run("input", _INPUT_RETRY, lambda: self._source.read(wait_s))

    def _patience(self) -> float:
        if not self._lane.pending:
            return _WAIT_S
        return min(_WAIT_S, self._lane.seconds_left()) if self._lane.waits_for_timer else 0.0

    def _idle(self) -> None:
        if self._lane.pending and self._lane.due():
            self._lane.flush()

    def _feed(self, batch: Batch) -> None:
        cutter = Cutter(batch)
        while cutter.left:
            if self.left is not None and self.left <= 0:
                return
            before = cutter.position if self._careful.on else None
            piece = cutter.next(self._room())
            result = self._take(piece, poison=self._careful.kills(before))
            if result.aborted is not None:
                self._lane.flush()
                raise result.aborted
            if self._lane.full(ends_document=piece.ends_document):
                self._lane.flush()
                self._tick()
        if self._lane.waits_for_timer and self._lane.due():
            self._lane.flush()

    def _room(self) -> int | None:
        if self._careful.on:
            return 1
        rooms = [one for one in (self._lane.room, self.left) if one is not None]
        return min(rooms) if rooms else None

    def _take(self, piece: Piece, *, poison: bool = False) -> Result:
        run = self._plan.poison if poison else self._plan.run
        result = run(piece.records)
        now = self._env.clock.wall_ns()
        letters = [refused_letter(one, now) for one in piece.refused]
        added = result.added
        added["received"] += len(letters)
        added["dead_lettered"] += len(letters)
        added["bytes_in"] = piece.source_bytes
        added["warnings"] = self._plan.take_warnings()
        result.dead += letters
        if self.left is not None:
            self.left -= added["received"]
        end = piece.end
        if result.aborted is not None:
            if not result.records:
                return result
            end = piece.locate(result.records)
        self._lane.add(result, end, added)
        self._sample(result)
        return result

    def _tick(self) -> None:
        self._env.reporter.alive()
        now = self._env.clock.monotonic_ns()
        if now - self._reported >= _REPORT_NS:
            self._reported = now
            self._env.reporter.totals(self._lane.live())

    def _sample(self, result: Result) -> None:
        now = self._env.clock.monotonic_ns()
        if result.lines and now - self._sampled >= _SAMPLE_NS:
            self._sampled = now
            head = result.lines[: 64 * 1024].split(b"\n", _SAMPLES)[:_SAMPLES]
            self._env.reporter.samples([line for line in head if line])
