"""`/api/liveness` and `/api/health`."""

from __future__ import annotations

import shutil
from typing import Annotated, Literal

from fastapi import APIRouter, Depends
from pydantic import BaseModel

from lyftdata import __version__
from lyftdata.jobs.states import waits_too_long
from lyftdata.server.guards import may, public, services
from lyftdata.server.services import Services
from lyftdata.server.views import at

router = APIRouter(prefix="/api", tags=["health"])


class Liveness(BaseModel):
    """The server answers."""

    status: Literal["ok"] = "ok"


class Check(BaseModel):
    """One thing that was looked at."""

    name: str
    status: Literal["ok", "degraded"]
    message: str
    fix: str


class Health(BaseModel):
    """How the server is."""

    status: Literal["ok", "degraded"]
    version: str
    started_at: str
    checks: list[Check]


@router.get("/liveness", dependencies=[Depends(public)])
def liveness() -> Liveness:
    """Say that the server answers."""
    return Liveness()


@router.get("/health", dependencies=[Depends(may("health:read"))])
def health(services: Annotated[Services, Depends(services)]) -> Health:
    """Say how the server is, and what to do about what is wrong."""
    checks = [_workers(services), _disk(services), _overdue(services)]
    bad = any(one.status != "ok" for one in checks)
    return Health(
        status="degraded" if bad else "ok",
        version=__version__,
        started_at=at(services.started_ns),
        checks=checks,
    )


def _workers(services: Services) -> Check:
    away = [one.worker.id for one in services.fleet.all() if not one.presence.online]
    if away:
        names = ", ".join(away)
        return Check(
            name="workers",
            status="degraded",
            message=f"offline: {names}",
            fix="start the worker, or look into its log for why it cannot connect",
        )
    return Check(name="workers", status="ok", message="all workers are online", fix="")


def _disk(services: Services) -> Check:
    usage = shutil.disk_usage(services.settings.staging)
    percent = 100 * usage.used // usage.total
    if percent > services.settings.disk_usage_max_percentage:
        return Check(
            name="disk",
            status="degraded",
            message=f"the staging directory's disk is {percent} % full",
            fix="free space, or keep less with --db-retention-days",
        )
    return Check(name="disk", status="ok", message=f"{percent} % of the disk is used", fix="")


def _overdue(services: Services) -> Check:
    now = services.clock.wall_ns()
    with services.jobs.store.read() as rows:
        late = [one for one in rows.assignments() if waits_too_long(one, now_ns=now)]
    if late:
        names = ", ".join(f"{one.job} on {one.worker} is {one.state}: {one.reason}" for one in late)
        return Check(
            name="states",
            status="degraded",
            message=f"past their deadline: {names}",
            fix="look at the worker's log; it is asked again every few seconds",
        )
    return Check(name="states", status="ok", message="nothing is past its deadline", fix="")
