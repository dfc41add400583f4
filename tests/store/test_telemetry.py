"""Telemetry is bounded, and rolled up as it ages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from lyftdata.observe.model import Bounds, LogLine, LogQuery, Point, Run
from lyftdata.store.database import open_database
from lyftdata.store.observe import SqlTelemetryStore

NOW_NS = 2_000_000_000 * 1_000_000_000


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlTelemetryStore]:
    database = open_database(tmp_path / "telemetry.db", "telemetry")
    yield SqlTelemetryStore(database)
    database.close()


def line(number: int) -> LogLine:
    return LogLine(at_ns=NOW_NS, level="info", message=f"line {number}", job="j")


def test_logs_keep_the_newest_rows(store: SqlTelemetryStore) -> None:
    with store.write() as rows:
        rows.add_logs([line(number) for number in range(10)])
        rows.tidy(Bounds(log_rows=3), now_ns=NOW_NS)
        kept = rows.logs(LogQuery(job="j"), before=0, limit=100)
    assert [one.message for one in kept] == ["line 9", "line 8", "line 7"]


def test_logs_keep_within_bytes(store: SqlTelemetryStore) -> None:
    with store.write() as rows:
        rows.add_logs([line(number) for number in range(10)])
        rows.tidy(Bounds(log_bytes=250), now_ns=NOW_NS)
        assert len(rows.logs(LogQuery(), before=0, limit=100)) == 2


def test_runs_are_bounded_per_job(store: SqlTelemetryStore) -> None:
    with store.write() as rows:
        for number in range(5):
            for job in ("a", "b"):
                rows.put_run(
                    Run(
                        id=f"{job}{number}",
                        job=job,
                        version=1,
                        worker="w",
                        state="completed",
                        started_ns=1,
                    )
                )
        rows.tidy(Bounds(runs_per_job=2), now_ns=NOW_NS)
        assert [one.id for one in rows.runs("a", before="", limit=9)] == ["a4", "a3"]
        assert [one.id for one in rows.runs("b", before="", limit=9)] == ["b4", "b3"]


def test_points_add_up_in_wider_steps(store: SqlTelemetryStore) -> None:
    start = NOW_NS // 1_000_000_000 // 300 * 300 - 300
    with store.write() as rows:
        rows.add_points(
            [Point("job:j", start + 10 * step, {"received": 5.0}) for step in range(30)],
            step_s=10,
        )
        for _ in range(2):
            rows.tidy(Bounds(), now_ns=NOW_NS)
        wide = rows.points("job:j", step_s=300, since_s=0)
    assert wide == [Point("job:j", start, {"received": 150.0})]
