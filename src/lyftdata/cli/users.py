"""`lyftdata users`: who may sign in to a server, and as what. For admins."""

from __future__ import annotations

import sys
from typing import Annotated, Final, Literal

import typer

from lyftdata.cli.connection import Session, connected
from lyftdata.cli.lazy import examples, new_app

LIST: Final = {"NAME": "name", "ROLE": "role", "CREATED": "created_at"}

Name = Annotated[str, typer.Argument(metavar="NAME", show_default=False)]
FromStdin = Annotated[
    bool, typer.Option("--password-stdin", help="Read the password from standard input.")
]
app = new_app(no_args_is_help=True, help="List, make and remove users; set passwords.")


@app.command("list", epilog=examples("lyftdata users list"))
@connected
def list_(session: Session) -> None:
    """List the users and their roles."""
    session.show(session.api.items("/api/users"), LIST)


@app.command(
    epilog=examples("echo $PASSWORD | lyftdata users create olga --role operator --password-stdin")
)
@connected
def create(
    session: Session,
    name: Name,
    *,
    role: Annotated[
        Literal["admin", "operator", "viewer"], typer.Option(help="What they may do.")
    ] = "viewer",
    password_stdin: FromStdin = False,
) -> None:
    """Make a user."""
    body = {"name": name, "role": role, "password": _password(name, stdin=password_stdin)}
    session.say(f"made {role} {name}", session.api.post("/api/users", body))


@app.command(epilog=examples("echo $PASSWORD | lyftdata users passwd olga --password-stdin"))
@connected
def passwd(session: Session, name: Name, *, password_stdin: FromStdin = False) -> None:
    """Set a user's password; their sessions and tokens end."""
    body = {"password": _password(name, stdin=password_stdin)}
    answer = session.api.put(f"/api/users/{name}/password", body)
    session.say(f"{name} has a new password", answer)


@app.command(epilog=examples("lyftdata users remove olga"))
@connected
def remove(session: Session, name: Name) -> None:
    """Remove a user, with their sessions and tokens."""
    session.api.delete(f"/api/users/{name}")
    session.say(f"removed {name}", {"removed": name})


def _password(name: str, *, stdin: bool) -> str:
    if stdin:
        return sys.stdin.readline().rstrip("\r\n")
    asked = f"New password of {name}"
    return str(typer.prompt(asked, hide_input=True, confirmation_prompt=True, err=True))
