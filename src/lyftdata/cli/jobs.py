"""`lyftdata jobs`: the life of jobs on a server, by its HTTP API."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from lyftdata.cli import archive
from lyftdata.cli.api import diagnostic
from lyftdata.cli.connection import Session, connected
from lyftdata.cli.edge import NO, TIMED_OUT
from lyftdata.cli.follow import follow_logs, wait_for
from lyftdata.cli.lazy import examples, new_app
from lyftdata.cli.show import show_trace
from lyftdata.worker.local import read_text

LIST: Final = {
    "NAME": "name",
    "STATE": "state",
    "VERSION": "latest_version",
    "DELIVERED": "totals.delivered",
    "DEAD": "totals.dead_lettered",
    "REASON": "state_reason",
}
VERSIONS: Final = {"VERSION": "version", "STAGED": "staged_at", "BY": "author", "NOTE": "note"}
RUNS: Final = {
    "RUN": "id",
    "STATE": "state",
    "VERSION": "version",
    "WORKER": "worker",
    "STARTED": "started_at",
    "ENDED": "ended_at",
    "REASON": "reason",
}
LOGS: Final = {"AT": "at", "LEVEL": "level", "CODE": "code", "MESSAGE": "message"}

Name = Annotated[str, typer.Argument(metavar="JOB", show_default=False)]
File = Annotated[Path, typer.Argument(metavar="FILE", readable=False, show_default=False)]
Back = Annotated[
    int | None, typer.Option("--version", "-v", help="Default: the one deployed before.")
]
Worker = Annotated[str | None, typer.Option("--worker", help="Default: the built-in one.")]
Version = Annotated[int | None, typer.Option("--version", "-v", help="Default: the newest.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would happen, change nothing.")]
Wait = Annotated[
    float | None, typer.Option("--wait", help="Wait up to so many seconds till it is done.")
]
Folder = Annotated[Path, typer.Option("--dir", help="The folder of the files.")]

app = new_app(no_args_is_help=True, help="List, edit, stage, deploy, export jobs.")


@app.command("list", epilog=examples("lyftdata jobs list", "lyftdata jobs list --state failed"))
@connected
def list_(session: Session, search: str | None = None, state: str | None = None) -> None:
    """List jobs with their state."""
    session.show(session.api.items("/api/jobs", search=search, state=state), LIST)


@app.command(epilog=examples("lyftdata jobs show access-log", "lyftdata jobs show j --text"))
@connected
def show(
    session: Session,
    name: Name,
    *,
    text: Annotated[bool, typer.Option("--text", help="Only the YAML.")] = False,
) -> None:
    """Show a job: state, counters, its YAML."""
    job = session.api.get(f"/api/jobs/{name}")
    if text:
        sys.stdout.write(job["text"])
    else:
        session.show(_short(job) if session.form == "table" else job)


def _short(job: dict[str, Any]) -> dict[str, Any]:
    """What people look for in a job."""
    places = [
        f"{one['worker']}: version {one['version']}, {one['label']} ({one['reason']})"
        for one in job["deployed"]
    ]
    keys = ("name", "state", "state_reason", "since_at", "health", "has_draft", "latest_version")
    return {key: job[key] for key in keys} | {
        "deployed": places,
        "rates": job["rates"],
        "totals": job["totals"],
        "diagnostics": [
            f"{one['line']}:{one['column']}: {one['message']}" for one in job["diagnostics"]
        ],
        "text": job["text"],
    }


@app.command(epilog=examples("lyftdata jobs create job.yaml"))
@connected
def create(session: Session, file: File, *, dry_run: DryRun = False) -> None:
    """Create a job as a draft; its name stands in the file."""
    job = session.api.post("/api/jobs", {"text": read_text(file)}, dry_run=dry_run or None)
    session.say(f"{job['name']}: {'would be created' if dry_run else 'created'}", job)


@app.command(epilog=examples("lyftdata jobs update access-log job.yaml"))
@connected
def update(session: Session, name: Name, file: File, *, dry_run: DryRun = False) -> None:
    """Replace the draft of a job."""
    etag = session.api.get(f"/api/jobs/{name}").get("etag") or ""
    body = {"text": read_text(file)}
    job = session.api.put(f"/api/jobs/{name}", body, etag=etag, dry_run=dry_run or None)
    session.say(f"{name}: {'would be saved' if dry_run else 'saved'}", job)


@app.command(epilog=examples("lyftdata jobs delete old-job"))
@connected
def delete(session: Session, name: Name) -> None:
    """Delete a job that is not deployed."""
    session.api.delete(f"/api/jobs/{name}")
    session.say(f"{name}: deleted", {"name": name, "deleted": True})


@app.command(epilog=examples("lyftdata jobs lint job.yaml"))
@connected
def lint(session: Session, file: File) -> None:
    """Have the server check a file: one line a problem, exit code 1 when there is an error."""
    body = {"text": read_text(file), "file": str(file)}
    found = session.api.post("/api/jobs/lint", body)["diagnostics"]
    if session.form == "table":
        for one in found:
            print(diagnostic(one))
    else:
        session.show(found)
    if any(one["severity"] == "error" for one in found):
        raise typer.Exit(NO)


@app.command(epilog=examples("head -20 access.log | lyftdata jobs trace access-log"))
@connected
def trace(
    session: Session,
    name: Name,
    *,
    samples: Annotated[
        Path | None, typer.Option(help="Lines to run through; default standard input.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1)] = 100,
    worker: Worker = None,
) -> None:
    """Run lines through a job's draft on a worker and print what every action made of them."""
    text = session.api.get(f"/api/jobs/{name}")["text"]
    lines = read_text(samples) if samples else sys.stdin.read()
    body: dict[str, Any] = {"text": text, "samples": lines, "limit": limit}
    if worker:
        body["worker"] = worker
    result = session.api.post("/api/jobs/trace", body)
    if session.form == "table":
        show_trace(result)
    else:
        session.show(result)


