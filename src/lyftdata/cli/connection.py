"""Gives commands that talk to a server their connection, and the options for it.

`@connected` takes a function whose first parameter is a `Session` and makes a command of it with
`--url`, `--token`, `--tls-insecure` and `-o` added.
"""

from __future__ import annotations

import functools
import inspect
import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, Concatenate, Final, ParamSpec

import typer

from lyftdata.cli.api import Api
from lyftdata.cli.credentials import Credentials
from lyftdata.cli.show import Columns, Form, show

P = ParamSpec("P")
DEFAULT_URL: Final = "https://127.0.0.1:3000"

Url = Annotated[str, typer.Option("--url", envvar="LYFTDATA_URL", help="The server.")]
Token = Annotated[
    str,
    typer.Option(
        "--token",
        envvar="LYFTDATA_TOKEN",
        help="Instead of the one `login` kept.",
        show_default=False,
        show_envvar=True,
    ),
]
Insecure = Annotated[
    bool,
    typer.Option(
        "--tls-insecure",
        envvar="LYFTDATA_TLS_INSECURE",
        help="Do not check the server's certificate.",
    ),
]
Output = Annotated[Form, typer.Option("--output", "-o", help="How to print.")]


@dataclass(frozen=True, slots=True)
class Session:
    """A server, and how to print its answers."""

    api: Api
    form: Form

    def show(self, data: Any, columns: Columns | None = None) -> None:
        """Print an answer in the form that was asked for."""
        show(data, self.form, columns)

    def say(self, text: str, data: Any) -> None:
        """A sentence for people, the data for programs."""
        show(text if self.form == "table" else data, self.form)


def open_api(url: str, *, token: str = "", tls_insecure: bool = False) -> Api:
    """A connection with the given token, or the one that `login` kept."""
    known = token or Credentials.of(os.environ).token(url)
    ca = os.environ.get("LYFTDATA_TLS_CA", "")
    return Api(url, token=known, tls_insecure=tls_insecure, ca=ca)


def connected(function: Callable[Concatenate[Session, P], None]) -> Callable[..., None]:
    """Make a command of a function that wants a `Session` first."""

    @functools.wraps(function)
    def command(*args: P.args, **kwargs: P.kwargs) -> None:
        url, token = str(kwargs.pop("url")), str(kwargs.pop("token"))
        form, insecure = kwargs.pop("output"), bool(kwargs.pop("tls_insecure"))
        session = Session(open_api(url, token=token, tls_insecure=insecure), form)  # type: ignore[arg-type]
        function(session, *args, **kwargs)

    own = list(inspect.signature(function, eval_str=True).parameters.values())[1:]
    command.__signature__ = inspect.Signature(own + _shared())  # type: ignore[attr-defined]
    return command


def _shared() -> list[inspect.Parameter]:
    options = {
        "url": (Url, DEFAULT_URL),
        "token": (Token, ""),
        "tls_insecure": (Insecure, False),
        "output": (Output, "table"),
    }
    return [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=kind)
        for name, (kind, default) in options.items()
    ]
