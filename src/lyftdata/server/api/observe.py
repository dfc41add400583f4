"""What was observed: runs, logs, metrics, samples, dead letters."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel

from lyftdata.jobs.model import BUILT_IN
from lyftdata.observe.model import LogQuery
from lyftdata.observe.service import Series
from lyftdata.server.api.pages import Cursor, Limit, Page, number, page
from lyftdata.server.asked import DeadLetterView
from lyftdata.server.guards import may, services
from lyftdata.server.services import Services
from lyftdata.server.views import LogView, RunView, at

router = APIRouter(prefix="/api", tags=["observe"])
ServicesOf = Annotated[Services, Depends(services)]
JobsReader = Depends(may("jobs:read"))
LogsReader = Depends(may("logs:read"))
DataReader = Depends(may("data:read"))
Minutes = Annotated[int, Query(ge=1, le=400 * 24 * 60)]
ASK_S = 10.0


class SeriesView(BaseModel):
    """Values over time: `[epoch seconds, value]`."""

    step_seconds: int
    series: dict[str, list[tuple[int, float]]]

    @classmethod
    def of(cls, one: Series) -> SeriesView:
        """As JSON shows it."""
        return cls(
            step_seconds=one.step_s, series={key: list(one.values[key]) for key in one.values}
        )


class SampleView(BaseModel):
    """An event that came out of a job, as JSON text."""

    at: str
    event: str


@router.get("/jobs/{name}/runs", dependencies=[JobsReader])
def runs(
    name: str, services: ServicesOf, limit: Limit = 50, cursor: Cursor = None
) -> Page[RunView]:
    """List runs, newest first."""
    services.jobs.view(name)
    found = services.observe.runs(name, before=cursor or "", limit=limit + 1)
    return page([RunView.of(one) for one in found], limit, [one.id for one in found])


@router.get("/jobs/{name}/logs", dependencies=[LogsReader])
def job_logs(
    name: str,
    services: ServicesOf,
    level: str = "",
    limit: Limit = 100,
    cursor: Cursor = None,
) -> Page[LogView]:
    """List a job's log lines, newest first."""
    services.jobs.view(name)
    return _logs(services, LogQuery(job=name, level=level), limit, cursor)


@router.get("/logs", dependencies=[LogsReader])
def logs(
    services: ServicesOf,
    query: Annotated[LogFilter, Depends()],
    limit: Limit = 100,
    cursor: Cursor = None,
) -> Page[LogView]:
    """Search all log lines, newest first."""
    wanted = LogQuery(job=query.job, worker=query.worker, level=query.level, search=query.search)
    return _logs(services, wanted, limit, cursor)


class LogFilter:
    """Which lines; empty means any. `level` is the least grave one."""

    def __init__(self, job: str = "", worker: str = "", level: str = "", search: str = "") -> None:
        self.job, self.worker, self.level, self.search = job, worker, level, search


@router.get("/jobs/{name}/metrics", dependencies=[JobsReader])
def job_metrics(name: str, services: ServicesOf, minutes: Minutes = 15) -> SeriesView:
    """Show a job's rates per second over time."""
    services.jobs.view(name)
    return SeriesView.of(services.observe.job_series(name, minutes=minutes))


@router.get("/jobs/{name}/samples", dependencies=[DataReader])
def samples(name: str, services: ServicesOf) -> Page[SampleView]:
    """Show events that came out lately, newest first."""
    services.jobs.view(name)
    found = services.observe.samples(name)
    return Page(items=[SampleView(at=at(one.at_ns), event=one.event) for one in found])


@router.get("/jobs/{name}/dead-letters", dependencies=[DataReader])
def dead_letters(
    name: str,
    services: ServicesOf,
    worker: str = BUILT_IN,
    limit: Limit = 100,
    cursor: Cursor = None,
) -> Page[DeadLetterView]:
    """Ask the worker for events that could not be handled, newest first."""
    services.jobs.view(name)
    body = {"job": name, "limit": limit, "cursor": cursor}
    found = services.links.ask(worker, "dead-letters", body, seconds=ASK_S)
    return Page[DeadLetterView].model_validate(found)


@router.get("/workers/{id_}/logs", dependencies=[LogsReader])
def worker_logs(
    id_: str, services: ServicesOf, level: str = "", limit: Limit = 100, cursor: Cursor = None
) -> Page[LogView]:
    """List a worker's log lines, newest first."""
    services.fleet.view(id_)
    return _logs(services, LogQuery(worker=id_, level=level), limit, cursor)


@router.get("/workers/{id_}/metrics", dependencies=[Depends(may("workers:read"))])
def worker_metrics(id_: str, services: ServicesOf, minutes: Minutes = 15) -> SeriesView:
    """Show a worker's load over time."""
    services.fleet.view(id_)
    return SeriesView.of(services.observe.worker_series(id_, minutes=minutes))


def _logs(services: Services, query: LogQuery, limit: int, cursor: str | None) -> Page[LogView]:
    found = services.observe.logs(query, before=number(cursor), limit=limit + 1)
    return page([LogView.of(one) for one in found], limit, [str(one.id) for one in found])
