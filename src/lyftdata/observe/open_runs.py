"""How far the runs that go on have come, from the totals of their jobs. In memory only."""

from __future__ import annotations

import threading
from collections.abc import Mapping

from lyftdata.wire.counting import grown


class OpenRuns:
    """Thread-safe. Holds no more than the runs that go on."""

    def __init__(self) -> None:
        self._starts: dict[str, dict[str, int]] = {}
        self._counters: dict[str, dict[str, int]] = {}
        self._lock = threading.Lock()

    def began(self, run: str, start: Mapping[str, int]) -> None:
        """It goes on; `start` are its job's totals at its beginning."""
        with self._lock:
            self._starts[run] = dict(start)

    def counted(self, run: str, totals: Mapping[str, int]) -> None:
        """Its job's totals now; nothing when the run is not known to go on."""
        with self._lock:
            if run in self._starts:
                self._counters[run] = grown(totals, self._starts[run])

    def ended(self, run: str) -> None:
        """It has its final counters."""
        with self._lock:
            self._starts.pop(run, None)
            self._counters.pop(run, None)

    def counters(self, run: str) -> dict[str, int]:
        """What it did until now; empty when nothing is known."""
        with self._lock:
            return dict(self._counters.get(run, {}))
