"""`lyftdata server health`: what the server says of itself."""

from __future__ import annotations

from typing import Final

import typer

from lyftdata.cli.connection import Session, connected
from lyftdata.cli.edge import NO
from lyftdata.cli.lazy import examples, new_app

CHECKS: Final = {"CHECK": "name", "STATUS": "status", "MESSAGE": "message", "FIX": "fix"}

app = new_app(no_args_is_help=True, help="Ask the server how it is.")


@app.callback()
def group() -> None:
    """Ask the server how it is."""


@app.command(epilog=examples("lyftdata server health", "lyftdata server health -o json"))
@connected
def health(session: Session) -> None:
    """Show the server's version and checks; exit code 1 unless all is well."""
    answer = session.api.get("/api/health")
    if session.form == "table":
        print(f"{answer['status']}  version {answer['version']}  since {answer.get('started_at')}")
        session.show(answer.get("checks") or [], CHECKS)
    else:
        session.show(answer)
    if answer["status"] != "ok":
        raise typer.Exit(NO)
