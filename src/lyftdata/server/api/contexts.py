"""`/api/contexts`: values for `{{name}}`. A change re-renders and redeploys what uses it."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from lyftdata.contexts.model import ContextSet, Scope
from lyftdata.server.api.pages import DryRun
from lyftdata.server.guards import may, services
from lyftdata.server.services import Services
from lyftdata.server.views import AssignmentView

router = APIRouter(prefix="/api/contexts", tags=["contexts"])
ServicesOf = Annotated[Services, Depends(services)]
Writer = Depends(may("contexts:write"))


class Values(BaseModel):
    """One layer."""

    values: dict[str, Any]


class ContextsView(BaseModel):
    """Every layer."""

    global_: dict[str, Any] = Field(serialization_alias="global")
    workers: dict[str, dict[str, Any]]
    jobs: dict[str, dict[str, Any]]


class Updated(ContextsView):
    """Every layer, and what the change redeployed."""

    redeployed: list[AssignmentView]
    failed: dict[str, str]
    """Per `job@worker` why it could not be rendered anew; it runs on as it was."""


@router.get("", dependencies=[Depends(may("contexts:read"))])
def get_contexts(services: ServicesOf) -> ContextsView:
    """Show every layer."""
    return ContextsView(**_layers(services.contexts.all()))


@router.put("/update-global", dependencies=[Writer])
def update_global(body: Values, services: ServicesOf, *, dry_run: DryRun = False) -> Updated:
    """Replace the global layer."""
    return _update(services, "global", "", body, dry_run=dry_run)


@router.put("/update-worker-map/{worker}", dependencies=[Writer])
def update_worker(
    worker: str, body: Values, services: ServicesOf, *, dry_run: DryRun = False
) -> Updated:
    """Replace a worker's layer."""
    services.fleet.require(worker)
    return _update(services, "worker", worker, body, dry_run=dry_run)


@router.put("/update-job-map/{job}", dependencies=[Writer])
def update_job(job: str, body: Values, services: ServicesOf, *, dry_run: DryRun = False) -> Updated:
    """Replace a job's layer."""
    services.jobs.view(job)
    return _update(services, "job", job, body, dry_run=dry_run)


def _update(
    services: Services, scope: Scope, owner: str, body: Values, *, dry_run: bool
) -> Updated:
    after = services.contexts.update(scope, owner, body.values, dry_run=dry_run)
    if dry_run:
        return Updated(**_layers(after), redeployed=[], failed={})
    changed, failed = services.jobs.rerender(reason="redeployed: a context value changed")
    return Updated(
        **_layers(after),
        redeployed=[AssignmentView.of(one) for one in changed],
        failed=failed,
    )


def _layers(one: ContextSet) -> dict[str, Any]:
    return {
        "global_": dict(one.everywhere),
        "workers": {key: dict(one.workers[key]) for key in one.workers},
        "jobs": {key: dict(one.jobs[key]) for key in one.jobs},
    }
