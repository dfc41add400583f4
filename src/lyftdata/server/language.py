"""What the jobs room asks of the job language, answered by the `dsl` room."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lyftdata.core.diagnostic import Diagnostic
from lyftdata.core.errors import Invalid
from lyftdata.core.ids import NAME
from lyftdata.dsl.expand import render_job
from lyftdata.dsl.job import Job, job_hash, lint_job, parse_job
from lyftdata.dsl.located import load_yaml
from lyftdata.jobs.ports import Layer
from lyftdata.spec.registry import Registry


@dataclass(frozen=True, slots=True)
class JobLanguage:
    """The job language with the components that there are."""

    registry: Registry

    def lint(self, text: str, file: str) -> list[Diagnostic]:
        """All problems at once."""
        return lint_job(text, self.registry, file=file)

    def name_of(self, text: str) -> str | None:
        """The job's name, if the text is readable enough to have one."""
        try:
            value = load_yaml(text, "job.yaml").value
        except Invalid:
            return None
        name = value.get("name") if isinstance(value, dict) else None
        return name if isinstance(name, str) and NAME.fullmatch(name) else None

    def render(self, text: str, layers: Sequence[Layer]) -> tuple[str, str]:
        """The text with `{{ }}` filled, and the hash of its meaning; raises `Invalid`."""
        rendered = render_job(text, layers=layers)
        return rendered, job_hash(parse_job(rendered, self.registry))

    def parse(self, text: str, layers: Sequence[Layer]) -> Job:
        """The rendered text as a job; raises `Invalid`."""
        return parse_job(render_job(text, layers=layers), self.registry)
