"""`lyftdata run server`: gives the flags to the server's own composition root."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from lyftdata.cli.lazy import examples
from lyftdata.server.main import serve
from lyftdata.server.settings import ServerSettings

Cert = Annotated[
    Path | None,
    typer.Option("--tls-cert", envvar="LYFTDATA_TLS_CERT", readable=False, help="PEM certificate."),
]
Key = Annotated[
    Path | None,
    typer.Option("--tls-key", envvar="LYFTDATA_TLS_KEY", readable=False, help="PEM private key."),
]
Staging = Annotated[
    Path | None,
    typer.Option(
        "--staging-dir",
        envvar="LYFTDATA_STAGING_DIR",
        readable=False,
        help="Where all state is kept.",
    ),
]
Reset = Annotated[
    bool,
    typer.Option(
        "--reset-admin-password",
        help="Make `admin` anew with LYFTDATA_ADMIN_INIT_PASSWORD; for this start only.",
    ),
]


def server(  # noqa: PLR0913 - one parameter a flag
    *,
    bind_address: Annotated[
        str, typer.Option("--bind-address", envvar="LYFTDATA_BIND_ADDRESS", help="HOST:PORT.")
    ] = "127.0.0.1:3000",
    disable_tls: Annotated[
        bool, typer.Option("--disable-tls", help="Plain HTTP, behind a proxy.")
    ] = False,
    tls_cert: Cert = None,
    tls_key: Key = None,
    staging_dir: Staging = None,
    reset_admin_password: Reset = False,
    db_retention_days: Annotated[
        int, typer.Option(min=1, help="How long telemetry and history are kept.")
    ] = 30,
    disk_usage_max_percentage: Annotated[
        int, typer.Option(min=1, max=100, help="Remove the oldest of it above this use.")
    ] = 90,
) -> None:
    """Run the server and its own worker: HTTPS on 127.0.0.1:3000 unless told otherwise."""
    settings = ServerSettings(
        bind_address=bind_address,
        disable_tls=disable_tls,
        tls_cert=tls_cert,
        tls_key=tls_key,
        staging_dir=staging_dir,
        reset_admin_password=reset_admin_password,
        db_retention_days=db_retention_days,
        disk_usage_max_percentage=disk_usage_max_percentage,
        admin_init_password=os.environ.get("LYFTDATA_ADMIN_INIT_PASSWORD", ""),
    )
    raise typer.Exit(serve(settings) or 0)


server.epilog = examples(  # type: ignore[attr-defined]
    "lyftdata run server",
    "lyftdata run server --bind-address 0.0.0.0:3000 --tls-cert cert.pem --tls-key key.pem",
    "LYFTDATA_ADMIN_INIT_PASSWORD=... lyftdata run server --reset-admin-password",
)
