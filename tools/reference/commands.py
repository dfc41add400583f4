"""One page with every command of the command line: usage, arguments, options."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from typing import Any

import typer


def command_pages() -> Iterator[tuple[str, str]]:
    """cli.md, from the commands themselves."""
    app = importlib.import_module("lyftdata.cli.main").app
    root = typer.main.get_command(app)
    lines = ["# Command line", *_sections(root, "lyftdata")]
    yield "cli.md", "\n\n".join(lines)


def _sections(command: Any, path: str) -> Iterator[str]:
    yield f"## `{path}`"
    if command.help:
        yield _plain(command.help)
    rows = [_row(parameter) for parameter in command.params if parameter.name != "help"]
    shown = [row for row in rows if row]
    if shown:
        yield "\n".join(["| name | value | default | what |", "|---|---|---|---|", *shown])
    names = command.list_commands(None) if hasattr(command, "list_commands") else []
    for name in sorted(names):  # by name: the root imports a command only when asked for it
        child = command.get_command(None, name)
        if not child.hidden:
            yield from _sections(child, f"{path} {name}")


def _row(parameter: Any) -> str:
    if getattr(parameter, "hidden", False):
        return ""
    if parameter.param_type_name == "argument":
        name = parameter.name.upper()
    else:
        name = ", ".join([*parameter.opts, *parameter.secondary_opts])
    flag = getattr(parameter, "is_flag", False)
    kind = "" if flag else _kind(parameter)
    told = "required" if parameter.required else _default(parameter.default)
    text = _plain(getattr(parameter, "help", "") or "").replace("\n", " ").replace("|", "\\|")
    variable = parameter.envvar if isinstance(parameter.envvar, str) else ""
    if variable:
        text += f" Variable `{variable}`."
    return f"| `{name}` | {kind} | {told} | {text} |"


def _default(value: object) -> str:
    plain = isinstance(value, str | int | float) and not isinstance(value, bool)
    return f"`{value}`" if plain and value != "" else ""


def _plain(text: str) -> str:
    return text.replace("\b\n", "").replace("\b", "").strip()


def _kind(parameter: Any) -> str:
    text = str(parameter.display_type(None))
    return text.strip("<>").replace("|", "\\|")
