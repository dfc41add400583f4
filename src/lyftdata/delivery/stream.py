"""Looks at a stream that only goes forward: what `LineCutter` needs of unpacked bytes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import BinaryIO

_SKIP = 1024 * 1024


@dataclass(slots=True)
class Forward:
    """Reads a stream at growing offsets; what lies before the last offset asked for is let go."""

    stream: BinaryIO
    _begin: int = 0
    _held: bytes = b""

    def read_at(self, offset: int, size: int) -> bytes:
        """Bytes at `offset`, which must not lie before an earlier one; fewer only at the end."""
        while offset > self._begin + len(self._held):
            self._begin += len(self._held)
            self._held = self.stream.read(min(_SKIP, offset - self._begin))
            if not self._held:
                return b""
        self._held = self._held[offset - self._begin :]
        self._begin = offset
        pieces = [self._held]
        missing = size - len(self._held)
        while missing > 0 and (more := self.stream.read(missing)):
            pieces.append(more)
            missing -= len(more)
        self._held = b"".join(pieces)
        return self._held[:size]