@app.command(epilog=examples("lyftdata jobs stage access-log --note 'parse the referrer'"))
@connected
def stage(session: Session, name: Name, *, note: str = "", dry_run: DryRun = False) -> None:
    """Freeze the draft as an immutable version."""
    version = session.api.post(
        f"/api/jobs/{name}/stage", {"note": note} if note else {}, dry_run=dry_run or None
    )
    session.say(f"{name}: version {version['version']} staged", version)


@app.command(epilog=examples("lyftdata jobs deploy access-log", "lyftdata jobs deploy j --wait 30"))
@connected
def deploy(
    session: Session,
    name: Name,
    *,
    version: Version = None,
    worker: Worker = None,
    dry_run: DryRun = False,
    wait: Wait = None,
) -> None:
    """Run a staged version on a worker."""
    _assign(session, name, "deploy", _body(version=version, worker=worker), dry_run=dry_run)
    if wait is not None and not dry_run:
        _await(session, name, {"running", "completed"}, wait)


@app.command(epilog=examples("lyftdata jobs stop access-log"))
@connected
def stop(
    session: Session,
    name: Name,
    *,
    worker: Worker = None,
    dry_run: DryRun = False,
    wait: Wait = None,
) -> None:
    """Stop a job; it finishes what it has."""
    _assign(session, name, "stop", _body(worker=worker), dry_run=dry_run)
    if wait is not None and not dry_run:
        _await(session, name, {"stopped", "completed", "staged", "draft"}, wait)


@app.command(epilog=examples("lyftdata jobs rollback access-log"))
@connected
def rollback(
    session: Session,
    name: Name,
    *,
    version: Back = None,
    worker: Worker = None,
    dry_run: DryRun = False,
) -> None:
    """Deploy the version that was deployed before, or the one given."""
    _assign(session, name, "rollback", _body(version=version, worker=worker), dry_run=dry_run)


@app.command(epilog=examples("lyftdata jobs versions access-log"))
@connected
def versions(session: Session, name: Name) -> None:
    """List the staged versions of a job."""
    session.show(session.api.items(f"/api/jobs/{name}/versions"), VERSIONS)


@app.command(epilog=examples("lyftdata jobs runs access-log --limit 20"))
@connected
def runs(session: Session, name: Name, *, limit: int = 50) -> None:
    """List the runs of a job, the newest first."""
    session.show(session.api.items(f"/api/jobs/{name}/runs", limit=limit), RUNS)


@app.command(epilog=examples("lyftdata jobs logs access-log -f"))
@connected
def logs(
    session: Session,
    name: Name,
    *,
    limit: int = 100,
    level: str | None = None,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on printing.")] = False,
) -> None:
    """Print the log of a job, the newest last."""
    found = session.api.items(f"/api/jobs/{name}/logs", limit=limit, level=level)[::-1]
    if follow:
        follow_logs(session, name, found)
    else:
        session.show(found, LOGS)


@app.command(epilog=examples("lyftdata jobs export --dir jobs/"))
@connected
def export(session: Session, folder: Folder = Path()) -> None:
    """Write every job as the YAML file it was written as, and a manifest."""
    names = archive.export(session.api, folder)
    session.say(f"{len(names)} jobs exported to {folder}", {"exported": names})


@app.command("import", epilog=examples("lyftdata jobs import --dir jobs/ --dry-run --update"))
@connected
def import_(
    session: Session,
    folder: Folder = Path(),
    *,
    dry_run: DryRun = False,
    update: Annotated[bool, typer.Option("--update", help="Overwrite jobs that differ.")] = False,
) -> None:
    """Read job files back; with --dry-run only check them and say what would change."""
    steps = archive.plan_import(session.api, archive.read(folder), update=update)
    if not dry_run:
        archive.carry_out(session.api, steps)
    done = {"create": "created", "update": "updated"}
    rows = [
        {"name": step.name, "what": step.what if dry_run else done.get(step.what, step.what)}
        for step in steps
    ]
    session.show(rows, {"JOB": "name", "WOULD" if dry_run else "DONE": "what"})


def _body(**values: Any) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value is not None}


def _assign(session: Session, name: str, verb: str, body: dict[str, Any], *, dry_run: bool) -> None:
    made = session.api.post(f"/api/jobs/{name}/{verb}", body, dry_run=dry_run or None)
    words = f"would {verb}" if dry_run else made.get("label") or made.get("state") or "accepted"
    session.say(f"{name}: {words} (version {made.get('version')} on {made.get('worker')})", made)


def _await(session: Session, name: str, states: set[str], seconds: float) -> None:
    state, reason = wait_for(session, name, states, seconds)
    if state == "failed" and "failed" not in states:
        print(f"{name}: failed: {reason}", file=sys.stderr)
        raise typer.Exit(NO)
    if state not in states:
        print(f"{name}: still {state} after {seconds:g} s: {reason}", file=sys.stderr)
        raise typer.Exit(TIMED_OUT)
    if session.form == "table":
        print(f"{name}: {state}")
