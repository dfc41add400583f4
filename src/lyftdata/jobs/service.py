"""The verbs on jobs, A change's walk: draft -> version -> assignment.

Nothing here knows HTTP, SQL or the wire. Effects happen after the transaction, never in a dry run.
"""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass, replace

from lyftdata.core.clock import Clock, Ids
from lyftdata.core.diagnostic import Diagnostic, Place
from lyftdata.core.errors import Conflict, Invalid, NotFound
from lyftdata.jobs.model import BUILT_IN, Assignment, JobRecord, JobView, Version
from lyftdata.jobs.ports import Contexts, Fleet, JobRows, JobStore, Language, Outbox
from lyftdata.jobs.states import DRAIN_NS, PENDING_NS, TERMINAL, job_status


class StaleEdit(Conflict):
    """The draft was saved by somebody else meanwhile."""

    code = "stale"


@dataclass(frozen=True, slots=True)
class JobService:
    """All verbs on jobs. `by` is the name of who asks."""

    store: JobStore
    language: Language
    contexts: Contexts
    outbox: Outbox
    fleet: Fleet
    clock: Clock
    ids: Ids

    # --- looking -------------------------------------------------------------------------------

    def all(self, *, search: str = "") -> list[JobView]:
        """All jobs by name."""
        with self.store.read() as rows:
            by_job: dict[str, list[Assignment]] = {}
            for one in rows.assignments():
                by_job.setdefault(one.job, []).append(one)
            return [_view(job, by_job.get(job.name, [])) for job in rows.jobs(search)]

    def view(self, name: str) -> JobView:
        """One job; raises `NotFound`."""
        with self.store.read() as rows:
            return _view(_need(rows, name), rows.assignments(job=name))

    def text(self, name: str) -> str:
        """The draft, else the latest version."""
        with self.store.read() as rows:
            return _text(rows, _need(rows, name), "draft")

    def versions(self, name: str) -> Sequence[Version]:
        """Newest first."""
        with self.store.read() as rows:
            _need(rows, name)
            return rows.versions(name)

    def version(self, name: str, number: int) -> Version:
        """One staged version; raises `NotFound`."""
        with self.store.read() as rows:
            return _version(rows, _need(rows, name), number)

    def diff(self, name: str, *, old: str, new: str) -> str:
        """Unified diff of two versions, each a number or `draft`."""
        with self.store.read() as rows:
            job = _need(rows, name)
            before, after = _text(rows, job, old), _text(rows, job, new)
        lines = difflib.unified_diff(
            before.splitlines(keepends=True), after.splitlines(keepends=True), old, new
        )
        return "".join(line if line.endswith("\n") else line + "\n" for line in lines)

    def assignments_of(self, worker: str) -> Sequence[Assignment]:
        """What was assigned to a worker."""
        with self.store.read() as rows:
            return rows.assignments(worker=worker)

    # --- drafts and versions ---------------------------------------------------------------------

    def create(self, text: str, *, dry_run: bool = False) -> JobView:
        """A new job, named as its text says. The draft may still have problems."""
        name = self.language.name_of(text)
        if name is None:
            raise Invalid(self.language.lint(text, "job.yaml"))
        now = self.clock.wall_ns()
        job = JobRecord(
            name=name,
            draft=text,
            draft_valid=not errors(self.check(text, name)),
            revision=1,
            created_ns=now,
            updated_ns=now,
        )
        with self.store.write(dry_run=dry_run) as rows:
            if rows.job(name) is not None:
                raise Conflict(f"a job named {name!r} exists; save its draft instead")
            rows.put_job(job)
        self._announce(name, dry_run=dry_run)
        return _view(job, [])

    def save_draft(
        self, name: str, text: str, *, revision: int | None, dry_run: bool = False
    ) -> JobView:
        """Save the draft. Raises `StaleEdit` unless `revision`, the one last seen, still holds."""
        valid = not errors(self.check(text, name))
        with self.store.write(dry_run=dry_run) as rows:
            job = _need(rows, name)
            if revision is not None and revision != job.revision:
                raise StaleEdit(
                    f"the draft of {name!r} is at revision {job.revision}, not {revision}: "
                    "load it again, then save"
                )
            now = self.clock.wall_ns()
            job = replace(
                job, draft=text, draft_valid=valid, revision=job.revision + 1, updated_ns=now
            )
            rows.put_job(job)
            assignments = rows.assignments(job=name)
        self._announce(name, dry_run=dry_run)
        return _view(job, assignments)

    def delete(self, name: str, *, dry_run: bool = False) -> None:
        """Remove a job with its versions; raises `Conflict` while it is deployed."""
        with self.store.write(dry_run=dry_run) as rows:
            _need(rows, name)
            live = [one for one in rows.assignments(job=name) if one.state not in TERMINAL]
            if live:
                workers = ", ".join(repr(one.worker) for one in live)
                raise Conflict(f"{name!r} is deployed on {workers}: stop it first")
            rows.remove_job(name)
        self._announce(name, dry_run=dry_run)

    def stage(self, name: str, *, by: str, note: str = "", dry_run: bool = False) -> Version:
        """Freeze the draft as the next version; raises `Invalid` with every problem."""
        with self.store.write(dry_run=dry_run) as rows:
            job = _need(rows, name)
            text = _text(rows, job, "draft")
            problems = self.check(text, name)
            if errors(problems):
                raise Invalid(problems)
            # Also proves that every `{{name}}` has a value for some worker.
            _, digest = self.language.render(text, self.contexts.staging_layers(name))
            now = self.clock.wall_ns()
            version = Version(
                job=name,
                number=job.latest_version + 1,
                hash=digest,
                text=text,
                note=note,
                author=by,
                staged_ns=now,
            )
            rows.add_version(version)
            rows.put_job(
                replace(
                    job,
                    draft="",
                    draft_valid=True,
                    latest_version=version.number,
                    staged_ns=now,
                    updated_ns=now,
                )
            )
        self._announce(name, dry_run=dry_run)
        return version

    def check(self, text: str, name: str) -> list[Diagnostic]:
        """All problems of a text that is to be the job `name`."""
        problems = self.language.lint(text, f"{name}.yaml")
        written = self.language.name_of(text)
        if written is not None and written != name:
            problems.append(_other_name(text, name, written))
        return problems

    # --- deployment ------------------------------------------------------------------------------

    def deploy(
        self,
        name: str,
        *,
        by: str,
        version: int | None = None,
        worker: str = BUILT_IN,
        dry_run: bool = False,
    ) -> Assignment:
        """Ask a worker to run a version (the latest staged one), in place of what it runs of it."""
        self.fleet.require(worker)
        with self.store.write(dry_run=dry_run) as rows:
            job = _need(rows, name)
            chosen = _version(rows, job, version or job.latest_version)
            assignment = self._assign(rows, chosen, worker, f"version {chosen.number} by {by}")
            rows.add_deployment(assignment, by)
        if not dry_run:
            self.outbox.assign(assignment)
        self._announce(name, dry_run=dry_run)
        return assignment

    def rollback(
        self,
        name: str,
        *,
        by: str,
        version: int | None = None,
        worker: str = BUILT_IN,
        dry_run: bool = False,
    ) -> Assignment:
        """Deploy the version that ran before this one."""
        with self.store.read() as rows:
            _need(rows, name)
            before = rows.deployed_versions(name, worker)
        if version is None:
            earlier = [one for one in before if one != before[0]]
            if not earlier:
                raise Conflict(f"{name!r} has no earlier version on {worker!r} to go back to")
            version = earlier[0]
        return self.deploy(name, by=by, version=version, worker=worker, dry_run=dry_run)

    def stop(
        self, name: str, *, by: str, worker: str = BUILT_IN, dry_run: bool = False
    ) -> Assignment:
        """Ask a worker to drain and end the job."""
        with self.store.write(dry_run=dry_run) as rows:
            _need(rows, name)
            found = [one for one in rows.assignments(job=name) if one.worker == worker]
            if not found or (found[0].state in TERMINAL and not found[0].next_try_ns):
                raise Conflict(f"{name!r} does not run on worker {worker!r}")
            now = self.clock.wall_ns()
            assignment = replace(
                found[0],
                wanted="stop",
                state="stopping",
                reason=f"stopped by {by}",
                code="",
                since_ns=now,
                deadline_ns=now + DRAIN_NS,
                next_try_ns=0,
            )
            rows.put_assignment(assignment)
        if not dry_run:
            self.outbox.stop(assignment)
        self._announce(name, dry_run=dry_run)
        return assignment

    def rerender(self, *, reason: str) -> tuple[list[Assignment], dict[str, str]]:
        """Render all that runs again, and redeploy what came out different.

        Returns what was redeployed, and per `job@worker` why it could not be (it runs on as is).
        """
        changed: list[Assignment] = []
        failed: dict[str, str] = {}
        with self.store.write() as rows:
            for one in rows.assignments():
                if one.wanted != "run":
                    continue
                version = rows.version(one.job, one.version)
                layers = self.contexts.layers(one.job, one.worker)
                if version is None:
                    continue
                try:
                    text, _ = self.language.render(version.text, layers)
                except Invalid as error:
                    failed[f"{one.job}@{one.worker}"] = str(error)
                    continue
                if text != one.text:
                    changed.append(self._assign(rows, version, one.worker, reason))
        for one in changed:
            self.outbox.assign(one)
            self.outbox.changed(one.job)
        return changed, failed

    def _assign(self, rows: JobRows, version: Version, worker: str, reason: str) -> Assignment:
        text, digest = self.language.render(version.text, self.contexts.layers(version.job, worker))
        now = self.clock.wall_ns()
        assignment = Assignment(
            id=self.ids.uuid7(),
            job=version.job,
            worker=worker,
            version=version.number,
            fence=rows.next_fence(),
            wanted="run",
            state="pending",
            reason=reason,
            since_ns=now,
            deadline_ns=now + PENDING_NS,
            text=text,
            hash_wanted=digest,
        )
        rows.put_assignment(assignment)
        return assignment

    def _announce(self, name: str, *, dry_run: bool) -> None:
        if not dry_run:
            self.outbox.changed(name)


