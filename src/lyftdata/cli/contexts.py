"""`lyftdata contexts`: values for `{{name}}` in jobs: global, of a worker, of a job."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from lyftdata.cli.connection import Session, connected
from lyftdata.cli.lazy import examples, new_app
from lyftdata.cli.run_job import context_values
from lyftdata.worker.settings import BadSetting

app = new_app(no_args_is_help=True, help="Show and set context values.")


@app.command(epilog=examples("lyftdata contexts show -o yaml"))
@connected
def show(session: Session) -> None:
    """Show all layers; a job's value wins over a worker's, that over the global one."""
    session.show(session.api.get("/api/contexts"))


@app.command(
    "set",
    epilog=examples(
        "lyftdata contexts set region=eu",
        "lyftdata contexts set --job access-log folder=/var/log",
        "lyftdata contexts set --unset region",
    ),
)
@connected
def set_(
    session: Session,
    values: Annotated[list[str] | None, typer.Argument(metavar="KEY=VALUE...")] = None,
    *,
    job: Annotated[str | None, typer.Option(help="Only for this job.")] = None,
    worker: Annotated[str | None, typer.Option(help="Only for this worker.")] = None,
    unset: Annotated[list[str] | None, typer.Option(help="Remove this key.")] = None,
) -> None:
    """Set values (YAML) in one layer; other values stay. Jobs that use them are redeployed."""
    if job and worker:
        raise BadSetting("give --job or --worker, not both: a value belongs to one layer")
    layer = _layer(session.api.get("/api/contexts"), job=job, worker=worker)
    changed = {key: value for key, value in layer.items() if key not in (unset or [])}
    changed |= context_values(values)
    path = "update-global"
    if job or worker:
        path = f"update-job-map/{job}" if job else f"update-worker-map/{worker}"
    session.say("saved", session.api.put(f"/api/contexts/{path}", {"values": changed}))


def _layer(known: dict[str, Any], *, job: str | None, worker: str | None) -> dict[str, Any]:
    if job:
        return dict(known["jobs"].get(job, {}))
    return dict(known["workers"].get(worker, {})) if worker else dict(known["global"])
