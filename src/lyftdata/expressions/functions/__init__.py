"""The functions of the expression language, as data for parser, code generator and reference.

Each entry's summary is the docstring of what runs; each example is executed by a test.
"""

from __future__ import annotations

from typing import Final

from lyftdata.expressions.functions import digests, lists, numbers, state, texts
from lyftdata.expressions.functions.entry import Example, Function

FUNCTIONS: Final[dict[str, Function]] = {
    entry.name: entry
    for entry in (
        *state.ENTRIES,
        *texts.ENTRIES,
        *numbers.ENTRIES,
        *lists.ENTRIES,
        *digests.ENTRIES,
    )
}
"""Every function by its name."""
ALIASES: Final[dict[str, str]] = {
    alias: entry.name for entry in FUNCTIONS.values() for alias in entry.aliases
}
"""Lua's own names (`string.upper`, `math.floor`) and other spellings -> the name above."""

__all__ = ["ALIASES", "FUNCTIONS", "Example", "Function"]
