"""JSON values into Lua and back. Exact or an error: nothing is rounded or guessed.

Lists and objects become tables; null inside them is the value `null`. Going back, a table with the
keys 1 to n is a list, any other an object; an empty one is a list if it came as one or was made by
`table.list()`. Keys keep the order they had, new ones follow sorted.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Final

from lyftdata.lua.errors import ScriptError
from lyftdata.lua.sandbox import Sandbox, lua_type

MAX_DEPTH: Final = 100
MAX_NODES: Final = 1_000_000
_LOWEST, _HIGHEST = -(1 << 63), (1 << 63) - 1


class Crossing:
    """The border of one sandbox."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._null = sandbox.api.null
        self._list: Callable[[Any], Any] = sandbox.api.list
        self._inspect: Callable[[Any], tuple[str | None, int | str]] = sandbox.api.inspect
        self._left = 0

    def into(self, value: Any, field: str) -> Any:
        """The Lua value. Raises `ScriptError` for an integer beyond 64 bits."""
        if isinstance(value, int) and not _LOWEST <= value <= _HIGHEST:
            message = f"{field} holds an integer beyond 64 bits, which Lua cannot keep exactly"
            raise ScriptError(message, code="lua-integer-range", field=field, value=value)
        if isinstance(value, dict | list):
            return self._table_into(value, field, 0)
        return value

    def back(self, value: Any, field: str, like: Any = None) -> Any:
        """The JSON value of what Lua gave; `like` is what was there before."""
        self._left = MAX_NODES
        return self._back(value, field, like, 0)

    def _table_into(self, value: Any, field: str, depth: int) -> Any:
        if depth > MAX_DEPTH:
            raise ScriptError(f"{field} is nested more than {MAX_DEPTH} deep", field=field)
        if isinstance(value, list):
            return self._list(
                self._sandbox.table_from([self._entry_into(one, field, depth) for one in value])
            )
        entries = {key: self._entry_into(one, field, depth) for key, one in value.items()}
        return self._sandbox.table_from(entries)

    def _entry_into(self, value: Any, field: str, depth: int) -> Any:
        if value is None:
            return self._null
        if isinstance(value, dict | list):
            return self._table_into(value, field, depth + 1)
        return self.into(value, field)

    def _back(self, value: Any, field: str, like: Any, depth: int) -> Any:
        self._left -= 1
        if self._left < 0:
            message = f"{field} holds more than {MAX_NODES} values"
            raise ScriptError(message, code="script-limit", field=field)
        if isinstance(value, float) and not math.isfinite(value):
            raise ScriptError(f"{field} would hold {value}, which JSON cannot", field=field)
        if value is None or isinstance(value, str | int | float):
            return value
        if lua_type(value) != "table":
            kind = lua_type(value) or type(value).__name__
            raise ScriptError(f"{field} would hold a {kind}, which is no JSON value", field=field)
        return self._table_back(value, field, like, depth)

    def _table_back(self, value: Any, field: str, like: Any, depth: int) -> Any:
        if depth > MAX_DEPTH:
            raise ScriptError(f"{field} would be nested more than {MAX_DEPTH} deep", field=field)
        kind, count = self._inspect(value)
        if kind == "null":
            return None
        if kind is None or isinstance(count, str):
            raise ScriptError(f"{field} would hold a table with {count}", field=field)
        if kind == "list" or (count == 0 and isinstance(like, list)):
            before = like if isinstance(like, list) else []
            before = before + [None] * (count - len(before))
            return [self._back(value[at + 1], field, before[at], depth + 1) for at in range(count)]
        known = like if isinstance(like, dict) else {}
        found = {
            str(key): self._back(one, field, known.get(str(key)), depth + 1)
            for key, one in value.items()
        }
        order = [key for key in known if key in found]
        order += sorted(key for key in found if key not in known)
        return {key: found[key] for key in order}
