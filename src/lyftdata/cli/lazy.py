"""A Typer group whose commands are imported only when one of them is run, so that help is fast."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any, ClassVar

import typer
from typer.core import TyperGroup


@dataclass(frozen=True, slots=True)
class Lazy:
    """Where a command lives (`module:function` or `module:app`), and its line in the help."""

    place: str
    help: str


class LazyGroup(TyperGroup):
    """Subclasses say what there is in `lazy`."""

    lazy: ClassVar[Mapping[str, Lazy]] = {}

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 - Typer's signature
        """Names in the order of the table."""
        return list(self.lazy)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002 - Typer's signature
        """Import the command."""
        if cmd_name not in self.lazy:
            return None
        thing = load(self.lazy[cmd_name].place)
        command = typer.main.get_command(thing if isinstance(thing, typer.Typer) else _app(thing))
        command.name = cmd_name
        return command

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002
        """The table, without importing anything."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, one.help) for name, one in self.lazy.items()])


def load(place: str) -> Any:
    """Import `module:name` now, not with the command line: for what takes long to import."""
    module, _, name = place.partition(":")
    return getattr(import_module(module), name)


def _app(function: Any) -> typer.Typer:
    app = new_app()
    app.command(epilog=getattr(function, "epilog", None))(function)
    return app


def new_app(**settings: Any) -> typer.Typer:
    """A Typer app in the house style: plain help, no completion commands, no tracebacks."""
    return typer.Typer(
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
        **settings,
    )


def examples(*lines: str) -> str:
    """The examples of a command, as the last paragraph of its help."""
    return "\b\nExamples:\n" + "\n".join(f"  {line}" for line in lines)
