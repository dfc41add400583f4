"""Cuts read batches, so that a chunk holds no more records than it has room for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from lyftdata.engine.records import Records
from lyftdata.spec.component import Batch, Position, Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Some records of a batch, and the position after them."""

    records: Records
    end: Position
    source_bytes: int
    refused: tuple[Refused, ...]
    ends_document: bool
    locate: Callable[[int], Position]
    """The position after the first so many records of the piece."""


class Cutter:
    """Gives a batch in pieces, in order."""

    def __init__(self, batch: Batch) -> None:
        self._batch = batch
        self._lines: list[bytes] | None = None
        self._at = 0
        self._given = False

    @property
    def left(self) -> bool:
        """Whether there is another piece; a batch without records is one empty piece."""
        return self._at < self._batch.count or not self._given

    @property
    def position(self) -> Position:
        """The position before the next piece."""
        return self._batch.locate(self._at) if self._at else self._batch.begin

    def next(self, room: int | None) -> Piece:
        """The next records, at most `room` (None: all). The last piece carries what the batch has
        besides records."""
        batch, start = self._batch, self._at
        stop = batch.count if room is None else min(batch.count, start + max(1, room))
        last = stop >= batch.count
        end = batch.end if last else batch.locate(stop)
        raw = batch.raw if start == 0 and last else self._cut(start, stop)
        self._at, self._given = stop, True
        return Piece(
            records=Records(raw, batch.kind, batch.fields or None, stop - start),
            end=end,
            source_bytes=(batch.source_bytes or len(batch.raw)) if last else 0,
            refused=tuple(batch.refused) if last else (),
            ends_document=last and batch.ends_document,
            locate=lambda count: (
                batch.end if start + count >= batch.count else batch.locate(start + count)
            ),
        )

    def _cut(self, start: int, stop: int) -> bytes:
        if self._lines is None:
            self._lines = self._batch.raw.split(b"\n")
        return b"\n".join(self._lines[start:stop]) + b"\n"
