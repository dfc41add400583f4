"""Logs, runs, points, totals, live frames: implements `observe.service.TelemetryStore`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import Any

import msgspec
from sqlalchemy import Connection, delete, func, insert, select

from lyftdata.observe.model import STEPS, Bounds, Frame, LogLine, LogQuery, Point, Run
from lyftdata.store import tables
from lyftdata.store.database import Database
from lyftdata.store.rows import put

_DAY_NS = 24 * 3600 * 1_000_000_000


@dataclass(frozen=True, slots=True)
class SqlTelemetryRows:
    """Telemetry inside one transaction."""

    connection: Connection

    # --- logs ------------------------------------------------------------------------------------

    def add_logs(self, lines: Sequence[LogLine]) -> list[LogLine]:
        """Returns them with their ids."""
        kept = []
        for line in lines:
            values = asdict(line)
            del values["id"]
            values["size"] = len(line.message) + len(msgspec.json.encode(values["fields"])) + 100
            done = self.connection.execute(insert(tables.logs).values(values))
            key = done.inserted_primary_key
            assert key is not None
            kept.append(_with_id(line, key[0]))
        return kept

    def logs(self, query: LogQuery, *, before: int, limit: int) -> list[LogLine]:
        """Newest first."""
        columns = tables.logs.c
        wanted = select(tables.logs).order_by(columns.id.desc()).limit(limit)
        if query.job:
            wanted = wanted.where(columns.job == query.job)
        if query.worker:
            wanted = wanted.where(columns.worker == query.worker)
        if query.levels:
            wanted = wanted.where(columns.level.in_(query.levels))
        if query.search:
            wanted = wanted.where(columns.message.icontains(query.search, autoescape=True))
        if before:
            wanted = wanted.where(columns.id < before)
        rows = self.connection.execute(wanted).mappings()
        return [LogLine(**{key: row[key] for key in row if key != "size"}) for row in rows]

    # --- runs ------------------------------------------------------------------------------------

    def put_run(self, run: Run) -> None:
        """Insert or replace."""
        put(self.connection, tables.runs, asdict(run))

    def runs(self, job: str, *, before: str, limit: int) -> list[Run]:
        """Newest first; ids of runs grow with time."""
        columns = tables.runs.c
        query = select(tables.runs).where(columns.job == job).order_by(columns.id.desc())
        if before:
            query = query.where(columns.id < before)
        return [Run(**row) for row in self.connection.execute(query.limit(limit)).mappings()]

    def open_runs(self, worker: str) -> list[Run]:
        """Those that go on, as far as anybody has said."""
        columns = tables.runs.c
        query = select(tables.runs).where(columns.worker == worker, columns.state == "running")
        return [Run(**row) for row in self.connection.execute(query).mappings()]

    # --- figures ---------------------------------------------------------------------------------

    def add_points(self, points: Sequence[Point], *, step_s: int) -> None:
        """Insert or replace."""
        for one in points:
            self._put_point(one, step_s=step_s, samples=1)

    def points(self, subject: str, *, step_s: int, since_s: int) -> list[Point]:
        """Oldest first."""
        columns = tables.points.c
        query = (
            select(tables.points)
            .where(columns.subject == subject, columns.step_s == step_s, columns.at_s >= since_s)
            .order_by(columns.at_s)
        )
        rows = self.connection.execute(query).mappings()
        return [Point(row["subject"], row["at_s"], row["values"]) for row in rows]

    def totals(self) -> dict[tuple[str, str], dict[str, int]]:
        """Per job and worker."""
        rows = self.connection.execute(select(tables.totals)).mappings()
        return {(row["job"], row["worker"]): row["values"] for row in rows}

    def put_totals(self, totals: Mapping[tuple[str, str], Mapping[str, int]]) -> None:
        """Insert or replace."""
        for (job, worker), values in totals.items():
            put(
                self.connection,
                tables.totals,
                {"job": job, "worker": worker, "values": dict(values)},
            )

    def forget(self, job: str) -> None:
        """Runs, totals and points of a job."""
        self.connection.execute(delete(tables.runs).where(tables.runs.c.job == job))
        self.connection.execute(delete(tables.totals).where(tables.totals.c.job == job))
        points = tables.points
        self.connection.execute(delete(points).where(points.c.subject == f"job:{job}"))

    # --- live log --------------------------------------------------------------------------------

    def frames(self, *, limit: int) -> list[Frame]:
        """The newest ones, oldest first."""
        query = select(tables.frames).order_by(tables.frames.c.id.desc()).limit(limit)
        return [Frame(**row) for row in self.connection.execute(query).mappings()][::-1]

    def add_frames(self, frames: Sequence[Frame]) -> None:
        """Append."""
        if frames:
            rows = [{name: getattr(one, name) for name in _FRAME} for one in frames]
            self.connection.execute(insert(tables.frames), rows)

    # --- bounds ----------------------------------------------------------------------------------

    def tidy(self, bounds: Bounds, *, now_ns: int) -> None:
        """Roll points up and drop what is beyond the bounds."""
        self._tidy_logs(bounds, now_ns=now_ns)
        self._tidy_runs(bounds)
        self._tidy_points(now_ns // 1_000_000_000)
        ids = tables.frames.c.id
        edge = select(ids).order_by(ids.desc()).offset(bounds.frames).limit(1)
        oldest = self.connection.execute(edge).scalar()
        if oldest is not None:
            self.connection.execute(delete(tables.frames).where(ids <= oldest))

    def _tidy_logs(self, bounds: Bounds, *, now_ns: int) -> None:
        columns = tables.logs.c
        self.connection.execute(
            delete(tables.logs).where(columns.at_ns < now_ns - bounds.days * _DAY_NS)
        )
        edge = select(columns.id).order_by(columns.id.desc()).offset(bounds.log_rows).limit(1)
        oldest = self.connection.execute(edge).scalar()
        summed = select(
            columns.id, func.sum(columns.size).over(order_by=columns.id.desc()).label("sum")
        ).subquery()
        too_much = select(func.max(summed.c.id)).where(summed.c.sum > bounds.log_bytes)
        heavy = self.connection.execute(too_much).scalar()
        last = max(oldest or 0, heavy or 0)
        if last:
            self.connection.execute(delete(tables.logs).where(columns.id <= last))

    def _tidy_runs(self, bounds: Bounds) -> None:
        columns = tables.runs.c
        full = (
            select(columns.job)
            .group_by(columns.job)
            .having(func.count(columns.id) > bounds.runs_per_job)
        )
        for job in list(self.connection.execute(full).scalars()):
            edge = (
                select(columns.id)
                .where(columns.job == job)
                .order_by(columns.id.desc())
                .offset(bounds.runs_per_job)
                .limit(1)
            )
            oldest = self.connection.execute(edge).scalar()
            self.connection.execute(
                delete(tables.runs).where(columns.job == job, columns.id <= oldest)
            )

    def _tidy_points(self, now_s: int) -> None:
        for (step, _), (wider, _) in pairwise(STEPS):
            self._roll_up(step, wider, now_s)
        columns = tables.points.c
        for step, keep in STEPS:
            self.connection.execute(
                delete(tables.points).where(columns.step_s == step, columns.at_s < now_s - keep)
            )

    def _roll_up(self, step: int, wider: int, now_s: int) -> None:
        columns = tables.points.c
        last = select(func.max(columns.at_s)).where(columns.step_s == wider)
        # The newest wide point is made again: narrow ones may have come since.
        since = self.connection.execute(last).scalar() or 0
        until = now_s // wider * wider
        query = select(tables.points).where(
            columns.step_s == step, columns.at_s >= since, columns.at_s < until
        )
        groups: dict[tuple[str, int], list[Any]] = {}
        for row in self.connection.execute(query).mappings():
            key = (row["subject"], row["at_s"] // wider * wider)
            groups.setdefault(key, []).append(row)
        for (subject, at_s), rows in groups.items():
            samples = sum(row["samples"] for row in rows)
            values = _rolled(subject, rows, samples)
            self._put_point(Point(subject, at_s, values), step_s=wider, samples=samples)

    def _put_point(self, one: Point, *, step_s: int, samples: int) -> None:
        put(
            self.connection,
            tables.points,
            {
                "subject": one.subject,
                "step_s": step_s,
                "at_s": one.at_s,
                "samples": samples,
                "values": dict(one.values),
            },
        )


_FRAME = ("id", "at_ns", "topic", "kind", "data")


def _with_id(line: LogLine, id_: int) -> LogLine:
    return LogLine(**{**asdict(line), "id": id_})


def _rolled(subject: str, rows: Sequence[Any], samples: int) -> dict[str, float]:
    """Counts of jobs add up; gauges of workers are means, weighted by their samples."""
    names = {name for row in rows for name in row["values"]}
    if subject.startswith("job:"):
        return {name: sum(row["values"].get(name, 0) for row in rows) for name in names}
    return {
        name: sum(row["values"].get(name, 0) * row["samples"] for row in rows) / samples
        for name in names
    }


@dataclass(frozen=True, slots=True)
class SqlTelemetryStore:
    """Telemetry in its own database."""

    database: Database

    @contextmanager
    def read(self) -> Iterator[SqlTelemetryRows]:
        """One consistent view."""
        with self.database.read() as connection:
            yield SqlTelemetryRows(connection)

    @contextmanager
    def write(self, *, dry_run: bool = False) -> Iterator[SqlTelemetryRows]:
        """One transaction."""
        with self.database.write(dry_run=dry_run) as connection:
            yield SqlTelemetryRows(connection)
