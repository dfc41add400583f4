"""Jobs, versions, assignments: implements `jobs.service.JobStore`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass

from sqlalchemy import Connection, delete, insert, select, update

from lyftdata.jobs.model import Assignment, JobRecord, Version
from lyftdata.store import tables
from lyftdata.store.database import Database
from lyftdata.store.rows import put


@dataclass(frozen=True, slots=True)
class SqlJobRows:
    """Jobs inside one transaction."""

    connection: Connection

    def job(self, name: str) -> JobRecord | None:
        """One job."""
        query = select(tables.jobs).where(tables.jobs.c.name == name)
        row = self.connection.execute(query).mappings().first()
        return JobRecord(**row) if row else None

    def jobs(self, search: str) -> list[JobRecord]:
        """Jobs whose name contains `search`, by name."""
        query = select(tables.jobs).order_by(tables.jobs.c.name)
        if search:
            query = query.where(tables.jobs.c.name.icontains(search, autoescape=True))
        return [JobRecord(**row) for row in self.connection.execute(query).mappings()]

    def put_job(self, job: JobRecord) -> None:
        """Insert or replace."""
        put(self.connection, tables.jobs, asdict(job))

    def remove_job(self, name: str) -> None:
        """With versions, assignments and deployments."""
        for table in (tables.versions, tables.assignments, tables.deployments):
            self.connection.execute(delete(table).where(table.c.job == name))
        self.connection.execute(delete(tables.jobs).where(tables.jobs.c.name == name))

    def version(self, job: str, number: int) -> Version | None:
        """One version."""
        columns = tables.versions.c
        query = select(tables.versions).where(columns.job == job, columns.number == number)
        row = self.connection.execute(query).mappings().first()
        return Version(**row) if row else None

    def versions(self, job: str) -> list[Version]:
        """Newest first."""
        columns = tables.versions.c
        query = select(tables.versions).where(columns.job == job).order_by(columns.number.desc())
        return [Version(**row) for row in self.connection.execute(query).mappings()]

    def add_version(self, version: Version) -> None:
        """A new one; there is no way to change it."""
        self.connection.execute(insert(tables.versions).values(**asdict(version)))

    def assignments(self, *, job: str = "", worker: str = "") -> list[Assignment]:
        """By job and worker; empty means any."""
        columns = tables.assignments.c
        query = select(tables.assignments).order_by(columns.job, columns.worker)
        if job:
            query = query.where(columns.job == job)
        if worker:
            query = query.where(columns.worker == worker)
        return [Assignment(**row) for row in self.connection.execute(query).mappings()]

    def put_assignment(self, assignment: Assignment) -> None:
        """Replaces the one of the same job and worker."""
        put(self.connection, tables.assignments, asdict(assignment))

    def add_deployment(self, assignment: Assignment, by: str) -> None:
        """Remember that this version was deployed here."""
        self.connection.execute(
            insert(tables.deployments).values(
                job=assignment.job,
                worker=assignment.worker,
                version=assignment.version,
                at_ns=assignment.since_ns,
                by=by,
            )
        )

    def deployed_versions(self, job: str, worker: str) -> list[int]:
        """The latest deployment first."""
        columns = tables.deployments.c
        query = (
            select(columns.version)
            .where(columns.job == job, columns.worker == worker)
            .order_by(columns.id.desc())
        )
        return list(self.connection.execute(query).scalars())

    def next_fence(self) -> int:
        """A number above all before, of any job, also of deleted ones."""
        columns = tables.sequences.c
        moved = self.connection.execute(
            update(tables.sequences)
            .where(columns.name == "fence")
            .values(value=columns.value + 1)
            .returning(columns.value)
        ).scalar()
        if moved is not None:
            return int(moved)
        self.connection.execute(insert(tables.sequences).values(name="fence", value=1))
        return 1


@dataclass(frozen=True, slots=True)
class SqlJobStore:
    """Jobs in the control database."""

    database: Database

    @contextmanager
    def read(self) -> Iterator[SqlJobRows]:
        """One consistent view."""
        with self.database.read() as connection:
            yield SqlJobRows(connection)

    @contextmanager
    def write(self, *, dry_run: bool = False) -> Iterator[SqlJobRows]:
        """One transaction."""
        with self.database.write(dry_run=dry_run) as connection:
            yield SqlJobRows(connection)
