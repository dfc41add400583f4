"""One database: engine, transactions, migration to the newest schema. SQLite now, others by URL.

Sync on purpose: called from threads. One writer at a time, short transactions, many readers (WAL).
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DatabaseError, OperationalError

from lyftdata.core.errors import CodedError, TemporaryError

Name = Literal["control", "telemetry"]
_MIGRATIONS: Final = Path(__file__).parent / "migrations"


class NewerStore(CodedError):
    """The database was written by a newer version of the program."""

    code = "newer-store"


class StoreFailed(TemporaryError):
    """The database cannot be read or written now: full disk, no permission, locked."""

    code = "store-failed"


@contextmanager
def _failures() -> Iterator[None]:
    try:
        yield
    except OperationalError as error:
        raise StoreFailed(f"the database failed: {error.orig}; is its disk full?") from error


@dataclass(frozen=True, slots=True)
class Database:
    """An open database with the newest schema."""

    engine: Engine
    _writer: threading.Lock = field(default_factory=threading.Lock)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One consistent view."""
        with _failures(), self.engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def write(self, *, dry_run: bool = False) -> Iterator[Connection]:
        """One transaction; rolled back at its end in a dry run, or when it raises."""
        with _failures(), self._writer, self.engine.connect() as plain:
            connection = plain.execution_options(writes=True)
            with connection.begin() as transaction:
                yield connection
                if dry_run:
                    transaction.rollback()

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()


def open_database(path: Path, name: Name) -> Database:
    """Open (or make) the file, bring its schema up. Raises `NewerStore`, `StoreFailed`."""
    synchronous = "FULL" if name == "control" else "NORMAL"
    engine = create_engine(f"sqlite:///{path}", pool_size=16, max_overflow=48)
    event.listen(engine, "connect", _connected(synchronous))
    event.listen(engine, "begin", _begun)
    database = Database(engine)
    try:
        migrate(database, name, shown=str(path))
    except DatabaseError as error:
        database.close()
        raise StoreFailed(
            f"cannot use the database {path}: {error.orig}; check its owner, permissions and disk, "
            "or restore a backup"
        ) from error
    except BaseException:
        database.close()
        raise
    path.chmod(0o600)
    return database


def migrate(database: Database, name: Name, *, shown: str) -> None:
    """Run the migrations that this database lacks; raises `NewerStore` for a newer schema."""
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS / name).replace("%", "%%"))
    scripts = ScriptDirectory.from_config(config)
    known = {one.revision for one in scripts.walk_revisions()}
    with database.engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    if current is not None and current not in known:
        raise NewerStore(
            f"{shown} was written by a newer version of LyftData (schema {current}; this version "
            f"knows up to {scripts.get_current_head()}): install that version again, or restore a "
            "backup made by this one"
        )
    if current == scripts.get_current_head():
        return
    with database.write() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _connected(synchronous: str) -> Any:
    def prepare(connection: Any, _record: object) -> None:
        # The driver's own transaction handling begins too late for reads; we say BEGIN ourselves.
        connection.isolation_level = None
        for pragma in (
            "journal_mode=WAL",
            f"synchronous={synchronous}",
            "busy_timeout=10000",
            "foreign_keys=ON",
        ):
            connection.execute(f"PRAGMA {pragma}")

    return prepare


def _begun(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
