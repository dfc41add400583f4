"""The end of the walk: results gather in an open chunk, which is journalled, written, committed.

A chunk closes when it is full, old, at the end of a document, or when nothing more comes. Ranges
that left nothing to write are committed on their own, so that a filtered stream also moves on.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from lyftdata.core.event import Json, encode_json
from lyftdata.core.ids import derived_uuid
from lyftdata.dsl.job import Job
from lyftdata.engine.ports import Environment
from lyftdata.engine.result import Result
from lyftdata.engine.retrying import Retrier
from lyftdata.engine.tools import JobTools
from lyftdata.spec.component import Batching, Chunk, Output, Part, Position, RetryPolicy
from lyftdata.state import Commit, DeadLetter, JobState, OpenChunk

MAX_BYTES: Final = 4 * 1024 * 1024
"""Bytes of results and dead letters that one chunk may hold in memory; then it closes."""
MAX_RANGE: Final = 64 * 1024 * 1024
"""Bytes read after which a range without results is committed."""
MAX_AGE_NS: Final = 250_000_000
"""How long a chunk without a size may stay open while more comes at once."""
_STATE_RETRY: Final = RetryPolicy()


class Lane:
    """Owns the open chunk. The position of the job's state is always the chunk's begin."""

    def __init__(
        self, job: Job, output: Output, state: JobState, env: Environment, retrier: Retrier
    ) -> None:
        definition, spec = job.output.definition, job.output.spec
        self._batching: Batching = definition.batching(spec)  # type: ignore[union-attr]
        self._retry: RetryPolicy = definition.retry(spec)  # type: ignore[union-attr]
        self._by_events = definition.takes(spec).form == "events"  # type: ignore[union-attr]
        self._names = (job.name, job.output.name)
        self._output, self._env, self._retrier = output, env, retrier
        self.state = state
        self.committed: Callable[[Position], None] = lambda _: None
        self.tools: JobTools | None = None
        self._clear()

    def _clear(self) -> None:
        self._pieces: list[bytes] = []
        self._events: list[Json] = []
        self._dead: list[DeadLetter] = []
        self._added: dict[str, int] = {}
        self._count = self._bytes = self._read = 0
        self._began_ns: int | None = None
        self._end: Position | None = None

    # --- what is in it ----------------------------------------------------------------------------

    @property
    def pending(self) -> bool:
        """Whether something is not committed yet."""
        return self._end is not None

    @property
    def waits_for_timer(self) -> bool:
        """Whether the open chunk may wait for more although the input is idle."""
        return bool(self._count and self._batching.timeout_ns)

    @property
    def room(self) -> int | None:
        """Events until the chunk is full; None without a bound."""
        if not self._batching.size or self._batching.by_document:
            return None
        return self._batching.size - self._count

    def live(self) -> dict[str, int]:
        """The ledger with what is still open: that is in flight."""
        totals = dict(self.state.ledger)
        for key, value in self._added.items():
            totals[key] = totals.get(key, 0) + value
        totals["in_flight"] = self._added.get("delivered", 0)
        totals["delivered"] -= totals["in_flight"]
        return totals

    def add(self, result: Result, end: Position, added: dict[str, int]) -> None:
        """Take the results up to `end`; `added` is what the ledger grows by."""
        if result.count and self._began_ns is None:
            self._began_ns = self._env.clock.monotonic_ns()
        if result.lines:
            self._pieces.append(result.lines)
        self._events += result.events
        self._dead += result.dead
        self._count += result.count
        self._bytes += len(result.lines) + sum(len(one.record) + 256 for one in result.dead)
        self._bytes += 512 * len(result.events)
        self._read += added.get("bytes_in", 0)
        for key, value in added.items():
            self._added[key] = self._added.get(key, 0) + value
        self._end = end

    # --- when it closes ---------------------------------------------------------------------------

    def full(self, *, ends_document: bool) -> bool:
        """Whether the chunk must close now, whatever comes next."""
        if self._bytes >= MAX_BYTES or (not self._count and self._read >= MAX_RANGE):
            return True
        if self._batching.by_document:
            return ends_document
        if self._batching.size:
            return self._count >= self._batching.size
        return self._age() >= MAX_AGE_NS

    def due(self) -> bool:
        """Whether the chunk must close because of its age, or because the input is idle."""
        if not self._count:
            return True
        if self._batching.timeout_ns:
            return self._age() >= self._batching.timeout_ns
        return not self._batching.by_document

    def seconds_left(self) -> float:
        """Until the timer closes the chunk."""
        return max(0.0, (self._batching.timeout_ns - self._age()) / 1e9)

    def _age(self) -> int:
        return 0 if self._began_ns is None else self._env.clock.monotonic_ns() - self._began_ns

    # --- how it closes ----------------------------------------------------------------------------

    def flush(self, facts: dict[str, Any] | None = None) -> None:
        """Write and commit what is open. Raises `Stopped`, `PermanentError`."""
        if self._end is None:
            if facts:
                self._commit(self.state.position, self.state.number, 0, facts)
            return
        if not self._count:
            self._commit(self._end, self.state.number, 0, facts)
            return
        number, begin = self.state.number + 1, self.state.position
        place = encode_json(begin).decode()
        guid = derived_uuid(*self._names, self.state.life, place, str(number))
        self._write(guid, number, begin, facts)

    def replay(self, chunk: OpenChunk) -> None:
        """Write and commit what is open as the chunk that a crash interrupted."""
        if self._end is None:
            self.state.forget_chunk()
            return
        self._write(chunk.guid, chunk.number, chunk.begin, None, chunk.parts)

    def _write(
        self,
        guid: str,
        number: int,
        begin: Position | None,
        facts: dict[str, Any] | None,
        journalled: Sequence[tuple[str, Json]] = (),
    ) -> None:
        chunk = Chunk(
            count=self._count,
            lines=b"".join(self._pieces),
            events=self._events if self._by_events else (),
            guid=guid,
            number=number,
        )
        if self.tools is not None:
            self.tools.number = number
        what = f"output {self._names[1]}"
        parts = self._retrier.run(what, self._retry, lambda: self._output.plan(chunk, journalled))
        if not journalled and any(part.name for part in parts):
            self._journal(begin, parts, guid, number)
        self._retrier.run(what, self._retry, lambda: self._output.write(parts))
        assert self._end is not None  # both callers looked
        self._commit(self._end, number, sum(len(part.data) for part in parts), facts)

    def _journal(
        self, begin: Position | None, parts: Sequence[Part], guid: str, number: int
    ) -> None:
        assert self._end is not None
        window = self.tools.window if self.tools else None
        entry = OpenChunk(
            begin=begin,
            end=self._end,
            parts=[(part.name, part.mark) for part in parts],
            guid=guid,
            number=number,
            window=(window.start_ns, window.end_ns) if window else None,
        )
        self._retrier.run("state", _STATE_RETRY, lambda: self.state.journal(entry))

    def _commit(
        self, end: Position | None, number: int, bytes_out: int, facts: dict[str, Any] | None
    ) -> None:
        added = dict(self._added)
        added["bytes_out"] = added.get("bytes_out", 0) + bytes_out
        added["retries"] = self._retrier.retries
        counters = dict(self.tools.counters) if self.tools else {}
        commit = Commit(
            position=end,
            added=added,
            counters=counters,
            dead=self._dead,
            number=number,
            facts=facts or {},
        )
        self._retrier.run("state", _STATE_RETRY, lambda: self.state.commit(commit))
        self._retrier.retries = 0
        self._clear()
        if end is not None:
            self.committed(end)
