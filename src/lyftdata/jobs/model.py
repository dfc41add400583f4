"""What the control plane knows of a job. Frozen values, kept by the store.

draft -> version (immutable) -> assignment (a version on a worker, fenced) -> runs
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

AssignmentState: TypeAlias = Literal[
    "pending",
    "applying",
    "running",
    "degraded",
    "stopping",
    "stopped",
    "failed",
    "completed",
    "lost",
]
Wanted: TypeAlias = Literal["run", "stop"]

BUILT_IN: Final = "built-in"
"""Id of the worker that the server starts itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JobRecord:
    """A job by name, with its draft. `revision` grows with every saved draft: the ETag."""

    name: str
    draft: str
    """Text of the draft; empty when the latest version is all there is."""
    draft_valid: bool
    revision: int
    created_ns: int
    updated_ns: int
    latest_version: int = 0
    """Number of the newest staged version; 0: none."""
    staged_ns: int = 0

    @property
    def has_draft(self) -> bool:
        """Whether there is text that is not staged yet."""
        return bool(self.draft)


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A staged, immutable text."""

    job: str
    number: int
    hash: str
    text: str
    note: str
    author: str
    staged_ns: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """A job version on a worker: what is wanted, and what the worker last said."""

    id: str
    job: str
    worker: str
    version: int
    fence: int
    """Grows over all assignments ever made; a report with an older one is refused."""
    wanted: Wanted
    state: AssignmentState
    reason: str
    since_ns: int
    deadline_ns: int
    """When the next step must have happened; 0: none is due."""
    text: str
    """The version's text with every `{{ }}` filled for this worker."""
    hash_wanted: str
    hash_reported: str = ""
    code: str = ""
    attempts: int = 0
    next_try_ns: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """What a worker says of one of its jobs."""

    job: str
    assignment: str
    version: int
    hash: str
    fence: int
    state: str
    reason: str = ""
    code: str = ""
    since_ns: int = 0
    attempts: int = 0
    next_try_ns: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """The one word for a job, why, since when, and how well it does its work."""

    state: str
    reason: str
    since_ns: int
    health: str


@dataclass(frozen=True, slots=True, kw_only=True)
class JobView:
    """A job with all that is shown of it in a list."""

    job: JobRecord
    status: Status
    assignments: tuple[Assignment, ...] = field(default=())
