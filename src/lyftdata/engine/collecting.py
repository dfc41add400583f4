"""How the process of a job collects garbage: for its process edges, not for tests or a server."""

from __future__ import annotations

import gc
from typing import Final

_THRESHOLDS: Final = (100_000, 50, 50)
"""Events hold no cycles: looking for some after every 700 new dicts is for nothing."""


def collect_seldom() -> None:
    """Take what is loaded out of every collection, and make collections rare.

    For a process that runs one job: call it once all code and the job itself are loaded.
    """
    gc.freeze()
    gc.set_threshold(*_THRESHOLDS)
