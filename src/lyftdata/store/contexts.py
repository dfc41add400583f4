"""Contexts: implements `contexts.service.ContextStore`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Connection, select

from lyftdata.contexts.model import ContextSet, Scope, Values
from lyftdata.store import tables
from lyftdata.store.database import Database
from lyftdata.store.rows import put


@dataclass(frozen=True, slots=True)
class SqlContextRows:
    """Contexts inside one transaction."""

    connection: Connection

    def contexts(self) -> ContextSet:
        """Every layer."""
        found: dict[str, dict[str, Values]] = {"global": {}, "worker": {}, "job": {}}
        for row in self.connection.execute(select(tables.contexts)).mappings():
            found[row["scope"]][row["owner"]] = row["values"]
        return ContextSet(found["global"].get("", {}), found["worker"], found["job"])

    def put_context(self, scope: Scope, owner: str, values: Values) -> None:
        """Replace one layer."""
        put(
            self.connection,
            tables.contexts,
            {"scope": scope, "owner": owner, "values": dict(values)},
        )


@dataclass(frozen=True, slots=True)
class SqlContextStore:
    """Contexts in the control database."""

    database: Database

    @contextmanager
    def read(self) -> Iterator[SqlContextRows]:
        """One consistent view."""
        with self.database.read() as connection:
            yield SqlContextRows(connection)

    @contextmanager
    def write(self, *, dry_run: bool = False) -> Iterator[SqlContextRows]:
        """One transaction."""
        with self.database.write(dry_run=dry_run) as connection:
            yield SqlContextRows(connection)
