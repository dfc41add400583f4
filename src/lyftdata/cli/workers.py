"""`lyftdata workers`: who runs jobs, and what they log."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from lyftdata.cli.connection import Session, connected
from lyftdata.cli.lazy import examples, new_app

LIST: Final = {
    "ID": "id",
    "NAME": "name",
    "STATE": "state",
    "VERSION": "version",
    "HOST": "host",
    "JOBS": "jobs_running",
    "CPU %": "cpu_percent",
    "MEMORY": "memory_bytes",
    "LAST SEEN": "last_seen_at",
}
LOGS: Final = {"AT": "at", "LEVEL": "level", "JOB": "job", "CODE": "code", "MESSAGE": "message"}

Id = Annotated[str, typer.Argument(metavar="ID", show_default=False)]
app = new_app(no_args_is_help=True, help="List workers and read their logs.")


@app.command("list", epilog=examples("lyftdata workers list", "lyftdata workers list -o json"))
@connected
def list_(session: Session) -> None:
    """List the workers, online or not."""
    session.show(session.api.items("/api/workers"), LIST)


@app.command(epilog=examples("lyftdata workers show built-in"))
@connected
def show(session: Session, worker: Id) -> None:
    """Show one worker: load, capabilities, what it runs."""
    session.show(session.api.get(f"/api/workers/{worker}"))


@app.command(epilog=examples("lyftdata workers logs built-in --limit 200"))
@connected
def logs(session: Session, worker: Id, *, limit: Annotated[int, typer.Option(min=1)] = 100) -> None:
    """Print what a worker and its jobs logged, the newest last."""
    session.show(session.api.items(f"/api/workers/{worker}/logs", limit=limit)[::-1], LOGS)


@app.command(epilog=examples("lyftdata workers metrics built-in -o json"))
@connected
def metrics(session: Session, worker: Id) -> None:
    """Show the figures of a worker over the last minutes."""
    session.show(session.api.get(f"/api/workers/{worker}/metrics"))
