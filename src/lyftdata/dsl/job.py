"""A job document -> `Job`, or every problem in it at once.

    text -> YAML with places -> head and blocks, each against its spec -> Job | diagnostics

Opens nothing and runs nothing; a rendered text parses, a text with placeholders only lints.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import ValidationError

from lyftdata.core.diagnostic import Diagnostic
from lyftdata.core.errors import Invalid
from lyftdata.core.event import Json, digest
from lyftdata.dsl.blocks import Block, Reading, component
from lyftdata.dsl.faults import diagnose, fold
from lyftdata.dsl.located import scan_yaml
from lyftdata.dsl.normal import normal_block
from lyftdata.spec.base import Spec
from lyftdata.spec.job import JobHead, OnError, TestFile, TestSpec
from lyftdata.spec.registry import Registry

S = TypeVar("S", bound=Spec)


@dataclass(frozen=True, slots=True, kw_only=True)
class JobTest:
    """A test of a job: given events or raw lines, expected events and dead letters."""

    name: str
    given: tuple[Json | str, ...]
    expect: tuple[Json, ...] = ()
    dead_letters: tuple[str, ...] = ()
    """Codes of the dead letters that must come, in their order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A job whose every setting has been checked."""

    name: str
    input: Block
    output: Block
    actions: tuple[Block, ...] = ()
    on_error: OnError = "dead-letter"
    context: Mapping[str, Any]
    description: str = ""
    tests: tuple[JobTest, ...] = ()
    text: str = ""
    file: str = "job.yaml"


def parse_job(text: str, registry: Registry, *, file: str = "job.yaml") -> Job:
    """The job in a rendered text. Raises `Invalid` with all diagnostics, sorted by place."""
    job, diagnostics = _read(text, registry, file, lenient=False)
    if job is None or any(one.severity == "error" for one in diagnostics):
        raise Invalid(diagnostics)
    return job


def lint_job(text: str, registry: Registry, *, file: str = "job.yaml") -> list[Diagnostic]:
    """All that is wrong with a text; values with `{{name}}` in them are left for later."""
    return _read(text, registry, file, lenient=True)[1]


def parse_tests(text: str, *, file: str) -> tuple[JobTest, ...]:
    """The tests in a file beside a job file: a list, or a map with `tests`. Raises `Invalid`."""
    reading = Reading(scan_yaml(text, file), lenient=False)
    spec = _head(reading, TestFile) if reading.document.readable else None
    if spec is None or reading.diagnostics:
        raise Invalid(reading.sorted())
    return tuple(_test(one) for one in spec.tests)


def job_hash(job: Job) -> str:
    """SHA-256 of what the job does: defaults filled in, notes and order of keys left out."""
    return digest(
        {
            "name": job.name,
            "on-error": job.on_error,
            "input": normal_block(job.input),
            "actions": [normal_block(block) for block in job.actions],
            "output": normal_block(job.output),
        }
    )


def _read(
    text: str, registry: Registry, file: str, *, lenient: bool
) -> tuple[Job | None, list[Diagnostic]]:
    reading = Reading(scan_yaml(text, file), lenient=lenient)
    document = reading.document
    if not document.readable:
        return None, reading.sorted()
    if not isinstance(document.value, dict):
        message = "a job is a map with the keys name, input, actions and output"
        reading.report("bad-type", message, ())
        return None, reading.sorted()
    head = _head(reading, JobHead)
    source = component(reading, "input", registry.inputs, ("input",))
    actions = [
        component(reading, "action", registry.actions, ("actions", index))
        for index in range(len(_actions(document.value)))
    ]
    sink = component(reading, "output", registry.outputs, ("output",))
    diagnostics = fold(reading.sorted())
    blocks = tuple(block for block in actions if block is not None)
    if head is None or source is None or sink is None or len(blocks) < len(actions):
        return None, diagnostics
    return _job(head, source, blocks, sink, reading), diagnostics


def _job(
    head: JobHead, source: Block, actions: tuple[Block, ...], sink: Block, reading: Reading
) -> Job:
    return Job(
        name=head.name,
        input=source,
        actions=actions,
        output=sink,
        on_error=head.on_error,
        context=head.context,
        description=head.description,
        tests=tuple(_test(one) for one in head.tests),
        text=reading.document.text,
        file=reading.document.file,
    )


def _actions(value: Json) -> list[Any]:
    found = value.get("actions")
    return found if isinstance(found, list) else []


def _test(spec: TestSpec) -> JobTest:
    return JobTest(
        name=spec.name,
        given=tuple(spec.given),
        expect=tuple(spec.expect),
        dead_letters=tuple(one.code for one in spec.dead_letters or ()),
    )


def _head(reading: Reading, spec: type[S]) -> S | None:
    document = reading.document
    try:
        return spec.model_validate(document.value)
    except ValidationError as error:
        reading.diagnostics += diagnose(document, (), spec, error, lenient=reading.lenient)
        return None
