"""When a job with a trigger fires, and the time window of each firing. Pure; the runner waits.

interval: at once, then equally spaced      cron: at clock times, UTC
both moved by an offset that is drawn once and kept
"""

from __future__ import annotations

from dataclasses import dataclass

from lyftdata.core.clock import Randomness
from lyftdata.spec.trigger import TriggerSpec, WindowSpec, start_ns
from lyftdata.times import next_fire


@dataclass(frozen=True, slots=True)
class Firing:
    """A run that is due at `at_ns`; `nominal_ns` is that without the random offset."""

    nominal_ns: int
    at_ns: int


def draw_offset(trigger: TriggerSpec, random: Randomness) -> int:
    """The job's own offset, once per deployment, in ns."""
    return int(random.random() * trigger.random_offset)


def first_firing(trigger: TriggerSpec, now_ns: int, offset_ns: int) -> Firing:
    """The first run after a start at `now_ns`."""
    if trigger.cron is not None and not trigger.cron.immediate:
        nominal = next_fire(trigger.cron.cron, now_ns - offset_ns)
        return Firing(nominal, nominal + offset_ns)
    return Firing(now_ns, now_ns + offset_ns)


def next_firing(trigger: TriggerSpec, last: Firing, now_ns: int, offset_ns: int) -> Firing | None:
    """The run after `last`; ticks that have passed meanwhile are left out. None: no more."""
    if trigger.cron is not None:
        nominal = next_fire(trigger.cron.cron, max(last.nominal_ns, now_ns - offset_ns))
        return Firing(nominal, nominal + offset_ns)
    every = trigger.interval.duration if trigger.interval is not None else 0
    if every <= 0:
        return None
    behind = max(0, now_ns - offset_ns - last.nominal_ns)
    nominal = last.nominal_ns + every * max(1, -(-behind // every))
    return Firing(nominal, nominal + offset_ns)


def run_window(trigger: TriggerSpec, firing: Firing, watermark_ns: int | None) -> tuple[int, int]:
    """Start and end of the run's window, epoch ns; it never runs backwards.

    It ends when the run is due, less `offset`; it begins where the last one that succeeded ended,
    or at `start-time` at the very first run, or `size` before its end.
    """
    window = trigger.window or WindowSpec()
    end = firing.nominal_ns - window.offset
    start = end - _size(trigger, window)
    if watermark_ns is not None and (trigger.window is not None):
        start = watermark_ns
    elif watermark_ns is None and window.start is not None and window.start.start_time:
        start = start_ns(window.start.start_time)
    return min(start, end), end


def _size(trigger: TriggerSpec, window: WindowSpec) -> int:
    if window.size is not None:
        return window.size
    return trigger.interval.duration if trigger.interval is not None else 0
