"""The machine's own clocks, behind the port `core.clock.Clock`."""

from __future__ import annotations

import time


class SystemClock:
    """Wall and monotonic time of this machine."""

    __slots__ = ()

    def wall_ns(self) -> int:
        """Nanoseconds since the Unix epoch, UTC."""
        return time.time_ns()

    def monotonic_ns(self) -> int:
        """Nanoseconds since an arbitrary point; never goes back."""
        return time.monotonic_ns()
