"""`lyftdata run job|server|worker`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from lyftdata.cli.lazy import Lazy, LazyGroup, new_app


class Runs(LazyGroup):
    """What can be run."""

    lazy: ClassVar[Mapping[str, Lazy]] = {
        "job": Lazy("lyftdata.cli.run_job:job", "Run a job file here, with no server."),
        "server": Lazy("lyftdata.cli.run_server:server", "Run the server and its own worker."),
        "worker": Lazy("lyftdata.cli.worker_main:app", "Run a worker (like lyftdata-worker)."),
    }


app = new_app(cls=Runs, no_args_is_help=True)


@app.callback()
def group() -> None:
    """Run a job here, the server, or a worker."""
