"""`{{ name }}` placeholders, filled from layers of values when a version is rendered for a worker.

Pure. The first layer that has a value wins; what is filled in is not expanded again.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from lyftdata.core.event import MISSING, encode_json, get_path
from lyftdata.expressions.errors import nearest

Layer: TypeAlias = tuple[str, Mapping[str, Any]]
"""A layer's name for messages (`job override`, `worker eu-1`, `global`) and its values."""

_PLACEHOLDER = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")


@dataclass(frozen=True, slots=True)
class MissingName:
    """A placeholder that no layer has a value for. `offset` counts characters from 0."""

    name: str
    offset: int
    looked_in: tuple[str, ...]
    hint: str = ""

    def __str__(self) -> str:
        """The sentence for a diagnostic."""
        places = ", ".join(self.looked_in) or "no context at all"
        tail = f"; {self.hint}" if self.hint else ""
        return f"context value {self.name!r} not found; looked in: {places}{tail}"


def expand_contexts(text: str, layers: Sequence[Layer]) -> tuple[str, list[MissingName]]:
    """`text` with its placeholders filled, highest layer first, and the names that are missing.

    Texts are filled in as they are, everything else as JSON; null counts as missing. A missing
    placeholder stays as it stands.
    """
    missing: list[MissingName] = []

    def fill(found: re.Match[str]) -> str:
        value = _value(found[1], layers)
        if value is not None:
            return value if isinstance(value, str) else encode_json(value).decode()
        looked_in = tuple(name for name, _ in layers)
        known = [key for _, values in layers for key in values]
        missing.append(MissingName(found[1], found.start(), looked_in, nearest(found[1], known)))
        return found[0]

    return _PLACEHOLDER.sub(fill, text), missing


def context_names(text: str) -> list[tuple[str, int]]:
    """The names in the placeholders of `text`, each with the offset of its placeholder."""
    return [(found[1], found.start()) for found in _PLACEHOLDER.finditer(text)]


def _value(name: str, layers: Sequence[Layer]) -> Any:
    for _, values in layers:
        value = get_path(dict(values), name) if name else MISSING
        if value is not None and value is not MISSING:
            return value
    return None
