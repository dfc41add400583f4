"""Files that a wildcard path names, with the identity by which a file is known after a rename."""

from __future__ import annotations

import errno
import glob
import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from lyftdata.stores.errors import told

Identity: TypeAlias = tuple[int, int]
"""Device and inode."""
_GONE = (errno.ENOENT, errno.ENOTDIR, errno.EACCES, errno.ELOOP)


@dataclass(frozen=True, slots=True)
class Found:
    """A regular file as it stood when it was looked at."""

    path: Path
    identity: Identity
    size: int
    modified_ns: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which files are wanted."""

    pattern: str
    include: tuple[re.Pattern[str], ...] = ()
    exclude: tuple[re.Pattern[str], ...] = ()

    def find(self) -> list[Found]:
        """The files that are there now, one per identity. A plain path that may not be looked at
        raises `PermanentError`; under a wildcard such places are passed over."""
        if not glob.has_magic(self.pattern):
            return self._one()
        found: dict[Identity, Found] = {}
        for name in sorted(glob.glob(self.pattern, recursive=True)):  # noqa: PTH207 - ** and roots
            if self._passes(name) and (one := look(Path(name))):
                found.setdefault(one.identity, one)
        return list(found.values())

    def _one(self) -> list[Found]:
        path = Path(self.pattern)
        with told("read", path):
            try:
                found = described(path, path.stat())
            except FileNotFoundError:
                return []
        return [found] if found else []

    def _passes(self, name: str) -> bool:
        if any(one.search(name) for one in self.exclude):
            return False
        return not self.include or any(one.search(name) for one in self.include)


def described(path: Path, status: os.stat_result) -> Found | None:
    """The file of a status, None unless it is a regular one."""
    if not stat.S_ISREG(status.st_mode):
        return None
    identity = (status.st_dev, status.st_ino)
    return Found(path, identity, status.st_size, status.st_mtime_ns)


def look(path: Path) -> Found | None:
    """The file at `path`, None when there is no regular file that may be looked at."""
    try:
        return described(path, path.stat())
    except OSError as error:
        if error.errno in _GONE:
            return None
        raise


def find_identity(identity: Identity, folder: Path) -> Path | None:
    """The path in `folder` of the file with this identity, whatever it is called now."""
    for path in _entries(folder):
        found = look(path)
        if found and found.identity == identity:
            return path
    return None


def _entries(folder: Path) -> Iterator[Path]:
    try:
        yield from folder.iterdir()
    except OSError as error:
        if error.errno not in _GONE:
            raise
