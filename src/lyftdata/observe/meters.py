"""Rates and series from the totals that workers report. In memory; points are handed out.

Totals never shrink in one life of a job's state, so a report sent twice changes nothing. Totals
that did shrink begin a new life: they count from zero.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from lyftdata.observe.model import RATES, STEP_S, Point

STALE_NS: Final = 15 * 1_000_000_000
"""A rate that nothing has confirmed for so long is zero."""

RATE_NS: Final = 10 * 1_000_000_000
"""A rate is the mean over about so long: batches leave in bursts."""

Totals = Mapping[str, int]


@dataclass(slots=True)
class _Meter:
    totals: dict[str, int]
    at_ns: int
    recent: deque[tuple[int, Totals]] = field(default_factory=deque)
    """When and what was reported within the time of a rate, and one report before it."""
    changed: bool = True

    def remember(self) -> None:
        """Keep what the rates need."""
        if self.recent and any(self.totals.get(n, 0) < self.recent[-1][1].get(n, 0) for n in RATES):
            self.recent.clear()  # a new life
        self.recent.append((self.at_ns, self.totals))
        while len(self.recent) > 2 and self.recent[1][0] <= self.at_ns - RATE_NS:  # noqa: PLR2004
            self.recent.popleft()

    def rates(self) -> dict[str, float]:
        """Per second, of late; none before the second report."""
        if len(self.recent) < 2:  # noqa: PLR2004
            return {}
        (began, first), (ended, last) = self.recent[0], self.recent[-1]
        seconds = (ended - began) / 1e9
        return {name: (last.get(name, 0) - first.get(name, 0)) / seconds for name in RATES}


class Meters:
    """Thread-safe."""

    def __init__(self, totals: Mapping[tuple[str, str], Totals]) -> None:
        """Goes on from the stored totals per (job, worker)."""
        self._meters = {key: _Meter(dict(one), 0) for key, one in totals.items()}
        self._sums: dict[tuple[str, int], dict[str, float]] = {}
        self._gauges: dict[tuple[str, int], list[Mapping[str, float]]] = {}
        self._lock = threading.Lock()

    def counters(self, job: str, worker: str, totals: Totals, *, at_ns: int) -> None:
        """Take new totals of a job on a worker."""
        with self._lock:
            key = (job, worker)
            meter = self._meters.get(key)
            if meter is None:
                meter = self._meters[key] = _Meter({}, 0)
            if meter.at_ns and at_ns <= meter.at_ns:
                return
            grown = {
                name: _growth(meter.totals.get(name, 0), totals.get(name, 0)) for name in RATES
            }
            meter.totals, meter.at_ns, meter.changed = dict(totals), at_ns, True
            meter.remember()
            sums = self._sums.setdefault((f"job:{job}", _step(at_ns)), {})
            for name, value in grown.items():
                sums[name] = sums.get(name, 0.0) + value

    def gauges(self, worker: str, values: Mapping[str, float], *, at_ns: int) -> None:
        """Take what a worker's heartbeat says of its load; points keep the mean."""
        with self._lock:
            self._gauges.setdefault((f"worker:{worker}", _step(at_ns)), []).append(values)

    def rates(self, job: str, *, now_ns: int) -> dict[str, float]:
        """Per second, over all workers of the job."""
        with self._lock:
            live = [
                one.rates()
                for (name, _), one in self._meters.items()
                if name == job and now_ns - one.at_ns < STALE_NS
            ]
        return {name: sum(one.get(name, 0.0) for one in live) for name in RATES}

    def totals(self, job: str) -> dict[str, int]:
        """The ledger, over all workers of the job."""
        summed: dict[str, int] = {}
        with self._lock:
            for (name, _), meter in self._meters.items():
                for key, value in meter.totals.items() if name == job else ():
                    summed[key] = summed.get(key, 0) + value
        return summed

    def forget(self, job: str) -> None:
        """The job is gone."""
        with self._lock:
            for key in [one for one in self._meters if one[0] == job]:
                del self._meters[key]

    def harvest(self, *, now_ns: int, everything: bool = False) -> list[Point]:
        """The points of all steps that are over (all, at shutdown); each is handed out once."""
        this = _step(now_ns)
        with self._lock:
            over = [key for key in self._sums if everything or key[1] < this]
            points = [Point(key[0], key[1], self._sums.pop(key)) for key in over]
            over = [key for key in self._gauges if everything or key[1] < this]
            points += [Point(key[0], key[1], _mean(self._gauges.pop(key))) for key in over]
        return points

    def changed_totals(self) -> dict[tuple[str, str], dict[str, int]]:
        """Totals that changed since the last call."""
        with self._lock:
            changed = {key: dict(one.totals) for key, one in self._meters.items() if one.changed}
            for key in changed:
                self._meters[key].changed = False
        return changed


def _step(at_ns: int) -> int:
    return at_ns // 1_000_000_000 // STEP_S * STEP_S


def _growth(before: int, now: int) -> int:
    return now - before if now >= before else now


def _mean(samples: list[Mapping[str, float]]) -> dict[str, float]:
    names = {name for one in samples for name in one}
    return {name: sum(one.get(name, 0.0) for one in samples) / len(samples) for name in names}
