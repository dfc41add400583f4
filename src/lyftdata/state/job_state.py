"""What one job remembers: position, ledger, counters, the chunk being written, dead letters.

`journal` is called before a chunk is written, `commit` after it; each is one durable transaction.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import msgspec

from lyftdata.core.errors import NotFound, PermanentError
from lyftdata.core.event import Json
from lyftdata.state import dead_letters
from lyftdata.state.database import open_database, told, transaction
from lyftdata.state.dead_letters import DeadLetter, HeldLetter

LEDGER_KEYS: Final = (
    "received",
    "created",
    "delivered",
    "filtered",
    "absorbed",
    "dead_lettered",
    "expired",
    "in_flight",
    "bytes_in",
    "bytes_out",
    "warnings",
    "retries",
    "kept_errors",
    "dead_letters_dropped",
)
_DATABASE: Final = "state.db"
_encode = msgspec.json.encode
_decode = msgspec.json.decode


class OpenChunk(msgspec.Struct, frozen=True, kw_only=True):
    """The chunk that was being written: its range and the names it is written under."""

    begin: Json | None
    end: Json
    parts: list[tuple[str, Json]]
    guid: str
    number: int
    window: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Commit:
    """What becomes true at once when a chunk has been delivered."""

    position: Json | None
    added: Mapping[str, int]
    """What each key of the ledger grew by."""
    counters: Mapping[str, int]
    dead: Sequence[DeadLetter] = ()
    number: int
    """Of the next chunk."""
    facts: Mapping[str, Any] = field(default_factory=dict)
    """Other values to keep (the trigger's watermark)."""


class JobState:
    """The open state of one job. One thread, one process at a time (see `JobsDir.lock`)."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection = connection
        self._path = path
        facts = {
            name: value if name == "life" else _decode(value)
            for name, value in connection.execute("SELECT name, value FROM facts")
        }
        self.life: str = facts["life"]
        """An id made with this state; a state that was deleted and begun anew has another."""
        self.position: Json | None = facts.get("position")
        self.ledger: dict[str, int] = dict.fromkeys(LEDGER_KEYS, 0) | facts.get("ledger", {})
        self.counters: dict[str, int] = facts.get("counters", {})
        self.number: int = facts.get("number", 0)
        self._facts: dict[str, Any] = facts
        self._counters_kept = dict(self.counters)

    @classmethod
    def open(cls, folder: Path) -> JobState:
        """Open or begin the state in `folder`. Raises `NewerState` and other coded errors."""
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise PermanentError(
                f"cannot make {folder}: {error.strerror}; check the jobs directory and its owner",
                code="state-unusable",
            ) from error
        path = folder / _DATABASE
        connection = open_database(path)
        try:
            with told(path):
                return cls(connection, path)
        except BaseException:
            connection.close()
            raise

    def close(self) -> None:
        """Close the file; may be called twice."""
        self._connection.close()

    # --- the walk of a chunk ----------------------------------------------------------------------

    def open_chunk(self) -> OpenChunk | None:
        """The chunk that was journalled and not committed: it must be replayed first."""
        chunk = self._facts.get("chunk")
        return None if chunk is None else msgspec.convert(chunk, OpenChunk)

    def journal(self, chunk: OpenChunk) -> None:
        """Remember what is about to be written, durably, before it is."""
        with self._saving():
            self._keep("chunk", msgspec.to_builtins(chunk))

    def forget_chunk(self) -> None:
        """Give up a journalled chunk that cannot be read again."""
        with self._saving():
            self._keep("chunk", None)

    def commit(self, commit: Commit) -> None:
        """Save position, ledger, counters and dead letters together and close the open chunk."""
        ledger = dict(self.ledger)
        for key, value in commit.added.items():
            ledger[key] = ledger.get(key, 0) + value
        with self._saving():
            if commit.dead:
                ledger["dead_letters_dropped"] += dead_letters.add(self._connection, commit.dead)
            self._keep("position", commit.position)
            self._keep("ledger", ledger)
            self._keep("number", commit.number)
            if commit.counters != self._counters_kept:
                self._keep("counters", dict(commit.counters))
            if self._facts.get("chunk") is not None:
                self._keep("chunk", None)
            for name, value in commit.facts.items():
                self._keep(f"fact:{name}", value)
        self.position, self.ledger, self.number = commit.position, ledger, commit.number
        self._counters_kept = dict(commit.counters)

    # --- small facts ------------------------------------------------------------------------------

    def fact(self, name: str) -> Any:
        """A value kept by `keep` or a commit, or None."""
        return self._facts.get(f"fact:{name}")

    def keep(self, name: str, value: Any) -> None:
        """Keep a small JSON value under a name, durably."""
        with self._saving():
            self._keep(f"fact:{name}", value)

    @contextmanager
    def _saving(self) -> Iterator[None]:
        """A transaction; what `_keep` noted is forgotten again when it fails (a full disk)."""
        before = dict(self._facts)
        try:
            with transaction(self._connection, self._path):
                yield
        except BaseException:
            self._facts = before
            raise

    def _keep(self, name: str, value: Any) -> None:
        self._connection.execute(
            "INSERT OR REPLACE INTO facts VALUES (?, ?)",
            (name, _encode(value)),
        )
        self._facts[name] = value

    # --- dead letters -----------------------------------------------------------------------------

    def dead_letters(self, *, limit: int = 100, after: int | None = None) -> list[HeldLetter]:
        """Kept dead letters, newest first; `after` is the id of the last one seen."""
        with told(self._path):
            return dead_letters.held(self._connection, limit=limit, after=after)

    def dead_letter(self, letter_id: int) -> HeldLetter:
        """One dead letter. Raises `NotFound`."""
        with told(self._path):
            found = dead_letters.one(self._connection, letter_id)
        if found is None:
            raise NotFound(f"no dead letter {letter_id}: it was purged or pushed out by newer ones")
        return found

    def count_dead_letters(self) -> int:
        """How many are kept now."""
        with told(self._path):
            return dead_letters.count(self._connection)

    def purge_dead_letters(self, ids: Sequence[int] | None = None) -> int:
        """Remove these, or all; returns how many went. The ledger stays as it is."""
        with transaction(self._connection, self._path):
            return dead_letters.purge(self._connection, ids)
