"""Finds the record that kills the process: one at a time, with a mark on disk before each.

The worker asks for it after repeated deaths at one position. A record whose mark was found at two
starts has killed twice in this mode; it becomes a dead letter and the job passes it.
"""

from __future__ import annotations

from typing import Final

from lyftdata.spec.component import Position
from lyftdata.state import JobState

_FACT: Final = "careful"
_RECORDS: Final = 50_000
"""So many records are taken carefully; then the job goes on as usual."""
_DEATHS: Final = 2


class Careful:
    """The marks of one session."""

    def __init__(self, state: JobState, *, on: bool) -> None:
        self._state = state
        self._left = _RECORDS if on else 0
        self._found = state.fact(_FACT) if on else None

    @property
    def on(self) -> bool:
        """Whether records are to be taken one at a time."""
        return self._left > 0

    def kills(self, position: Position | None) -> bool:
        """Mark the record after `position`; whether it is the one that kills."""
        if not self.on or position is None:
            return False
        self._left -= 1
        tries = 1
        if self._found is not None and self._found["position"] == position:
            tries = self._found["tries"] + 1
        self._state.keep(_FACT, {"position": position, "tries": tries})
        if self._left == 0:
            self._state.keep(_FACT, None)
        return tries > _DEATHS
