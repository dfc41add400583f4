"""The engine's reporter in a terminal: a line that is redrawn, and warnings as they come."""

from __future__ import annotations

import sys
from typing import Final

from lyftdata.core.clock import Clock

SHOWN: Final = ("received", "delivered", "filtered", "dead_lettered")
CLEAR: Final = "\r\x1b[2K"


class Progress:
    """Writes on standard error. Without a terminal only warnings and errors."""

    def __init__(self, clock: Clock, *, tty: bool) -> None:
        self._clock = clock
        self._tty = tty
        self._began = clock.monotonic_ns()
        self._first: dict[str, int] | None = None

    def totals(self, totals: dict[str, int]) -> None:
        """Redraw the line."""
        if not self._tty:
            return
        if self._first is None:
            self._first = dict(totals)
        seconds = (self._clock.monotonic_ns() - self._began) / 1e9
        read = totals.get("bytes_in", 0) - self._first.get("bytes_in", 0)
        counts = "  ".join(f"{key.replace('_', ' ')} {totals.get(key, 0)}" for key in SHOWN)
        sys.stderr.write(f"{CLEAR}{counts}  {read / 1e6 / max(seconds, 0.001):.1f} MB/s")
        sys.stderr.flush()

    def log(self, level: str, message: str, *, code: str = "", **fields: object) -> None:  # noqa: ARG002
        """Print what people must know."""
        if level in ("warning", "error"):
            start = CLEAR if self._tty else ""
            print(
                f"{start}{level}: {code + ': ' if code and code not in message else ''}{message}",
                file=sys.stderr,
            )

    def samples(self, events: list[bytes]) -> None:
        """Not shown."""

    def run_started(self, run_id: str, started_ns: int) -> None:
        """Not shown."""

    def run_ended(self, run_id: str, state: str, reason: str) -> None:
        """Not shown."""

    def alive(self) -> None:
        """Nobody watches."""

    def finish(self) -> None:
        """Take the line away."""
        if self._tty:
            sys.stderr.write(CLEAR)
