"""How answers are printed: as a table, JSON or YAML."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal, TypeAlias

import msgspec
import yaml

Form: TypeAlias = Literal["table", "json", "yaml"]
Columns: TypeAlias = Mapping[str, str]
"""Heading -> path of the value (`a.b`)."""
WIDEST: Final = 80


def show(data: Any, form: Form, columns: Columns | None = None) -> None:
    """Print; a table needs `columns` and takes a list, or one object as `key: value` lines."""
    if form == "json":
        print(msgspec.json.format(msgspec.json.encode(data), indent=2).decode())
    elif form == "yaml":
        sys.stdout.write(yaml.safe_dump(data, sort_keys=False, allow_unicode=True))
    elif columns is None or isinstance(data, Mapping):
        _pairs(data)
    else:
        for line in table(data, columns):
            print(line)


def show_trace(result: Mapping[str, Any]) -> None:
    """Print what every action made of every line; `result` is what a trace answers."""
    names = {column["index"]: column["name"] for column in result["columns"]}
    for row in result["rows"]:
        print(f"event {row['event']}")
        for cell in row["cells"]:
            column = cell["column"]
            notes = [note for note in (cell.get("reason"), *(cell.get("warnings") or [])) if note]
            after = f"  ({'; '.join(map(str, notes))})" if notes else ""
            print(f"  {names.get(column, column)!s:<14} {cell['status']}{after}")
            for event in cell.get("events") or []:
                print(f"    {event}")


def table(rows: Sequence[Any], columns: Columns) -> list[str]:
    """Aligned lines, headings first."""
    cells = [list(columns)] + [[_cell(row, path) for path in columns.values()] for row in rows]
    widths = [max(len(line[index]) for line in cells) for index in range(len(columns))]
    return [
        "  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip()
        for line in cells
    ]


def _pairs(data: Any) -> None:
    if not isinstance(data, Mapping):
        print(data)
        return
    width = max((len(str(key)) for key in data), default=0)
    for key, value in data.items():
        shown = _lines(value)
        print(f"{key!s:<{width}}  {shown[0]}".rstrip())
        for line in shown[1:]:
            print(f"{'':<{width}}  {line}".rstrip())


def _lines(value: Any) -> list[str]:
    """A value beside its key: texts as they stand, objects as `key value` pairs, one a line."""
    if isinstance(value, str):
        return value.splitlines() or [""]
    if isinstance(value, Mapping):
        return ["  ".join(f"{key} {_text(one)}" for key, one in value.items()) or "-"]
    if isinstance(value, list):
        return [_lines(one)[0] for one in value] or ["-"]
    return [_text(value)]


def _cell(row: Any, path: str) -> str:
    value = row
    for part in path.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    text = _text(value)
    return text if len(text) <= WIDEST else text[: WIDEST - 3] + "..."


def _text(value: Any) -> str:
    match value:
        case None:
            return "-"
        case str():
            return value.replace("\n", " ")
        case bool():
            return "yes" if value else "no"
        case float():
            return f"{value:.1f}"
        case list() | dict():
            return msgspec.json.encode(value).decode()
        case _:
            return str(value)
