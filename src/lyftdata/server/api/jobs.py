"""`/api/jobs`: drafts, versions, deployment. What only looks at a text is in `language`."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Header, Query, Response
from pydantic import BaseModel, Field

from lyftdata.access.model import Caller
from lyftdata.jobs.model import BUILT_IN, JobView
from lyftdata.server.api.pages import Cursor, DryRun, Limit, Page, page
from lyftdata.server.guards import may, services
from lyftdata.server.problems import BadRequest, DiagnosticView
from lyftdata.server.services import Services
from lyftdata.server.views import (
    AssignmentView,
    JobDetail,
    JobSummary,
    VersionView,
    at,
    job_summary,
)

router = APIRouter(prefix="/api/jobs", tags=["jobs"])
ServicesOf = Annotated[Services, Depends(services)]
Reader = Depends(may("jobs:read"))
Writer = Annotated[Caller, Depends(may("jobs:write"))]
Deployer = Annotated[Caller, Depends(may("jobs:deploy"))]
MAX_TEXT = 1024 * 1024


class JobText(BaseModel):
    """A job's YAML."""

    text: str = Field(max_length=MAX_TEXT)


class Note(BaseModel):
    """Why this version is staged."""

    note: str = Field(default="", max_length=2000)


class Target(BaseModel):
    """Which version, on which worker."""

    version: int | None = Field(default=None, ge=1)
    worker: str = BUILT_IN


class Difference(BaseModel):
    """Two versions compared."""

    unified: str
    from_: str = Field(serialization_alias="from")
    to: str


@router.get("", dependencies=[Reader])
def list_jobs(
    services: ServicesOf,
    search: str = "",
    state: str = "",
    limit: Limit = 500,
    cursor: Cursor = None,
) -> Page[JobSummary]:
    """List jobs by name."""
    found = [
        one
        for one in services.jobs.all(search=search)
        if (not state or one.status.state == state) and (cursor is None or one.job.name > cursor)
    ]
    now = services.clock.wall_ns()
    shown = [job_summary(one, services.observe.meters, now_ns=now) for one in found[: limit + 1]]
    return page(shown, limit, [one.name for one in shown])


@router.post("", status_code=201)
def create_job(
    body: JobText,
    _caller: Writer,
    services: ServicesOf,
    response: Response,
    *,
    dry_run: DryRun = False,
) -> JobDetail:
    """Make a job, named as its text says."""
    view = services.jobs.create(body.text, dry_run=dry_run)
    return _detail(services, view, body.text, response)


@router.get("/{name}", dependencies=[Reader])
def get_job(name: str, services: ServicesOf, response: Response) -> JobDetail:
    """Show a job with its text; the ETag is the draft's revision."""
    return _detail(services, services.jobs.view(name), services.jobs.text(name), response)


@router.put("/{name}")
def save_draft(
    name: str,
    body: JobText,
    _caller: Writer,
    services: ServicesOf,
    response: Response,
    *,
    if_match: Annotated[str | None, Header()] = None,
    dry_run: DryRun = False,
) -> JobDetail:
    """Save the draft, problems and all. `If-Match` guards against lost edits."""
    revision = _revision(if_match)
    view = services.jobs.save_draft(name, body.text, revision=revision, dry_run=dry_run)
    return _detail(services, view, body.text, response)


@router.delete("/{name}", status_code=204)
def delete_job(
    name: str, _caller: Writer, services: ServicesOf, *, dry_run: DryRun = False
) -> None:
    """Remove a job with its versions; it must not be deployed."""
    services.jobs.delete(name, dry_run=dry_run)


@router.post("/{name}/stage", status_code=201)
def stage(
    name: str,
    caller: Writer,
    services: ServicesOf,
    body: Note | None = None,
    *,
    dry_run: DryRun = False,
) -> VersionView:
    """Freeze the draft as the next version."""
    note = body.note if body else ""
    version = services.jobs.stage(name, by=caller.user, note=note, dry_run=dry_run)
    shown = VersionView.of(version)
    if not dry_run:
        services.observe.live.publish(f"job:{name}", "version", shown.model_dump())
    return shown


@router.get("/{name}/versions", dependencies=[Reader])
def list_versions(name: str, services: ServicesOf) -> Page[VersionView]:
    """List versions, newest first."""
    return Page(items=[VersionView.of(one) for one in services.jobs.versions(name)])


@router.get("/{name}/versions/{number}", dependencies=[Reader])
def get_version(name: str, number: int, services: ServicesOf) -> VersionView:
    """Show a version with its text."""
    return VersionView.of(services.jobs.version(name, number), text=True)


@router.get("/{name}/diff", dependencies=[Reader])
def diff(
    name: str,
    services: ServicesOf,
    from_: Annotated[str, Query(alias="from")],
    to: str = "draft",
) -> Difference:
    """Compare two versions, each a number or `draft`."""
    return Difference(unified=services.jobs.diff(name, old=from_, new=to), from_=from_, to=to)


@router.post("/{name}/deploy", status_code=202)
def deploy(
    name: str,
    caller: Deployer,
    services: ServicesOf,
    body: Target | None = None,
    *,
    dry_run: DryRun = False,
) -> AssignmentView:
    """Ask a worker to run a version."""
    to = body or Target()
    made = services.jobs.deploy(
        name, by=caller.user, version=to.version, worker=to.worker, dry_run=dry_run
    )
    return AssignmentView.of(made)


@router.post("/{name}/stop", status_code=202)
def stop(
    name: str,
    caller: Deployer,
    services: ServicesOf,
    body: Target | None = None,
    *,
    dry_run: DryRun = False,
) -> AssignmentView:
    """Ask a worker to drain and end the job."""
    worker = (body or Target()).worker
    stopped = services.jobs.stop(name, by=caller.user, worker=worker, dry_run=dry_run)
    return AssignmentView.of(stopped)


@router.post("/{name}/rollback", status_code=202)
def rollback(
    name: str,
    caller: Deployer,
    services: ServicesOf,
    body: Target | None = None,
    *,
    dry_run: DryRun = False,
) -> AssignmentView:
    """Deploy the version that ran before this one."""
    to = body or Target()
    made = services.jobs.rollback(
        name, by=caller.user, version=to.version, worker=to.worker, dry_run=dry_run
    )
    return AssignmentView.of(made)


def _detail(services: Services, view: JobView, text: str, response: Response) -> JobDetail:
    etag = f'"{view.job.revision}"'
    response.headers["ETag"] = etag
    summary = job_summary(view, services.observe.meters, now_ns=services.clock.wall_ns())
    problems = services.jobs.check(text, view.job.name)
    return JobDetail(
        **summary.model_dump(),
        text=text,
        etag=etag,
        diagnostics=[DiagnosticView.of(one) for one in problems],
        created_at=at(view.job.created_ns),
    )


def _revision(if_match: str | None) -> int | None:
    if if_match is None or if_match.strip() == "*":
        return None
    text = if_match.strip().removeprefix("W/").strip('"')
    if not text.isdecimal():
        raise BadRequest(f"{if_match!r} is no ETag of a job: send the one that GET gave")
    return int(text)
