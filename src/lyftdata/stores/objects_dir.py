"""Objects of a store that is a folder: listed, named by their path below it, opened."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from lyftdata.core.errors import PermanentError
from lyftdata.stores.durable import TEMPORARY
from lyftdata.stores.errors import told


@dataclass(frozen=True, slots=True)
class Stored:
    """An object as it stood when it was listed."""

    name: str
    size: int
    modified_ns: int

    @property
    def version(self) -> str:
        """Differs when the object was written again."""
        return f"{self.modified_ns:x}-{self.size:x}"


@dataclass(frozen=True, slots=True)
class ObjectsDir:
    """All objects below `root`. Errors are `TemporaryError` and `PermanentError`."""

    root: Path

    @property
    def exists(self) -> bool:
        """Whether the folder is there."""
        return self.root.is_dir()

    def find(self, prefixes: Sequence[str]) -> list[Stored]:
        """Objects whose names begin with one of the prefixes (all, without any), by name."""
        if not self.exists:
            raise PermanentError(
                f"there is no folder {str(self.root)!r}; create it or correct the path",
                code="path-not-found",
            )
        wanted = tuple(prefix.strip("/") for prefix in prefixes)
        with told("list", self.root):
            found = [one for one in self._walk() if not wanted or one.name.startswith(wanted)]
        return sorted(found, key=lambda one: one.name)

    def named(self, name: str) -> Stored | None:
        """The object of exactly this name, if there is one."""
        path = self._path(name)
        with told("read", path):
            try:
                status = path.stat()
            except FileNotFoundError:
                return None
        return Stored(name.strip("/"), status.st_size, status.st_mtime_ns)

    def open(self, name: str) -> BinaryIO | None:
        """Its bytes; None when it is gone."""
        path = self._path(name)
        with told("read", path):
            try:
                return path.open("rb")
            except FileNotFoundError:
                return None

    def _path(self, name: str) -> Path:
        path = self.root / name.strip("/")
        if not path.resolve().is_relative_to(self.root.resolve()):
            raise PermanentError(
                f"the object name {name!r} leads out of {str(self.root)!r}", code="unsafe-name"
            )
        return path

    def _walk(self) -> Iterator[Stored]:
        for folder, _, names in os.walk(self.root, onerror=_raise):
            for name in names:
                path = Path(folder, name)
                if name.startswith(TEMPORARY) or path.is_symlink():
                    continue
                try:
                    status = path.stat()
                except FileNotFoundError:
                    continue
                yield Stored(
                    path.relative_to(self.root).as_posix(), status.st_size, status.st_mtime_ns
                )


def _raise(error: OSError) -> None:
    raise error
