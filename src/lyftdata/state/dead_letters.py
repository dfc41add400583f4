"""Dead letters: records that could not be handled, kept with the reason, within bounds.

The newest are kept; what the bounds push out is counted. Part of the job's own SQLite file, so that
a letter is written in the same transaction as the position behind it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from lyftdata.core.event import Json

MAX_ROWS: Final = 10_000
MAX_BYTES: Final = 64 * 1024 * 1024
MAX_RECORD: Final = 1024 * 1024
MAX_VALUE: Final = 256
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    """One record that could not be handled."""

    at_ns: int
    code: str
    reason: str
    action: int | None
    """Index of the action, None for the input and the output."""
    name: str
    """Of the action; `input` or `output`."""
    field: str | None = None
    value: str | None = None
    """The offending value, cut to a readable length."""
    record: bytes
    """The record as it was read; of an event made by a split, that event as JSON."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldLetter:
    """A dead letter as it is kept."""

    id: int
    letter: DeadLetter
    record_bytes: int
    """Size of the record before it was cut to 1 MiB."""

    def shown(self) -> Json:
        """As JSON, in the shape of the HTTP API."""
        letter = self.letter
        return {
            "id": str(self.id),
            "at": iso_time(letter.at_ns),
            "reason": letter.reason,
            "code": letter.code,
            "action": letter.action if letter.action is not None else letter.name,
            "name": letter.name,
            "field": letter.field,
            "value": letter.value,
            "event": letter.record.decode("utf-8", "replace"),
            "event_bytes": self.record_bytes,
        }


def iso_time(ns: int) -> str:
    """Epoch nanoseconds as ISO 8601 in UTC with milliseconds."""
    at = _EPOCH + timedelta(microseconds=ns // 1000)
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def add(connection: sqlite3.Connection, letters: Sequence[DeadLetter]) -> int:
    """Keep letters, inside a transaction; returns how many old ones had to go."""
    connection.executemany(
        "INSERT INTO dead_letters (at_ns, code, reason, action, name, field, value, record,"
        " record_bytes) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                one.at_ns,
                one.code,
                one.reason[:4096],
                one.action,
                one.name,
                one.field,
                one.value,
                one.record[:MAX_RECORD],
                len(one.record),
            )
            for one in letters[-MAX_ROWS:]
        ],
    )
    return max(0, len(letters) - MAX_ROWS) + _trim(connection)


def _trim(connection: sqlite3.Connection) -> int:
    rows, size = connection.execute(
        "SELECT count(*), coalesce(sum(min(record_bytes, ?)), 0) FROM dead_letters", (MAX_RECORD,)
    ).fetchone()
    gone = 0
    while rows > MAX_ROWS or size > MAX_BYTES:
        oldest, length = connection.execute(
            "SELECT id, min(record_bytes, ?) FROM dead_letters ORDER BY id LIMIT 1", (MAX_RECORD,)
        ).fetchone()
        connection.execute("DELETE FROM dead_letters WHERE id = ?", (oldest,))
        rows, size, gone = rows - 1, size - length, gone + 1
    return gone


def held(connection: sqlite3.Connection, *, limit: int, after: int | None) -> list[HeldLetter]:
    """The newest first; `after` is the id of the last one seen."""
    rows = connection.execute(
        "SELECT * FROM dead_letters WHERE id < ? ORDER BY id DESC LIMIT ?",
        (after if after is not None else 1 << 62, limit),
    ).fetchall()
    return [_row(row) for row in rows]


def one(connection: sqlite3.Connection, letter_id: int) -> HeldLetter | None:
    """The letter of this id."""
    row = connection.execute("SELECT * FROM dead_letters WHERE id = ?", (letter_id,)).fetchone()
    return _row(row) if row else None


def purge(connection: sqlite3.Connection, ids: Sequence[int] | None) -> int:
    """Remove the letters of these ids, or all; returns how many."""
    if ids is None:
        return connection.execute("DELETE FROM dead_letters").rowcount
    return sum(
        connection.execute("DELETE FROM dead_letters WHERE id = ?", (letter_id,)).rowcount
        for letter_id in ids
    )


def count(connection: sqlite3.Connection) -> int:
    """How many are kept."""
    found: int = connection.execute("SELECT count(*) FROM dead_letters").fetchone()[0]
    return found


def _row(row: tuple[object, ...]) -> HeldLetter:
    letter_id, at_ns, code, reason, action, name, field, value, record, size = row
    letter = DeadLetter(
        at_ns=at_ns,  # type: ignore[arg-type]  # columns of our own schema
        code=str(code),
        reason=str(reason),
        action=action,  # type: ignore[arg-type]
        name=str(name),
        field=field,  # type: ignore[arg-type]
        value=value,  # type: ignore[arg-type]
        record=bytes(record),  # type: ignore[call-overload]
    )
    return HeldLetter(id=letter_id, letter=letter, record_bytes=size)  # type: ignore[arg-type]
