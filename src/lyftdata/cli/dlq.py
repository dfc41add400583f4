"""`lyftdata dlq`: dead letters of jobs that ran here without a server."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated, Any, Final

import msgspec
import typer

from lyftdata.cli.connection import Output
from lyftdata.cli.lazy import examples, new_app
from lyftdata.cli.show import show
from lyftdata.core.errors import NotFound
from lyftdata.worker.local import dead_letters
from lyftdata.worker.places import local_dir

COLUMNS: Final = {"ID": "id", "AT": "at", "ACTION": "name", "CODE": "code", "REASON": "reason"}
PAGE: Final = 500

Job = Annotated[str, typer.Argument(metavar="JOB", show_default=False)]
JobsDir = Annotated[
    Path | None, typer.Option("--jobs-dir", help="A worker's jobs dir, instead of local runs'.")
]
app = new_app(no_args_is_help=True, help="Look at dead letters: records that could not be handled.")


@app.command("list", epilog=examples("lyftdata dlq list access-log", "lyftdata dlq list j -o json"))
def list_(
    job: Job,
    *,
    limit: Annotated[int, typer.Option(min=1)] = 100,
    jobs_dir: JobsDir = None,
    output: Output = "table",
) -> None:
    """List the newest dead letters of a job."""
    show(_pages(job, jobs_dir, limit), output, COLUMNS)


@app.command("show", epilog=examples("lyftdata dlq show access-log 17"))
def show_(
    job: Job,
    letter: Annotated[str, typer.Argument(metavar="ID", show_default=False)],
    *,
    jobs_dir: JobsDir = None,
    output: Output = "table",
) -> None:
    """Show one dead letter with its record."""
    for one in _pages(job, jobs_dir, None):
        if one["id"] == letter:
            show(one, output)
            return
    raise NotFound(f"job {job!r} has no dead letter {letter!r}: see `lyftdata dlq list {job}`")


@app.command(epilog=examples("lyftdata dlq export access-log > dead.ndjson"))
def export(job: Job, *, jobs_dir: JobsDir = None) -> None:
    """Write all dead letters, the newest first, one JSON object a line."""
    for one in _pages(job, jobs_dir, None):
        sys.stdout.buffer.write(msgspec.json.encode(one) + b"\n")


def _pages(job: str, jobs_dir: Path | None, limit: int | None) -> list[dict[str, Any]]:
    place = jobs_dir or local_dir(os.environ)
    found: list[dict[str, Any]] = []
    cursor: str | None = None
    while True:
        page = dead_letters(place, job, limit=PAGE, cursor=cursor)
        found += page["items"]
        cursor = page["next_cursor"]
        if cursor is None or (limit is not None and len(found) >= limit):
            return found[:limit]
