"""How an event is written after actions that look at its keys only, by the keys that it has.

Giving a key another name in its place means building the event anew, which costs as much as reading
it. Events of a stream mostly have the same keys in the same order. For these the actions are run
once, on an event whose values are marks; what comes out says which value goes where, and becomes a
struct that the encoder writes as it writes that object. Keys for which the actions warn or fail
have no layout: there they do their own work.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from lyftdata.core.errors import EventError, JobAborted
from lyftdata.core.event import Json, object_writer
from lyftdata.engine.prepared import Prepared
from lyftdata.engine.tools import JobTools

MAX_LAYOUTS: Final = 64
"""Different key lists that are remembered; a stream with more is too mixed to gain."""
MAX_KEYS: Final = 200
_PLAIN: Final = re.compile(r'[^"\\\x00-\x1f]+')
Make = Callable[..., object]
"""The values of an event, in order -> what the encoder writes."""


@dataclass(frozen=True, slots=True)
class _Mark:
    """Stands for the value at this place."""

    place: int


class Layouts:
    """The layouts of one run of actions, made when they are first asked for."""

    def __init__(self, actions: Sequence[Prepared], tools: JobTools) -> None:
        self._steps = [one.step for one in actions]
        self._tools = tools
        self._known: dict[tuple[str, ...], Make | None] = {}

    def __call__(self, keys: tuple[str, ...]) -> Make | None:
        """The layout for these keys, or None where there is none."""
        if keys not in self._known and len(self._known) < MAX_LAYOUTS:
            self._known[keys] = self._made(keys)
        return self._known.get(keys)

    def _made(self, keys: tuple[str, ...]) -> Make | None:
        if len(keys) > MAX_KEYS:
            return None
        event = self._tried({key: _Mark(place) for place, key in enumerate(keys)})
        if event is None or not all(map(_PLAIN.fullmatch, event)):
            return None
        constants: dict[str, object] = {"write": object_writer(tuple(event))}
        arguments = []
        for number, value in enumerate(event.values()):
            if not isinstance(value, _Mark):
                constants[f"c{number}"] = value
            arguments.append(f"v{value.place}" if isinstance(value, _Mark) else f"c{number}")
        given = ", ".join([f"v{place}" for place in range(len(keys))])
        if arguments == [f"v{place}" for place in range(len(keys))]:
            return constants["write"]  # type: ignore[return-value]
        source = f"lambda {given}: write({', '.join(arguments)})"
        made: Make = eval(compile(source, "<layout>", "eval"), constants)  # noqa: S307
        return made

    def _tried(self, event: Json) -> Json | None:
        """What the actions make of the marks; None when they do anything else as well."""
        before = self._tools.mark()
        quiet, self._tools.quiet = self._tools.quiet, True
        try:
            for step in self._steps:
                given = step(event)
                if not isinstance(given, dict):
                    return None
                event = given
            return event if self._tools.mark() == before else None
        except (EventError, JobAborted):
            return None
        finally:
            self._tools.quiet = quiet
            self._tools.back(before)


def laid_out(actions: tuple[Prepared, ...]) -> int:
    """How many actions at the end are better done by a layout: 0 where none rebuilds the event."""
    count = 0
    for action in reversed(actions):
        if not action.touches.keys_only or action.condition is not None:
            break
        count += 1
    gains = any(one.touches.rebuilds for one in actions[len(actions) - count :])
    return count if gains else 0
