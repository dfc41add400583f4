"""What the jobs room needs of others: small ports, implemented by store and server."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from lyftdata.core.diagnostic import Diagnostic
from lyftdata.jobs.model import Assignment, JobRecord, Version


class JobRows(Protocol):
    """Jobs inside one transaction."""

    def job(self, name: str) -> JobRecord | None: ...
    def jobs(self, search: str) -> list[JobRecord]: ...
    def put_job(self, job: JobRecord) -> None: ...
    def remove_job(self, name: str) -> None: ...
    def version(self, job: str, number: int) -> Version | None: ...
    def versions(self, job: str) -> list[Version]:
        """Newest first."""
        ...

    def add_version(self, version: Version) -> None: ...
    def assignments(self, *, job: str = "", worker: str = "") -> list[Assignment]: ...
    def put_assignment(self, assignment: Assignment) -> None:
        """Replaces the one of the same job and worker."""
        ...

    def add_deployment(self, assignment: Assignment, by: str) -> None: ...
    def deployed_versions(self, job: str, worker: str) -> list[int]:
        """Versions that were ever deployed there, the latest deployment first."""
        ...

    def next_fence(self) -> int: ...


class JobStore(Protocol):
    """Where jobs live."""

    def read(self) -> AbstractContextManager[JobRows]: ...
    def write(self, *, dry_run: bool = False) -> AbstractContextManager[JobRows]:
        """One transaction; rolled back at its end in a dry run."""
        ...


class Language(Protocol):
    """What is asked of the job language."""

    def lint(self, text: str, file: str) -> list[Diagnostic]: ...
    def name_of(self, text: str) -> str | None: ...
    def render(self, text: str, layers: Sequence[Layer]) -> tuple[str, str]:
        """The text with `{{ }}` filled, and the hash of its meaning; raises `Invalid`."""
        ...


class Contexts(Protocol):
    """Where `{{name}}` is looked up for a job on a worker, first hit first."""

    def layers(self, job: str, worker: str) -> list[Layer]: ...
    def staging_layers(self, job: str) -> list[Layer]:
        """Every layer that could give a value on some worker."""
        ...


class Outbox(Protocol):
    """Tells workers and watchers. Called after the commit; never blocks."""

    def assign(self, assignment: Assignment) -> None: ...
    def stop(self, assignment: Assignment) -> None: ...
    def changed(self, job: str) -> None: ...


class Fleet(Protocol):
    """What is asked of the fleet."""

    def require(self, worker: str) -> None:
        """Raises `NotFound` for a worker that nobody knows."""
        ...


Layer = tuple[str, Mapping[str, object]]
"""A named place and its values."""
