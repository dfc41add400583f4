"""One file that is read as it grows: its identity, its offset, and the mark of its first bytes.

It is read through one open descriptor, so that renaming or removing it takes nothing away.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import BinaryIO, Final

from lyftdata.core.event import Json
from lyftdata.stores.compression import BROKEN, gzip_reader
from lyftdata.stores.folder import Identity

HEAD: Final = 256
"""How many first bytes tell a file from another one that got its inode."""


@dataclass(slots=True)
class Tailed:
    """A file under its number; a file that is cut to nothing and grows again gets a new number."""

    number: int
    path: Path
    identity: Identity
    offset: int = 0
    head: str = ""
    head_size: int = 0
    done: bool = False
    """Nothing more will be read of it; it is kept until the positions before it are saved."""
    missing: bool = False
    """It is no longer among the wanted files: renamed or removed."""
    checked: bool = False
    """Whether its first bytes were compared since it was opened or found quiet."""
    quiet_since: int = 0
    """When, on the monotonic clock, it was first found without anything new; 0: it had more."""
    broken: str = ""
    """Why a packed file could not be unpacked further, when it was last tried."""
    told_broken: bool = False
    """Whether somebody was told so."""
    _descriptor: int = -1
    _packed: BinaryIO | None = field(default=None)
    _packed_file: BinaryIO | None = field(default=None)

    @property
    def is_open(self) -> bool:
        """Whether its descriptor is held."""
        return self._descriptor >= 0

    def open(self) -> bool:
        """Open it; False when another file stands at its path. Raises `OSError`."""
        if self.is_open:
            return True
        try:
            descriptor = os.open(self.path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
        except FileNotFoundError:
            return False
        status = os.fstat(descriptor)
        if (status.st_dev, status.st_ino) != self.identity:
            os.close(descriptor)
            return False
        self._descriptor = descriptor
        self.checked = False
        if self.path.suffix == ".gz":
            self._packed_file = os.fdopen(os.dup(descriptor), "rb")
            self._packed = gzip_reader(self._packed_file)
        return True

    def close(self) -> None:
        """Let the descriptor go."""
        if self._packed is not None:
            self._packed.close()
            self._packed = None
        if self._packed_file is not None:
            self._packed_file.close()
            self._packed_file = None
        if self.is_open:
            os.close(self._descriptor)
            self._descriptor = -1

    def read_at(self, offset: int, size: int) -> bytes:
        """Bytes at `offset`, fewer than `size` at its present end. Raises `OSError`."""
        if self._packed is not None:
            return self._read_packed(offset, size)
        return os.pread(self._descriptor, size, offset)

    def has_more(self) -> bool:
        """Whether there is something behind the offset. Raises `OSError`."""
        if self._packed is not None:
            return bool(self._read_packed(self.offset, 1))
        return os.fstat(self._descriptor).st_size > self.offset

    def modified_ns(self) -> int:
        """When it was last changed, in epoch nanoseconds. Raises `OSError`."""
        return os.fstat(self._descriptor).st_mtime_ns

    def was_cut(self) -> bool:
        """Whether it was cut short, or cut and filled anew, since it was read. Raises `OSError`."""
        if self._packed is None and os.fstat(self._descriptor).st_size < self.offset:
            return True
        if not self.head_size:
            return False
        return _digest(self.read_at(0, self.head_size)) != self.head

    def entry(self, offset: int) -> Json:
        """How it stands in a position when it has been read up to `offset`."""
        if self.head_size < HEAD and offset > self.head_size and self.is_open:
            first = self.read_at(0, min(HEAD, offset))
            self.head, self.head_size = _digest(first), len(first)
        entry: Json = {
            "number": self.number,
            "dev": self.identity[0],
            "ino": self.identity[1],
            "offset": offset,
            "head": self.head,
            "head-size": self.head_size,
            "path": str(self.path),
        }
        if self.done:
            entry["done"] = True
        return entry

    def _read_packed(self, offset: int, size: int) -> bytes:
        assert self._packed is not None
        try:
            self._packed.seek(offset)
            data = self._packed.read(size)
        except BROKEN as error:
            self.broken = str(error) or type(error).__name__
            return b""
        self.broken = ""
        return data


def tailed_from(entry: Json) -> Tailed:
    """The file of an entry of a position."""
    return Tailed(
        number=entry["number"],
        path=Path(entry["path"]),
        identity=(entry["dev"], entry["ino"]),
        offset=entry["offset"],
        head=entry["head"],
        head_size=entry["head-size"],
        done=entry.get("done", False),
    )


def _digest(data: bytes) -> str:
    return blake2b(data, digest_size=8).hexdigest()
