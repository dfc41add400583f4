"""What an expression may reach besides the event: the port that the engine fills for each job."""

from __future__ import annotations

from collections.abc import Callable, Mapping, MutableMapping
from typing import Any, Protocol

from lyftdata.core.clock import Clock, Randomness


class RunWindow(Protocol):
    """The time range of the run, in epoch nanoseconds."""

    @property
    def start_ns(self) -> int:
        """Where the window begins."""
        ...

    @property
    def end_ns(self) -> int:
        """Where the window ends."""
        ...


class ExpressionTools(Protocol):
    """Clock, state and look-ups of the job. Compiled expressions call it by these names."""

    @property
    def clock(self) -> Clock:
        """The job's clock: `now()` and `${time|now_...}`."""
        ...

    @property
    def counters(self) -> MutableMapping[str, int]:
        """State of `count()`, kept by the engine; one entry per counter."""
        ...

    @property
    def random(self) -> Randomness:
        """For `random()` and the nonces of `encrypt()`: must not repeat after a restart."""
        ...

    @property
    def window(self) -> RunWindow:
        """The run's window: `${time|start_...}`, `${time|end_...}`."""
        ...

    @property
    def functions(self) -> Mapping[str, Callable[..., Any]]:
        """The user's own functions (`script.load`); they raise `EventError`."""
        ...

    def uuid(self) -> str:
        """A new identifier."""
        ...

    def format_time(self, ns: int, fmt: str) -> str | int:
        """Epoch nanoseconds in a time format, UTC (`lyftdata.times.format_time`)."""
        ...

    def lookup(self, scope: str, path: str) -> Any:
        """What `${scope|path}` means (`msg`, `dyn`, `secret`, `cred`, `stat`), or `MISSING`."""
        ...

    def warn(self, code: str, place: str, **details: object) -> None:
        """Count a warning; the engine logs one per place and minute."""
        ...
