"""Workers and their keys: implements `fleet.service.FleetStore`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass

from sqlalchemy import Connection, RowMapping, delete, insert, select

from lyftdata.fleet.model import Worker
from lyftdata.store import tables
from lyftdata.store.database import Database
from lyftdata.store.rows import put

_LISTS = ("inputs", "actions", "outputs")


@dataclass(frozen=True, slots=True)
class SqlFleetRows:
    """Workers inside one transaction."""

    connection: Connection

    def worker(self, id_: str) -> Worker | None:
        """One worker."""
        query = select(tables.workers).where(tables.workers.c.id == id_)
        row = self.connection.execute(query).mappings().first()
        return _worker(row) if row else None

    def workers(self) -> list[Worker]:
        """All by id."""
        query = select(tables.workers).order_by(tables.workers.c.id)
        return [_worker(row) for row in self.connection.execute(query).mappings()]

    def put_worker(self, worker: Worker) -> None:
        """Insert or replace."""
        values = asdict(worker)
        put(self.connection, tables.workers, values | {key: list(values[key]) for key in _LISTS})

    def key_hashes(self, worker: str) -> list[str]:
        """Hashes of the worker's keys."""
        columns = tables.worker_keys.c
        query = select(columns.key_hash).where(columns.worker == worker)
        return list(self.connection.execute(query).scalars())

    def put_key(self, worker: str, key_hash: str, created_ns: int) -> None:
        """Replaces the worker's earlier keys."""
        keys = tables.worker_keys
        self.connection.execute(delete(keys).where(keys.c.worker == worker))
        self.connection.execute(
            insert(keys).values(worker=worker, key_hash=key_hash, created_ns=created_ns)
        )


def _worker(row: RowMapping) -> Worker:
    return Worker(**{**row, **{key: tuple(row[key]) for key in _LISTS}})


@dataclass(frozen=True, slots=True)
class SqlFleetStore:
    """Workers in the control database."""

    database: Database

    @contextmanager
    def read(self) -> Iterator[SqlFleetRows]:
        """One consistent view."""
        with self.database.read() as connection:
            yield SqlFleetRows(connection)

    @contextmanager
    def write(self, *, dry_run: bool = False) -> Iterator[SqlFleetRows]:
        """One transaction."""
        with self.database.write(dry_run=dry_run) as connection:
            yield SqlFleetRows(connection)
