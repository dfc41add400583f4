"""`lyftdata`: the one command of authors and operators. Imports nothing heavy before it must."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Annotated, ClassVar

import typer

from lyftdata.cli.edge import at_the_edge, print_version
from lyftdata.cli.lazy import Lazy, LazyGroup, examples, new_app


class Commands(LazyGroup):
    """All commands."""

    lazy: ClassVar[Mapping[str, Lazy]] = {
        "lint": Lazy("lyftdata.cli.authoring:lint", "Check job files and list every problem."),
        "test": Lazy("lyftdata.cli.testing:test", "Run the tests written in or beside job files."),
        "explain": Lazy("lyftdata.cli.explain:app", "Show how a job will be run."),
        "schema": Lazy("lyftdata.cli.authoring:schema", "Print the JSON Schema of a job file."),
        "docs": Lazy("lyftdata.cli.authoring:docs", "Print the reference of a component."),
        "run": Lazy("lyftdata.cli.run:app", "Run a job here, the server, or a worker."),
        "dlq": Lazy("lyftdata.cli.dlq:app", "Look at the dead letters of jobs run here."),
        "login": Lazy("lyftdata.cli.access:login", "Sign in to a server and keep the token."),
        "logout": Lazy("lyftdata.cli.access:logout", "Forget the token of a server."),
        "jobs": Lazy("lyftdata.cli.jobs:app", "List, edit, stage, deploy, export jobs."),
        "workers": Lazy("lyftdata.cli.workers:app", "List workers and read their logs."),
        "users": Lazy("lyftdata.cli.users:app", "List, make and remove users; set passwords."),
        "contexts": Lazy("lyftdata.cli.contexts:app", "Show and set context values."),
        "server": Lazy("lyftdata.cli.health:app", "Ask the server how it is."),
        "doctor": Lazy("lyftdata.cli.doctor:doctor", "Check everything and say what to do."),
    }


app = new_app(cls=Commands, no_args_is_help=True)


@app.callback(
    epilog=examples(
        "lyftdata lint job.yaml",
        "lyftdata run job job.yaml --until-idle",
        "lyftdata run server",
        "lyftdata login admin && lyftdata jobs list",
    )
)
def root(
    *,
    version: Annotated[
        bool,
        typer.Option(
            "--version", help="Print the version and end.", callback=print_version, is_eager=True
        ),
    ] = False,
) -> None:
    """LyftData: author, test, deploy, run and watch data-pipeline jobs."""


def run() -> None:
    """The entry point."""
    sys.exit(at_the_edge(app))


if __name__ == "__main__":
    run()
