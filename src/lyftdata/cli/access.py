"""`lyftdata login` and `logout`: a token for this machine, kept in a 0600 file."""

from __future__ import annotations

import os
import socket
import sys
from typing import Annotated

import typer

from lyftdata.cli.api import Api
from lyftdata.cli.connection import DEFAULT_URL, Insecure, Url
from lyftdata.cli.credentials import Credentials
from lyftdata.cli.lazy import examples


def login(
    username: Annotated[str, typer.Argument(help="Who you are.")] = "admin",
    *,
    url: Url = DEFAULT_URL,
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Read the password from standard input.")
    ] = False,
    expires_in_days: Annotated[int, typer.Option(min=1, help="Life of the token.")] = 30,
    tls_insecure: Insecure = False,
) -> None:
    """Sign in and keep a token, so that other commands need no password."""
    api = Api(url, tls_insecure=tls_insecure, ca=os.environ.get("LYFTDATA_TLS_CA", ""))
    password = (
        sys.stdin.readline().rstrip("\r\n")
        if password_stdin
        else str(typer.prompt(f"Password of {username} at {url}", hide_input=True, err=True))
    )
    api.sign_in(username, password)
    body = {"name": f"cli on {socket.gethostname()}", "expires_in_days": expires_in_days}
    made = api.post("/api/tokens", body)
    keeper = Credentials.of(os.environ)
    keeper.keep(url, made["token"])
    print(f"signed in to {url} as {username}; the token is in {keeper.path}")
    if tls_insecure and not os.environ.get("LYFTDATA_TLS_INSECURE"):
        print(
            "other commands need --tls-insecure too, or LYFTDATA_TLS_INSECURE=true", file=sys.stderr
        )


def logout(*, url: Url = DEFAULT_URL) -> None:
    """Forget the token of a server on this machine."""
    had = Credentials.of(os.environ).forget(url)
    print(f"the token of {url} is forgotten" if had else f"there is no token of {url}")


login.epilog = examples(  # type: ignore[attr-defined]
    "lyftdata login admin", "echo $PASSWORD | lyftdata login admin --password-stdin"
)
logout.epilog = examples("lyftdata logout")  # type: ignore[attr-defined]
