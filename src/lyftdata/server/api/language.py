"""Lint, trace, explain, schema, components: the routes about texts, not jobs."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from lyftdata.engine.compiler import compile_job
from lyftdata.engine.explain import explain, explain_text
from lyftdata.engine.tools import JobTools
from lyftdata.jobs.model import BUILT_IN
from lyftdata.server.api.jobs import MAX_TEXT, JobText
from lyftdata.server.asked import TraceView
from lyftdata.server.guards import may, services
from lyftdata.server.problems import DiagnosticView
from lyftdata.server.services import Services
from lyftdata.spec.reference import component_page
from lyftdata.spec.registry import Definition
from lyftdata.spec.schema import job_schema, summary

router = APIRouter(prefix="/api", tags=["language"])
ServicesOf = Annotated[Services, Depends(services)]
TRACE_S = 30.0


class LintRequest(BaseModel):
    """A text, and what to call its file in diagnostics."""

    text: str = Field(max_length=MAX_TEXT)
    file: str = Field(default="job.yaml", max_length=255)


class LintAnswer(BaseModel):
    """All problems of the text."""

    diagnostics: list[DiagnosticView]
    name: str | None


class TraceRequest(BaseModel):
    """A text, sample lines, and who is to run it."""

    text: str = Field(max_length=MAX_TEXT)
    samples: str = Field(default="", max_length=MAX_TEXT)
    worker: str = BUILT_IN
    limit: int = Field(default=100, ge=1, le=1000)


class StageView(BaseModel):
    """One stretch of the compiled plan."""

    form: str
    why: str
    actions: list[str]


class Explained(BaseModel):
    """The compiled plan, as values and as lines of text."""

    stages: list[StageView]
    text: str


class ComponentView(BaseModel):
    """An input, action or output, with its page."""

    kind: Literal["input", "action", "output"]
    name: str
    category: str
    summary: str
    markdown: str
    examples: list[ExampleView]


class ExampleView(BaseModel):
    """A way to use a component."""

    title: str
    config: str


@router.post("/jobs/lint", dependencies=[Depends(may("jobs:read"))])
def lint(body: LintRequest, services: ServicesOf) -> LintAnswer:
    """Find all problems of a text at once."""
    found = services.language.lint(body.text, body.file)
    return LintAnswer(
        diagnostics=[DiagnosticView.of(one) for one in found],
        name=services.language.name_of(body.text),
    )


@router.post("/jobs/trace", dependencies=[Depends(may("jobs:trace")), Depends(may("data:read"))])
def trace(body: TraceRequest, services: ServicesOf) -> TraceView:
    """Run sample lines through a text in a throw-away process of a worker."""
    name = services.language.name_of(body.text) or ""
    text, _ = services.language.render(body.text, services.contexts.layers(name, body.worker))
    asked = {
        "text": text,
        "samples": body.samples.splitlines(),
        "limit": body.limit,
        "seconds": TRACE_S,
    }
    return TraceView.model_validate(
        services.links.ask(body.worker, "trace", asked, seconds=TRACE_S)
    )


@router.post("/jobs/explain", dependencies=[Depends(may("jobs:read"))])
def explain_job(body: JobText, services: ServicesOf) -> Explained:
    """Show the stages that the compiler chose, and why."""
    name = services.language.name_of(body.text) or ""
    job = services.language.parse(body.text, services.contexts.layers(name, BUILT_IN))
    tools = JobTools(
        clock=services.clock, ids=services.ids, random=services.randomness, log=_silent
    )
    plan = compile_job(job, tools)
    stages = [
        StageView(form=one.form, why=one.why, actions=list(one.actions)) for one in explain(plan)
    ]
    return Explained(stages=stages, text=explain_text(plan))


@router.get("/schema/job", dependencies=[Depends(may("jobs:read"))])
def schema(services: ServicesOf) -> dict[str, Any]:
    """Show the JSON Schema of a job."""
    return job_schema(services.registry)


@router.get("/components", dependencies=[Depends(may("jobs:read"))])
def components(services: ServicesOf) -> list[ComponentView]:
    """List every input, action and output, with its page."""
    return [_component(one) for one in services.registry.all()]


def _component(one: Definition) -> ComponentView:
    return ComponentView(
        kind=one.kind,
        name=one.name,
        category=one.category,
        summary=summary(one.spec),
        markdown=component_page(one),
        examples=[ExampleView(title=each.title, config=each.config) for each in one.examples],
    )


def _silent(*_said: object, **_fields: object) -> None:
    """Nothing runs here, so nothing is logged."""
