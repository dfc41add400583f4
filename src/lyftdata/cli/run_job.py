"""`lyftdata run job FILE`: the same engine as in a worker, in this process, with no server."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated, Any, Final

import typer
import yaml

from lyftdata.cli.connection import Output
from lyftdata.cli.edge import NO, say
from lyftdata.cli.lazy import examples, load
from lyftdata.cli.progress import Progress
from lyftdata.cli.show import Form, show, show_trace
from lyftdata.core.errors import NotFound
from lyftdata.engine.ports import RunOptions
from lyftdata.times.clock import SystemClock
from lyftdata.worker.local import LocalRun, load_job, run_locally
from lyftdata.worker.places import local_dir
from lyftdata.worker.settings import BadSetting

Context = Annotated[
    list[str] | None,
    typer.Option("--context", "-c", metavar="KEY=VALUE", help="Fill {{KEY}}; VALUE is YAML."),
]
LEDGER = (
    "received",
    "created",
    "delivered",
    "filtered",
    "absorbed",
    "dead_lettered",
    "expired",
    "in_flight",
)
TRACE_S = 30.0


def job(  # noqa: PLR0913 - one parameter a flag
    file: Annotated[Path, typer.Argument(readable=False, show_default=False)],
    *,
    context: Context = None,
    trace: Annotated[
        bool, typer.Option("--trace", help="Show lines of standard input after every action.")
    ] = False,
    limit: Annotated[int | None, typer.Option(min=1, help="End after so many records.")] = None,
    until_idle: Annotated[
        bool, typer.Option("--until-idle", help="End when all that exists has been read.")
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress, no summary.")] = False,
    output: Output = "table",
) -> None:
    """Run a job file here. A run that was stopped or killed goes on where it was.

    Positions, ledger and dead letters are kept in LYFTDATA_JOBS_DIR/local.
    Exit code 1 when the job fails.
    """
    found = load_job(file, context_values(context))
    if trace:
        _trace(found, limit or 100, output)
        return
    progress = Progress(SystemClock(), tty=sys.stderr.isatty() and not quiet)
    run = run_locally(
        found,
        jobs_dir=local_dir(os.environ),
        reporter=progress,
        options=RunOptions(limit=limit, until_idle=until_idle),
    )
    progress.finish()
    if not quiet:
        _summary(found.name, run, output)
    if run.outcome.state == "failed":
        say(f"error: {run.outcome.code or 'job-failed'}: {run.outcome.reason}")
        raise typer.Exit(NO)


def context_values(pairs: list[str] | None) -> dict[str, Any]:
    """`key=value` options as a context. Raises `BadSetting`."""
    values: dict[str, Any] = {}
    for pair in pairs or []:
        key, separator, text = pair.partition("=")
        if not separator or not key:
            raise BadSetting(f"--context {pair!r} must be KEY=VALUE")
        try:
            values[key] = yaml.safe_load(text) if text else ""
        except yaml.YAMLError as error:
            raise BadSetting(f"--context {key}: {text!r} is no YAML value: {error}") from error
    return values


def _trace(found: Any, limit: int, form: Form) -> None:
    if sys.stdin.isatty():
        say("give sample lines on standard input, end with Ctrl-D")
    lines = sys.stdin.read().splitlines()
    if not lines:
        raise NotFound(
            "there is no line to trace: `lyftdata run job FILE --trace < sample.log`",
            code="no-samples",
        )
    trace_locally = load("lyftdata.worker.local_trace:trace_locally")
    result = trace_locally(found, lines, limit=limit, seconds=TRACE_S)
    if form == "table":
        show_trace(result)
    else:
        show(result, form)


_SMALL: Final = 100_000
"""Bytes below which a speed says nothing."""


def _summary(name: str, run: LocalRun, form: Form) -> None:
    outcome, added = run.outcome, run.added
    megabytes = added.get("bytes_in", 0) / 1e6
    speed = megabytes / outcome.seconds if outcome.seconds else 0.0
    if form != "table":
        body = {
            "job": name,
            "state": outcome.state,
            "reason": outcome.reason,
            "code": outcome.code,
            "seconds": round(outcome.seconds, 3),
            "mb_per_s": round(speed, 1),
            "this_run": added,
            "totals": outcome.totals,
        }
        show(body, form)
        return
    counts = "  ".join(f"{key.replace('_', ' ')} {added.get(key, 0)}" for key in LEDGER)
    say(f"{name}: {outcome.state}{': ' + outcome.reason if outcome.reason else ''}")
    say(counts)
    if added.get("bytes_in", 0) < _SMALL:
        say(f"{added.get('bytes_in', 0)} bytes in {outcome.seconds:.2f} s")
    else:
        say(f"{megabytes:.1f} MB in {outcome.seconds:.2f} s, {speed:.1f} MB/s")


job.epilog = examples(  # type: ignore[attr-defined]
    "lyftdata run job job.yaml",
    "lyftdata run job job.yaml --until-idle -c folder=/var/log",
    "head -20 access.log | lyftdata run job job.yaml --trace",
    "lyftdata run job job.yaml -o json --until-idle",
)
