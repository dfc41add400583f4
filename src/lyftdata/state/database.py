"""The SQLite file of one job: opened durable, its schema checked, its errors put in our words."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from lyftdata.core.errors import PermanentError, TemporaryError

SCHEMA_VERSION: Final = 1
_SCHEMA: Final = """
CREATE TABLE facts (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE dead_letters (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  at_ns INTEGER NOT NULL,
  code TEXT NOT NULL,
  reason TEXT NOT NULL,
  action INTEGER,
  name TEXT NOT NULL,
  field TEXT,
  value TEXT,
  record BLOB NOT NULL,
  record_bytes INTEGER NOT NULL
);
"""
_TEMPORARY: Final = ("SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_FULL", "SQLITE_NOMEM")


class NewerState(PermanentError):
    """The state was written by a newer version of the program."""

    code = "newer-state"


def open_database(path: Path) -> sqlite3.Connection:
    """Open or make the file. Raises `NewerState`, `PermanentError`, `TemporaryError`."""
    with told(path):
        connection = sqlite3.connect(path, isolation_level=None, timeout=5.0)
    try:
        with told(path):
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA cache_size = -1024")
            _prepare(connection, path)
    except BaseException:
        connection.close()
        raise
    return connection


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version > SCHEMA_VERSION:
        raise NewerState(
            f"{path} has schema version {version}, this program knows {SCHEMA_VERSION}:"
            " run the newer program again, or give the job another jobs directory"
        )
    if version == SCHEMA_VERSION:
        return
    with transaction(connection, path):
        for statement in _SCHEMA.split(";"):
            connection.execute(statement)
        connection.execute("INSERT INTO facts VALUES ('life', lower(hex(randomblob(16))))")
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")


@contextmanager
def transaction(connection: sqlite3.Connection, path: Path) -> Iterator[None]:
    """All statements inside or none; on disk when it ends."""
    with told(path):
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise


@contextmanager
def told(path: Path) -> Iterator[None]:
    """Turn SQLite's errors into ours: full or busy is temporary, all else needs somebody."""
    try:
        yield
    except sqlite3.Error as error:
        name = getattr(error, "sqlite_errorname", "")
        if name.startswith("SQLITE_FULL") or "disk I/O" in str(error):
            raise TemporaryError(
                f"cannot write {path}: {error}; free some space on that disk", code="disk-full"
            ) from error
        if name.startswith(_TEMPORARY):
            raise TemporaryError(f"cannot use {path} now: {error}", code="state-busy") from error
        raise PermanentError(
            f"cannot use {path}: {error}; check its owner and permissions, or move it away to"
            " start the job from the beginning",
            code="state-unusable",
        ) from error
