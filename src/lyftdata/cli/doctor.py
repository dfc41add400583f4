"""`lyftdata doctor`: looks at this machine and the server, and says how to mend what is wrong."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final, Literal

import typer

from lyftdata.cli.api import Api
from lyftdata.cli.connection import Session, connected
from lyftdata.cli.edge import NO
from lyftdata.cli.lazy import examples
from lyftdata.core.errors import LyftError
from lyftdata.worker.places import local_dir

LITTLE_SPACE: Final = 0.05


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at."""

    name: str
    status: Literal["ok", "warning", "error"]
    message: str
    fix: str = ""


@connected
def doctor(session: Session) -> None:
    """Check this machine, the connection, the sign-in, the server, its workers and jobs.

    Exit code 1 when something is wrong.
    """
    checks = [*check_machine(local_dir(os.environ)), *check_server(session.api)]
    if session.form == "table":
        print("\n".join(line for check in checks for line in _told(check)))
    else:
        session.show([asdict(check) for check in checks])
    if any(check.status == "error" for check in checks):
        raise typer.Exit(NO)


def _told(check: Check) -> list[str]:
    lines = [f"{check.status:<8} {check.name}: {check.message}"]
    return [*lines, f"{'':<8} do: {check.fix}"] if check.fix else lines


def check_machine(folder: Path) -> Iterator[Check]:
    """Can a job run here: is its folder writable, is there space."""
    there = next(one for one in (folder, *folder.parents) if one.exists())
    if not os.access(there, os.W_OK):
        fix = "set LYFTDATA_JOBS_DIR to a folder of yours"
        yield Check("local-state", "error", f"{there} is not writable", fix)
        return
    yield Check("local-state", "ok", f"{folder} can be used")
    usage = shutil.disk_usage(there)
    free = usage.free / usage.total
    if free < LITTLE_SPACE:
        yield Check("disk", "warning", f"{free:.0%} of the disk is free", f"make room on {there}")
    else:
        yield Check("disk", "ok", f"{usage.free / 1e9:.1f} GB free")


def check_server(api: Api) -> Iterator[Check]:
    """Is the server there, do we have rights, is it well, are its workers and jobs."""
    try:
        api.get("/api/liveness")
        yield Check("connection", "ok", f"{api.url} answers")
        user = api.get("/api/auth/me")["user"]
        yield Check("sign-in", "ok", f"signed in as {user['name']} ({user['role']})")
        yield from _health(api)
        yield from _workers(api)
        yield from _jobs(api)
    except LyftError as error:
        what, _, fix = str(error).partition("; ")
        yield Check("server", "error", f"{error.kind}: {what}", fix)


def _health(api: Api) -> Iterator[Check]:
    for one in api.get("/api/health").get("checks") or []:
        bad = one["status"] not in ("ok", "warning")
        status: Literal["ok", "warning", "error"] = "error" if bad else one["status"]
        yield Check(f"server: {one['name']}", status, one["message"], one.get("fix") or "")


def _workers(api: Api) -> Iterator[Check]:
    for worker in api.items("/api/workers"):
        name = f"worker {worker['id']}"
        if worker["state"] == "online":
            yield Check(name, "ok", f"online, {worker['jobs_running']} jobs")
        else:
            fix = "start its service again; see its log for why it ended"
            yield Check(name, "error", f"last seen {worker.get('last_seen_at')}", fix)


def _jobs(api: Api) -> Iterator[Check]:
    for job in api.items("/api/jobs"):
        if job["state"] in ("failed", "unknown", "degraded"):
            status: Literal["error", "warning"] = (
                "warning" if job["state"] == "degraded" else "error"
            )
            fix = f"lyftdata jobs logs {job['name']}"
            yield Check(f"job {job['name']}", status, job.get("state_reason") or "", fix)


doctor.epilog = examples("lyftdata doctor", "lyftdata doctor -o json")  # type: ignore[attr-defined]
