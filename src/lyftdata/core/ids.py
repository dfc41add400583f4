"""Identifiers: UUID version 7 (RFC 9562, section 5.7) and names derived from content."""

from __future__ import annotations

import hashlib
import re
import uuid
from dataclasses import dataclass

from lyftdata.core.clock import Clock, Randomness

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}")
"""What names of jobs, workers and contexts look like; underscores and capitals are allowed."""


@dataclass(frozen=True, slots=True)
class TimeIds:
    """UUIDv7 from a clock and a source of randomness."""

    clock: Clock
    randomness: Randomness

    def uuid7(self) -> str:
        """A new id: 48 bits of milliseconds, then version, variant and 74 random bits."""
        milliseconds = self.clock.wall_ns() // 1_000_000
        tail = int.from_bytes(self.randomness.randbytes(10), "big")
        value = (milliseconds & (1 << 48) - 1) << 80 | tail
        value = value & ~(0xF << 76) | 0x7 << 76
        value = value & ~(0x3 << 62) | 0x2 << 62
        return str(uuid.UUID(int=value))


def derived_uuid(*parts: str) -> str:
    """A UUID (version 8, RFC 9562 section 5.8) of the parts' SHA-256: same parts, same id."""
    digest = hashlib.sha256("\x1f".join(parts).encode()).digest()[:16]
    value = int.from_bytes(digest, "big")
    value = value & ~(0xF << 76) | 0x8 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return str(uuid.UUID(int=value))
