"""How the process of a job keeps its memory: for process edges, not for tests or a server."""

from __future__ import annotations

import ctypes
import gc
import sys
from typing import Final

_THRESHOLDS: Final = (100_000, 50, 50)
"""Events hold no cycles: looking for some after every 700 new dicts is for nothing."""
_KEPT: Final = 16 * 1024 * 1024
"""Bytes that stay with the process between two batches, instead of going back to the system."""
_M_TRIM_THRESHOLD: Final = -1
_M_MMAP_THRESHOLD: Final = -3


def collect_seldom() -> None:
    """Take what is loaded out of every collection, make collections rare, keep batch memory.

    For a process that runs one job: call it once all code and the job itself are loaded. Memory
    that comes back with every batch would otherwise be cleared page by page each time: a tenth of
    the CPU of a job that edits events. The names are those of `mallopt(3)` of the GNU C library;
    where the C library has no such function, nothing is changed.
    """
    gc.freeze()
    gc.set_threshold(*_THRESHOLDS)
    if sys.platform == "linux":
        mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
        if mallopt is not None:
            mallopt(_M_MMAP_THRESHOLD, _KEPT)
            mallopt(_M_TRIM_THRESHOLD, _KEPT)
