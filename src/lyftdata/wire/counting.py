"""Arithmetic on the totals that workers report."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

GAUGES: Final = frozenset({"in_flight", "lag_bytes"})
"""Keys that say how much there is now, not how much there was in all."""


def grown(totals: Mapping[str, int], start: Mapping[str, int]) -> dict[str, int]:
    """What was counted since `start`; totals below it began anew and count from zero."""
    return {
        key: value if key in GAUGES or value < start.get(key, 0) else value - start.get(key, 0)
        for key, value in totals.items()
    }
