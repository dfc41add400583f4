"""Which functions of its own a job has for its expressions: those of its `script.load` files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from lyftdata.core.event import Json
from lyftdata.lua import InvalidScript, load_functions


def user_functions(document: Json) -> frozenset[str] | None:
    """Names of the functions, or None when a file cannot be read here: then any name may exist."""
    names: set[str] = set()
    for path in map(Path, _loaded(document)):
        if not path.is_file():
            return None
        try:
            names.update(load_functions(path))
        except InvalidScript:
            return None  # The worker that runs the job has the file, and says so if it has not.
    return frozenset(names)


def _loaded(document: Json) -> list[str]:
    actions: Any = document.get("actions")
    found = []
    for action in actions if isinstance(actions, list) else []:
        settings = action.get("script") if isinstance(action, dict) else None
        path = settings.get("load") if isinstance(settings, dict) else None
        if isinstance(path, str):
            found.append(path)
    return found
