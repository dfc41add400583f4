"""`lyftdata-worker`: flags and environment of a worker, then the worker itself."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from lyftdata.cli.edge import at_the_edge, print_version
from lyftdata.cli.lazy import examples, load, new_app
from lyftdata.worker.places import jobs_dir as default_jobs_dir
from lyftdata.worker.settings import BadSetting, WorkerSettings, connect_url, parse_labels

Url = Annotated[str, typer.Option("--url", envvar="LYFTDATA_URL", help="The server.")]
Id = Annotated[str, typer.Option("--worker-id", envvar="LYFTDATA_WORKER_ID", help="Its id.")]
ApiKey = Annotated[
    str,
    typer.Option(
        "--worker-api-key", envvar="LYFTDATA_WORKER_API_KEY", help="Its key.", show_default=False
    ),
]
JobsDir = Annotated[
    Path | None,
    typer.Option("--jobs-dir", envvar="LYFTDATA_JOBS_DIR", help="Where its state is kept."),
]
Insecure = Annotated[
    bool,
    typer.Option(
        "--tls-insecure",
        envvar="LYFTDATA_TLS_INSECURE",
        help="Do not check the server's certificate.",
    ),
]
EPILOG = examples(
    "lyftdata-worker --url https://lyftdata.example:3000 --worker-id w1 --worker-api-key KEY",
    "LYFTDATA_URL=... LYFTDATA_WORKER_ID=w1 LYFTDATA_WORKER_API_KEY=... lyftdata-worker",
)
app = new_app()


@app.command(epilog=EPILOG)
def worker(  # noqa: PLR0913 - one parameter a flag
    *,
    url: Url = "https://127.0.0.1:3000",
    worker_id: Id = "",
    worker_api_key: ApiKey = "",
    jobs_dir: JobsDir = None,
    tls_insecure: Insecure = False,
    limit_job_capabilities: Annotated[
        bool,
        typer.Option("--limit-job-capabilities", help="Run only basic connectors, no code."),
    ] = False,
    max_jobs: Annotated[int, typer.Option(min=0, help="Jobs at once; 0: no limit.")] = 0,
    job_memory_mib: Annotated[
        int, typer.Option(min=0, help="Address space of a job process; 0: no limit.")
    ] = 0,
    stall_seconds: Annotated[
        float, typer.Option(min=1, help="Kill a job with no sign of life for so long.")
    ] = 60.0,
    version: Annotated[  # noqa: ARG001 - handled by its callback
        bool,
        typer.Option("--version", help="Print the version.", callback=print_version, is_eager=True),
    ] = False,
) -> None:
    """Run jobs for a server: dials out to it, and goes on when it is away.

    Also reads LYFTDATA_WORKER_NAME, LYFTDATA_WORKER_LABELS (a=b,c) and LYFTDATA_TLS_CA.
    Exit code 4: the jobs directory is used by another worker.
    """
    if not worker_id or not worker_api_key:
        raise BadSetting(
            "a worker needs --worker-id and --worker-api-key (or LYFTDATA_WORKER_ID and "
            "LYFTDATA_WORKER_API_KEY); create the worker on the server's page to get them"
        )
    connect_url(url)
    ca = os.environ.get("LYFTDATA_TLS_CA", "")
    _work(
        WorkerSettings(
            url=url,
            worker_id=worker_id,
            api_key=worker_api_key,
            jobs_dir=jobs_dir or default_jobs_dir(os.environ),
            name=os.environ.get("LYFTDATA_WORKER_NAME", ""),
            labels=parse_labels(os.environ.get("LYFTDATA_WORKER_LABELS", "")),
            tls_ca=Path(ca) if ca else None,
            tls_insecure=tls_insecure,
            limit_capabilities=limit_job_capabilities,
            max_jobs=max_jobs,
            job_memory_bytes=job_memory_mib * 1024 * 1024,
            stall_s=stall_seconds,
        )
    )


def _work(settings: WorkerSettings) -> None:
    load("lyftdata.worker.main:work")(settings)


def run() -> None:
    """The entry point."""
    sys.exit(at_the_edge(app))


if __name__ == "__main__":
    run()
