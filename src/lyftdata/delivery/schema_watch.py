"""Watches the fields and types of written events; their growth counts `__SCHEMA_NUMBER` up."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from lyftdata.core.event import Json
from lyftdata.stores.state_file import load_state, save_state

SCHEMA_NUMBER: Final = "__SCHEMA_NUMBER"
_TYPES: Final = {
    bool: "boolean",
    int: "number",
    float: "number",
    str: "string",
    dict: "object",
    list: "array",
}


class SchemaWatch:
    """The schema so far, kept in the output's folder."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "schema.json"
        state = load_state(self._file)
        self._number: int = state.get("number", 0)
        self._fields: dict[str, list[str]] = state.get("fields", {})

    def number(self, events: Sequence[Json]) -> int:
        """The number that holds for these events; 1 for the first ones. Null changes nothing."""
        fresh = {
            (key, _TYPES[type(value)])
            for event in events
            for key, value in event.items()
            if value is not None
        } - {(key, kind) for key, kinds in self._fields.items() for kind in kinds}
        if fresh:
            for key, kind in sorted(fresh):
                self._fields.setdefault(key, []).append(kind)
            self._number += 1
            save_state(self._file, {"number": self._number, "fields": self._fields})
        return self._number
