"""A `Reporter` that keeps nothing but the log: for traces and tests of a job."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


class Quiet:
    """Takes every report and drops it."""

    def totals(self, totals: dict[str, int]) -> None:
        """Dropped."""

    def log(self, level: str, message: str, *, code: str = "", **fields: Any) -> None:
        """Dropped."""

    def samples(self, events: Sequence[bytes]) -> None:
        """Dropped."""

    def run_started(self, run_id: str, started_ns: int) -> None:
        """Dropped."""

    def run_ended(self, run_id: str, state: str, reason: str) -> None:
        """Dropped."""

    def alive(self) -> None:
        """Dropped."""
