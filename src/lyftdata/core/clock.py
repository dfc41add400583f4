"""Time, ids and randomness come in through these small ports; the real ones live at the edges."""

from __future__ import annotations

from typing import Protocol


class Clock(Protocol):
    """Reads two clocks. Wall time may jump; monotonic time never goes back."""

    def wall_ns(self) -> int:
        """Nanoseconds since the Unix epoch, UTC."""
        ...

    def monotonic_ns(self) -> int:
        """Nanoseconds since an arbitrary point."""
        ...


class Ids(Protocol):
    """Makes unique identifiers."""

    def uuid7(self) -> str:
        """A UUID version 7 (RFC 9562) in its text form; later ones sort after earlier ones."""
        ...


class Randomness(Protocol):
    """The part of `random.Random` that we use."""

    def random(self) -> float:
        """A float in [0, 1)."""
        ...

    def randbytes(self, n: int) -> bytes:
        """`n` random bytes."""
        ...
