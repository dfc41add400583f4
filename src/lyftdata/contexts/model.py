"""Values for `{{name}}`, in three layers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

Scope: TypeAlias = Literal["global", "worker", "job"]
Values: TypeAlias = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class ContextSet:
    """Everything that is set anywhere."""

    everywhere: Values = field(default_factory=dict)
    workers: Mapping[str, Values] = field(default_factory=dict)
    jobs: Mapping[str, Values] = field(default_factory=dict)

    def layers(self, job: str, worker: str) -> list[tuple[str, Values]]:
        """The places where a name is looked up for a job on a worker, first hit first."""
        return [
            (f"context of job {job!r}", self.jobs.get(job, {})),
            (f"context of worker {worker!r}", self.workers.get(worker, {})),
            ("global context", self.everywhere),
        ]

    def staging_layers(self, job: str) -> list[tuple[str, Values]]:
        """Every layer that could give a value to a job on some worker."""
        return [
            (f"context of job {job!r}", self.jobs.get(job, {})),
            *((f"context of worker {id_!r}", self.workers[id_]) for id_ in sorted(self.workers)),
            ("global context", self.everywhere),
        ]
