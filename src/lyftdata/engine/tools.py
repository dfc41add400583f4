"""What actions and expressions reach at run time: clock, counters, look-ups, counted warnings.

One `JobTools` per job; every action gets a `PlacedTools` that names its place.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, MutableMapping
from dataclasses import dataclass
from typing import Any, Final

from lyftdata.core.clock import Clock, Ids, Randomness
from lyftdata.core.event import MISSING, get_path
from lyftdata.expressions import RunWindow
from lyftdata.times import format_time

_MINUTE_NS: Final = 60_000_000_000
_SHORT: Final = 200
"""Characters of a detail that a log line shows: a value of an event can be megabytes."""
Log = Callable[..., None]


@dataclass(frozen=True, slots=True)
class Window:
    """The time range of a run, epoch ns."""

    start_ns: int
    end_ns: int


class JobTools:
    """The tools of one job in one process."""

    def __init__(
        self,
        *,
        clock: Clock,
        ids: Ids,
        random: Randomness,
        log: Log,
        message: Mapping[str, object] | None = None,
    ) -> None:
        self.clock = clock
        self.random = random
        self.counters: MutableMapping[str, int] = {}
        self.window: RunWindow = Window(clock.wall_ns(), clock.wall_ns())
        self.functions: Mapping[str, Callable[..., Any]] = {}
        self.number = 0
        self.warnings: dict[tuple[str, str], int] = {}
        """How often each (code, place) was warned of, since `take_warnings`."""
        self.quiet = False
        self._ids = ids
        self._log = log
        self._message = dict(message or {})
        self._told: dict[tuple[str, str], int] = {}

    def uuid(self) -> str:
        """A new identifier."""
        return self._ids.uuid7()

    def format_time(self, ns: int, fmt: str) -> str | int:
        """Epoch nanoseconds in a time format, UTC."""
        return format_time(ns, fmt)

    def lookup(self, scope: str, path: str) -> Any:
        """`${scope|path}`: output statistics and the message that fired; others have no source."""
        if scope == "stat":
            return self.number if path == "_BATCH_NUMBER" else MISSING
        return get_path(self._message, path) if scope == "msg" else MISSING

    def warn(self, code: str, place: str, **details: object) -> None:
        """Count a warning; the first per code, place and minute is logged."""
        key = (code, place)
        self.warnings[key] = self.warnings.get(key, 0) + 1
        if self.quiet:
            return
        now = self.clock.monotonic_ns()
        if now - self._told.get(key, now - _MINUTE_NS) >= _MINUTE_NS:
            self._told[key] = now
            told = ", ".join(f"{name} {_short(value)}" for name, value in details.items())
            self._log("warning", f"{place}: {code}" + (f" ({told})" if told else ""), code=code)

    def mark(self) -> tuple[dict[str, int], dict[tuple[str, str], int]]:
        """Counters and warnings as they are, for `back`."""
        return dict(self.counters), dict(self.warnings)

    def back(self, mark: tuple[dict[str, int], dict[tuple[str, str], int]]) -> None:
        """Undo what was counted since `mark`."""
        self.counters.clear()
        self.counters.update(mark[0])
        self.warnings = dict(mark[1])

    def take_warnings(self) -> int:
        """How many warnings came since the last call."""
        number = sum(self.warnings.values())
        self.warnings.clear()
        return number


class PlacedTools:
    """The job's tools as one action sees them: warnings without a place get its own."""

    def __init__(self, job: JobTools, place: str) -> None:
        self._job = job
        self.place = place
        self.clock = job.clock
        self.random = job.random
        self.counters = job.counters
        self.functions = job.functions
        self.uuid = job.uuid
        self.format_time = job.format_time
        self.lookup = job.lookup

    @property
    def window(self) -> RunWindow:
        """The window of the run."""
        return self._job.window

    def warn(self, code: str, place: str = "", **details: object) -> None:
        """Count a warning."""
        self._job.warn(code, place or self.place, **details)


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= _SHORT else f"{text[:_SHORT]}... ({len(text)} characters)"
