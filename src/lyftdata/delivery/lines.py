"""Lines out of bytes: blocks are cut at their last newline, with no Python work per line.

A line over the limit is skipped block by block and refused, so that it costs time but no memory.
Says nothing about where the bytes come from, nor whether they are valid UTF-8.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from lyftdata.spec.component import Refused

BLOCK: Final = 256 * 1024
"""Bytes read at once, and so the usual size of a batch."""
MAX_LINE: Final = 1024 * 1024
"""Default of `max-line-size`."""
EXCERPT: Final = 1024
_BOM: Final = b"\xef\xbb\xbf"

ReadAt = Callable[[int, int], bytes]
"""Bytes at an offset; fewer than asked only at the end of what there is now."""


@dataclass(frozen=True, slots=True)
class Lines:
    """Whole lines between two offsets, each ended by one newline, without carriage returns."""

    raw: bytes
    count: int
    begin: int
    end: int
    locate: Callable[[int], int]
    """The offset after the first `n` lines."""
    refused: tuple[Refused, ...] = ()


@dataclass(slots=True)
class LineCutter:
    """Cuts one stream of bytes into `Lines`. The caller keeps the offset."""

    read_at: ReadAt
    max_line: int = MAX_LINE
    block: int = BLOCK
    encoding: str = "utf-8"
    """A superset of ASCII; other than UTF-8 is recoded."""
    _long_at: int = -1
    _scanned: int = 0
    _excerpt: bytes = b""

    def next(self, offset: int, *, until: int | None = None, final: bool = False) -> Lines | None:
        """The lines that begin at `offset`; None when no whole line is there.

        `until` is an offset behind a line, where to stop. With `final` the rest without a newline
        is a line too.
        """
        size = self.block if until is None else min(self.block, until - offset)
        data = self.read_at(offset, size) if size > 0 else b""
        cut = data.rfind(b"\n") + 1
        if cut:
            return self._whole(data[:cut], offset)
        if not data:
            return None
        if len(data) == size and size != (until or 0) - offset:
            return self._beyond(offset, final=final)
        return self._rest(data, offset) if final or until is not None else None

    def _whole(self, data: bytes, offset: int) -> Lines:
        start, end = _over(data, self.max_line)
        if start == 0 < end:
            return self._refused(data[:EXCERPT], offset, offset + end)
        return self._lines(data[:start] if end else data, offset)

    def _beyond(self, offset: int, *, final: bool) -> Lines | None:
        """A line that does not end within the block."""
        if self._long_at != offset:
            data = self.read_at(offset, self.max_line + 1)
            cut = data.find(b"\n") + 1
            if cut:
                return self._lines(data[:cut], offset)
            if len(data) <= self.max_line:
                return self._rest(data, offset) if final else None
            self._long_at, self._scanned = offset, offset + len(data)
            self._excerpt = data[:EXCERPT]
        return self._skip(offset, final=final)

    def _skip(self, offset: int, *, final: bool) -> Lines | None:
        while data := self.read_at(self._scanned, self.block):
            found = data.find(b"\n")
            if found >= 0:
                return self._refused(self._excerpt, offset, self._scanned + found + 1)
            self._scanned += len(data)
        return self._refused(self._excerpt, offset, self._scanned) if final else None

    def _rest(self, data: bytes, offset: int) -> Lines:
        if len(data) > self.max_line:
            return self._refused(data[:EXCERPT], offset, offset + len(data))
        return self._lines(data + b"\n", offset, end=offset + len(data))

    def _refused(self, excerpt: bytes, begin: int, end: int) -> Lines:
        message = (
            f"a line of {end - begin} bytes is longer than max-line-size {self.max_line}; "
            "raise max-line-size if such lines are right"
        )
        refused = Refused(excerpt=excerpt, code="line-too-long", message=message)
        return Lines(b"", 0, begin, end, lambda _n: end, (refused,))

    def _lines(self, data: bytes, begin: int, *, end: int | None = None) -> Lines:
        raw = data[3:] if begin == 0 and data.startswith(_BOM) else data
        if b"\r" in raw:
            raw = raw.replace(b"\r\n", b"\n")
        if self.encoding != "utf-8":
            raw = raw.decode(self.encoding, "replace").encode()
        locator = _Locator(data, begin)
        finish = begin + len(data) if end is None else end
        return Lines(raw, raw.count(b"\n"), begin, finish, locator.after)


@dataclass(slots=True)
class _Locator:
    """Finds the n-th line's end, going on from the last answer."""

    data: bytes
    begin: int
    _known: tuple[int, int] = field(default=(0, 0))

    def after(self, n: int) -> int:
        count, at = self._known if self._known[0] <= n else (0, 0)
        while count < n:
            at = self.data.index(b"\n", at) + 1
            count += 1
        self._known = (count, at)
        return self.begin + at


def _over(data: bytes, most: int) -> tuple[int, int]:
    """Where the first line longer than `most` begins and ends, or (0, 0)."""
    if len(data) <= most:
        return 0, 0
    at = 0
    while at < len(data):
        newline = data.rfind(b"\n", at, at + most + 1)
        if newline < 0:
            return at, data.index(b"\n", at) + 1
        at = newline + 1
    return 0, 0
