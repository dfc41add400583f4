"""The machine's clock behind the port."""

from __future__ import annotations

from lyftdata.core.clock import Clock
from lyftdata.times import SystemClock


def test_monotonic_time_never_goes_back_and_wall_time_is_of_this_century() -> None:
    clock: Clock = SystemClock()
    assert clock.monotonic_ns() <= clock.monotonic_ns()
    assert clock.wall_ns() > 1_700_000_000 * 10**9