def errors(problems: Sequence[Diagnostic]) -> list[Diagnostic]:
    """Those that forbid staging."""
    return [one for one in problems if one.severity == "error"]


def _view(job: JobRecord, assignments: list[Assignment]) -> JobView:
    return JobView(job=job, status=job_status(job, assignments), assignments=tuple(assignments))


def _need(rows: JobRows, name: str) -> JobRecord:
    job = rows.job(name)
    if job is None:
        raise NotFound(f"no job is named {name!r}")
    return job


def _version(rows: JobRows, job: JobRecord, number: int) -> Version:
    if number == 0:
        raise Conflict(f"{job.name!r} has no staged version: stage it first")
    version = rows.version(job.name, number)
    if version is None:
        raise NotFound(f"job {job.name!r} has no version {number}; latest is {job.latest_version}")
    return version


def _text(rows: JobRows, job: JobRecord, which: str) -> str:
    if which == "draft":
        return job.draft or _version(rows, job, job.latest_version).text
    if not which.isdecimal():
        raise NotFound(f"{which!r} is no version of {job.name!r}: give a number, or 'draft'")
    return _version(rows, job, int(which)).text


def _other_name(text: str, name: str, written: str) -> Diagnostic:
    lines = text.splitlines()
    line = next((at for at, one in enumerate(lines, 1) if one.startswith("name:")), 1)
    return Diagnostic(
        file=f"{name}.yaml",
        place=Place(line, 1),
        code="other-name",
        message=f"this draft belongs to job {name!r}, but its text names {written!r}",
        path=("name",),
        value=written,
        suggestion=name,
    )
