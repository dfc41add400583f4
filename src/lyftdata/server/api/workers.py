"""`/api/workers`: who runs jobs."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends

from lyftdata.server.api.pages import Page
from lyftdata.server.guards import may, services
from lyftdata.server.services import Services
from lyftdata.server.views import WorkerView

router = APIRouter(prefix="/api/workers", tags=["workers"])
ServicesOf = Annotated[Services, Depends(services)]
Reader = Depends(may("workers:read"))


@router.get("", dependencies=[Reader])
def list_workers(services: ServicesOf) -> Page[WorkerView]:
    """List workers."""
    return Page(
        items=[
            WorkerView.of(one, list(services.jobs.assignments_of(one.worker.id)))
            for one in services.fleet.all()
        ]
    )


@router.get("/{id_}", dependencies=[Reader])
def get_worker(id_: str, services: ServicesOf) -> WorkerView:
    """Show a worker and what it runs."""
    found = services.fleet.view(id_)
    return WorkerView.of(found, list(services.jobs.assignments_of(id_)))
