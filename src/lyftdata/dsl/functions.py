"""Which functions of its own a block may call in its expressions: those of its `load` file."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from lyftdata.lua import InvalidScript, load_functions

DEFAULT: Final = "init.lua"
"""Loaded from the folder that the job runs in, where no file is named."""


def user_functions(action: str, settings: Any) -> frozenset[str] | None:
    """Names of the functions, or None when the file cannot be read here: then any name may exist.

    Only `script` loads functions; they are unknown to every other action, input and output.
    """
    if action != "script" or not isinstance(settings, dict):
        return frozenset()
    named = settings.get("load")
    path = Path(named if isinstance(named, str) else DEFAULT)
    if not path.is_file():
        return None if isinstance(named, str) else frozenset()
    try:
        return frozenset(load_functions(path))
    except InvalidScript:
        return None  # The worker that runs the job has the file, and says so if it has not.
