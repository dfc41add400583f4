"""Appending to many files, durably, so that an append that failed or is replayed leaves one copy.

Keeps some files open. A file that was renamed or removed by others is opened anew at its path.
"""

from __future__ import annotations

import os
import stat
from collections import OrderedDict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from lyftdata.stores.durable import make_folder, sync_folder, write_all

MAX_OPEN: Final = 64


@dataclass(slots=True)
class AppendFiles:
    """Files open for appending. All methods raise `OSError`."""

    max_open: int = MAX_OPEN
    sync: bool = True
    """Whether every append waits until the disk has it."""
    _open: OrderedDict[Path, int] = field(default_factory=OrderedDict)

    def append(self, path: Path, data: bytes, *, rewind: int | None = None) -> None:
        """Put `data` at the end, or at size `rewind` after cutting off what stands behind it.

        When it fails half-way, what was written of it is cut off again.
        """
        descriptor = self._descriptor(path)
        size = os.fstat(descriptor).st_size
        if rewind is not None and rewind < size:
            os.ftruncate(descriptor, rewind)
            size = rewind
        try:
            write_all(descriptor, data)
            if self.sync:
                os.fdatasync(descriptor)
        except OSError:
            if _regular(descriptor):
                os.ftruncate(descriptor, size)
            raise

    def release(self, path: Path) -> None:
        """Close one file, if it is open."""
        descriptor = self._open.pop(path, None)
        if descriptor is not None:
            os.close(descriptor)

    def close(self) -> None:
        """Close all."""
        for path in list(self._open):
            self.release(path)

    def _descriptor(self, path: Path) -> int:
        descriptor = self._open.get(path)
        if descriptor is not None:
            if _same(descriptor, path):
                self._open.move_to_end(path)
                return descriptor
            self.release(path)
        while len(self._open) >= self.max_open:
            self.release(next(iter(self._open)))
        descriptor = self._create(path)
        self._open[path] = descriptor
        return descriptor

    def _create(self, path: Path) -> int:
        flags = os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC
        try:
            return os.open(path, flags)
        except FileNotFoundError:
            make_folder(path.parent)
        descriptor = os.open(path, flags | os.O_CREAT, 0o644)
        if self.sync:
            sync_folder(path.parent)
        return descriptor


def size_of(path: Path) -> int:
    """Size of the file in bytes, 0 when there is none. Raises `OSError`."""
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def _regular(descriptor: int) -> bool:
    return stat.S_ISREG(os.fstat(descriptor).st_mode)


def _same(descriptor: int, path: Path) -> bool:
    try:
        there = path.stat()
    except OSError:
        return False
    here = os.fstat(descriptor)
    return (here.st_dev, here.st_ino) == (there.st_dev, there.st_ino)
