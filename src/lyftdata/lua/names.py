"""Which names a script uses as globals, read off its text: only those fields cross into Lua.

Errs on the side of too many: a local of the same name, or a key in a table, costs a little time and
changes nothing. Names reached by `.` or `:` are no globals.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_WORDS: Final = (
    "and break do else elseif end false for function goto if in local nil not or repeat return"
    " then true until while"
)
KEYWORDS: Final = frozenset(_WORDS.split(" "))
_PIECE = re.compile(
    r"--\[(?P<comment>=*)\[.*?(?:\](?P=comment)\]|\Z)|--[^\n]*"
    r"|\[(?P<long>=*)\[.*?(?:\](?P=long)\]|\Z)"
    r"|\"(?:\\.|[^\"\\\n])*\"?|'(?:\\.|[^'\\\n])*'?"
    r"|0[xX][0-9a-fA-F.]*(?:[pP][+-]?[0-9]+)?|[0-9][0-9.]*(?:[eE][+-]?[0-9]+)?"
    r"|(?P<dots>\.\.\.?)|(?P<access>(?:\.|::?)\s*[A-Za-z_][A-Za-z_0-9]*)"
    r"|(?P<name>[A-Za-z_][A-Za-z_0-9]*)(?P<assigned>\s*=(?!=))?",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Names:
    """Global names in the order of their first use; `assigned` are those before a single `=`."""

    used: tuple[str, ...]
    assigned: frozenset[str]


def global_names(text: str) -> Names:
    """The names that `text` may read or write as globals."""
    used: dict[str, None] = {}
    assigned: set[str] = set()
    for piece in _PIECE.finditer(text):
        name = piece["name"]
        if not name or name in KEYWORDS:
            continue
        used[name] = None
        if piece["assigned"]:
            assigned.add(name)
    return Names(tuple(used), frozenset(assigned))
