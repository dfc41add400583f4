"""What can go wrong with Lua: the text (before any event) or a run (for one event)."""

from __future__ import annotations

import re

from lyftdata.core.errors import EventError, PermanentError

_LINE = re.compile(r"^[^:\n]*:(\d+): ")


class ScriptError(EventError):
    """A script failed for one event. Codes: `script-error`, `script-limit`, `lua-integer-range`."""

    code = "script-error"


class InvalidScript(PermanentError):
    """A script that cannot be loaded; `line` counts from 1, 0 when unknown."""

    code = "invalid-script"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        found = _LINE.match(message)
        self.line = int(found[1]) if found else 0
