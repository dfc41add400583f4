"""Builds all services over the staging directory's databases, and ties their effects together."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path

from lyftdata import builtin
from lyftdata.access.passwords import Passwords
from lyftdata.access.service import AccessService, Tries
from lyftdata.contexts.service import ContextService
from lyftdata.core.clock import Clock, Ids, Randomness
from lyftdata.core.errors import NotFound
from lyftdata.core.ids import TimeIds
from lyftdata.fleet.service import FleetService
from lyftdata.jobs.model import Assignment
from lyftdata.jobs.reports import WorkerReports
from lyftdata.jobs.service import JobService
from lyftdata.observe.live import LiveLog
from lyftdata.observe.meters import Meters
from lyftdata.observe.model import Bounds, Run
from lyftdata.observe.service import ObserveService
from lyftdata.server.features import Everything, Features
from lyftdata.server.language import JobLanguage
from lyftdata.server.links import Links
from lyftdata.server.settings import ServerSettings
from lyftdata.server.signing import signer
from lyftdata.server.views import LogView, RunView, WorkerView, job_summary
from lyftdata.spec.registry import Registry
from lyftdata.store.access import SqlAccessStore
from lyftdata.store.contexts import SqlContextStore
from lyftdata.store.database import Database, open_database
from lyftdata.store.fleet import SqlFleetStore
from lyftdata.store.jobs import SqlJobStore
from lyftdata.store.observe import SqlTelemetryStore


@dataclass(frozen=True, slots=True)
class Services:
    """Everything that routes may use."""

    settings: ServerSettings
    clock: Clock
    ids: Ids
    randomness: Randomness
    registry: Registry
    language: JobLanguage
    features: Features
    jobs: JobService
    reports: WorkerReports
    fleet: FleetService
    access: AccessService
    contexts: ContextService
    observe: ObserveService
    links: Links
    control: Database
    telemetry: Database
    started_ns: int
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when the server ends: streams close themselves."""

    def close(self) -> None:
        """Keep what is in memory, then close the databases."""
        self.observe.keep(everything=True)
        self.telemetry.close()
        self.control.close()

    def announce_worker(self, id_: str) -> None:
        """Show a worker's change on the live log."""
        view = WorkerView.of(self.fleet.view(id_), list(self.jobs.assignments_of(id_)))
        self.observe.live.publish("workers", "worker", view.model_dump())

    def show_run(self, run: Run) -> None:
        """Show a run's change on the live log."""
        self.observe.live.publish(f"job:{run.job}", "run", RunView.of(run).model_dump())

    def lose_runs(self, worker: str, *, held: Collection[str] = (), why: str) -> None:
        """End the runs that this worker does not hold any more, with the reason."""
        for run in self.observe.lose_runs(worker, held=held, why=why):
            self.show_run(run)


@dataclass(slots=True)
class Effects:
    """What follows a change: tell the worker, show it live. Implements `jobs.service.Outbox`."""

    links: Links
    observe: ObserveService
    clock: Clock
    jobs: JobService | None = None

    def assign(self, assignment: Assignment) -> None:
        """Send it to its worker."""
        self.links.assign(assignment)

    def stop(self, assignment: Assignment) -> None:
        """Ask its worker to end it."""
        self.links.stop(assignment)

    def changed(self, job: str) -> None:
        """Show a job as it is now, or that it is gone."""
        assert self.jobs is not None
        live = self.observe.live
        try:
            view = self.jobs.view(job)
        except NotFound:
            self.observe.forget(job)
            for topic in ("jobs", f"job:{job}"):
                live.publish(topic, "job-removed", {"name": job})
            return
        summary = job_summary(view, self.observe.meters, now_ns=self.clock.wall_ns()).model_dump()
        for topic in ("jobs", f"job:{job}"):
            live.publish(topic, "job", summary)


def build_services(
    settings: ServerSettings,
    *,
    clock: Clock,
    randomness: Randomness,
    passwords: Passwords,
    registry: Registry | None = None,
) -> Services:
    """Open the databases (migrating them) and build everything over them."""
    staging: Path = settings.staging
    registry = registry or builtin.registry()
    ids, language = TimeIds(clock, randomness), JobLanguage(registry)
    control = open_database(staging / "control.db", "control")
    telemetry = open_database(staging / "telemetry.db", "telemetry")
    observe = _observe(settings, SqlTelemetryStore(telemetry), clock)
    links = Links(signer(staging / "signing-key.pem"), clock, ids)
    effects = Effects(links, observe, clock)
    fleet = FleetService(SqlFleetStore(control), clock)
    contexts = ContextService(SqlContextStore(control))
    store = SqlJobStore(control)
    jobs = JobService(store, language, contexts, effects, fleet, clock, ids)
    effects.jobs = jobs
    services = Services(
        settings=settings,
        clock=clock,
        ids=ids,
        randomness=randomness,
        registry=registry,
        language=language,
        features=Everything(),
        jobs=jobs,
        reports=WorkerReports(store, effects, clock),
        fleet=fleet,
        access=AccessService(
            SqlAccessStore(control), passwords, Tries(clock), clock, ids, randomness
        ),
        contexts=contexts,
        observe=observe,
        links=links,
        control=control,
        telemetry=telemetry,
        started_ns=clock.wall_ns(),
    )
    fleet.announce = services.announce_worker
    return services


def _observe(settings: ServerSettings, store: SqlTelemetryStore, clock: Clock) -> ObserveService:
    bounds = Bounds(days=settings.db_retention_days)
    with store.read() as rows:
        totals, frames = rows.totals(), rows.frames(limit=bounds.frames)
    return ObserveService(
        store=store,
        live=LiveLog(clock, limit=bounds.frames, kept=frames),
        meters=Meters(totals),
        clock=clock,
        bounds=bounds,
        show_log=lambda line: LogView.of(line).model_dump(),
    )
