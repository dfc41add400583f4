"""`lyftdata explain job FILE`: the stages that the compiler chose, and why."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import msgspec
import typer

from lyftdata.cli.connection import Output
from lyftdata.cli.lazy import examples, new_app
from lyftdata.cli.run_job import Context, context_values
from lyftdata.cli.show import show
from lyftdata.engine.explain import explain
from lyftdata.worker.local import load_job, local_plan

app = new_app(no_args_is_help=True, help="Show how a job will be run.")


@app.callback()
def group() -> None:
    """Show how a job will be run."""


@app.command(epilog=examples("lyftdata explain job job.yaml"))
def job(
    file: Annotated[Path, typer.Argument(readable=False, show_default=False)],
    *,
    context: Context = None,
    output: Output = "table",
) -> None:
    """Show the compiled stages: the form of the event in each, and why."""
    views = explain(local_plan(load_job(file, context_values(context))))
    stages = [msgspec.to_builtins(view) for view in views]
    if output != "table":
        show({"stages": stages}, output)
        return
    for number, stage in enumerate(stages, start=1):
        print(f"{number}. {stage['form']}: {stage['why']}")
        for action in stage["actions"]:
            print(f"   {action}")
