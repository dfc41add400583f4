"""The verbs on what was observed, and the port to where it is kept."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from typing import Final, Protocol

from lyftdata.core.clock import Clock
from lyftdata.observe.live import STOPPED, LiveLog
from lyftdata.observe.meters import Meters
from lyftdata.observe.model import RATES, STEPS, Bounds, Frame, LogLine, LogQuery, Point, Run
from lyftdata.observe.open_runs import OpenRuns

SAMPLES: Final = 100
POINTS: Final = 400
"""About how many points a chart gets at most."""


class TelemetryRows(Protocol):
    """Telemetry inside one transaction."""

    def add_logs(self, lines: Sequence[LogLine]) -> list[LogLine]:
        """Returns them with their ids."""
        ...

    def logs(self, query: LogQuery, *, before: int, limit: int) -> list[LogLine]: ...
    def put_run(self, run: Run) -> None: ...
    def runs(self, job: str, *, before: str, limit: int) -> list[Run]: ...
    def open_runs(self, worker: str) -> list[Run]: ...
    def add_points(self, points: Sequence[Point], *, step_s: int) -> None: ...
    def points(self, subject: str, *, step_s: int, since_s: int) -> list[Point]: ...
    def totals(self) -> dict[tuple[str, str], dict[str, int]]: ...
    def put_totals(self, totals: Mapping[tuple[str, str], Mapping[str, int]]) -> None: ...
    def forget(self, job: str) -> None: ...
    def frames(self, *, limit: int) -> list[Frame]: ...
    def add_frames(self, frames: Sequence[Frame]) -> None: ...
    def tidy(self, bounds: Bounds, *, now_ns: int) -> None:
        """Roll points up and drop what is beyond the bounds."""
        ...


class TelemetryStore(Protocol):
    """Where telemetry lives."""

    def read(self) -> AbstractContextManager[TelemetryRows]: ...
    def write(self, *, dry_run: bool = False) -> AbstractContextManager[TelemetryRows]: ...


@dataclass(frozen=True, slots=True)
class Series:
    """Rates (jobs) or means (workers) over time."""

    step_s: int
    values: Mapping[str, Sequence[tuple[int, float]]]


@dataclass(frozen=True, slots=True)
class Sample:
    """An event that just came out of a job."""

    at_ns: int
    event: str


@dataclass(frozen=True, slots=True)
class ObserveService:
    """All verbs on what was observed."""

    store: TelemetryStore
    live: LiveLog
    meters: Meters
    clock: Clock
    bounds: Bounds
    show_log: Callable[[LogLine], object]
    """A log line as it goes onto the live log."""
    open_runs: OpenRuns = field(default_factory=OpenRuns)
    _samples: dict[str, deque[Sample]] = field(default_factory=dict)

    def log(self, lines: Sequence[LogLine]) -> None:
        """Keep log lines and show them live."""
        with self.store.write() as rows:
            kept = rows.add_logs(lines)
        for line in kept:
            shown = self.show_log(line)
            if line.job:
                self.live.publish(f"logs:{line.job}", "log", shown)
            if line.worker:
                self.live.publish(f"worker-logs:{line.worker}", "log", shown)

    def logs(self, query: LogQuery, *, before: int = 0, limit: int = 100) -> list[LogLine]:
        """Newest first; `before` is the id of the last one seen."""
        with self.store.read() as rows:
            return rows.logs(query, before=before, limit=limit)

    def run(self, run: Run) -> None:
        """A run began or ended."""
        with self.store.write() as rows:
            rows.put_run(run)
        if run.ended_ns:
            self.open_runs.ended(run.id)

    def runs(self, job: str, *, before: str = "", limit: int = 50) -> list[Run]:
        """Newest first; those that go on with what they did until now."""
        with self.store.read() as rows:
            found = rows.runs(job, before=before, limit=limit)
        return [one if one.ended_ns else self._counted(one) for one in found]

    def lose_runs(self, worker: str, *, held: Collection[str] = (), why: str) -> list[Run]:
        """End the worker's runs that it does not hold any more; returns them as they are now."""
        now = self.clock.wall_ns()
        with self.store.write() as rows:
            gone = [one for one in rows.open_runs(worker) if one.id not in held]
            lost = [
                replace(self._counted(one), state="lost", ended_ns=now, reason=why) for one in gone
            ]
            for one in lost:
                rows.put_run(one)
        for one in lost:
            self.open_runs.ended(one.id)
        return lost

    def _counted(self, run: Run) -> Run:
        return replace(run, counters=self.open_runs.counters(run.id) or run.counters)

    def sample(self, job: str, events: Sequence[str], *, at_ns: int) -> list[Sample]:
        """Remember a few events that came out; in memory only."""
        fresh = [Sample(at_ns, event) for event in events]
        self._samples.setdefault(job, deque(maxlen=SAMPLES)).extend(fresh)
        return fresh

    def samples(self, job: str) -> list[Sample]:
        """Newest first."""
        return list(reversed(self._samples.get(job, deque())))

    def job_series(self, job: str, *, minutes: int) -> Series:
        """Rates per second."""
        step, points = self._points(f"job:{job}", minutes)
        return Series(
            step,
            {
                name: [(one.at_s, one.values.get(name, 0.0) / step) for one in points]
                for name in RATES
            },
        )

    def worker_series(self, worker: str, *, minutes: int) -> Series:
        """Means of the gauges."""
        step, points = self._points(f"worker:{worker}", minutes)
        names = sorted({name for one in points for name in one.values})
        return Series(
            step,
            {name: [(one.at_s, one.values.get(name, 0.0)) for one in points] for name in names},
        )

    def forget(self, job: str) -> None:
        """The job is gone: its figures go with it, its log lines age out."""
        self.meters.forget(job)
        self._samples.pop(job, None)
        with self.store.write() as rows:
            rows.forget(job)

    def keep(self, *, everything: bool = False) -> None:
        """Store the figures that are ready. Called every few seconds, and with all at shutdown."""
        points = self.meters.harvest(now_ns=self.clock.wall_ns(), everything=everything)
        totals = self.meters.changed_totals()
        if everything:
            self.live.publish("server", STOPPED, {})
        frames = self.live.unsaved()
        if points or totals or frames:
            with self.store.write() as rows:
                rows.add_frames(frames)
                rows.add_points(points, step_s=STEPS[0][0])
                rows.put_totals(totals)

    def tidy(self) -> None:
        """Hold everything to its bounds."""
        with self.store.write() as rows:
            rows.tidy(self.bounds, now_ns=self.clock.wall_ns())

    def _points(self, subject: str, minutes: int) -> tuple[int, list[Point]]:
        step = next((one for one, _ in STEPS if minutes * 60 / one <= POINTS), STEPS[-1][0])
        since = self.clock.wall_ns() // 1_000_000_000 - minutes * 60
        with self.store.read() as rows:
            return step, rows.points(subject, step_s=step, since_s=since)
