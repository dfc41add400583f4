"""What a job remembers of the files it appends to: seen in this run, left behind.

A small file in the job's folder, replaced atomically, so that a restart goes on with it.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Final

from lyftdata.core.event import Json
from lyftdata.stores.compression import gzip_writer
from lyftdata.stores.durable import TEMPORARY, sync_folder
from lyftdata.stores.state_file import load_state, save_state

NAME: Final = "written-files.json"


class RolledFiles:
    """Paths written by one job, in order. `run` tells runs apart: a new one has seen no file."""

    def __init__(self, folder: Path, *, run: str) -> None:
        self._file = folder / NAME
        self._run = run
        state = load_state(self._file)
        self._seen: dict[str, None] = dict.fromkeys(
            state.get("seen", ()) if state.get("run") == run else ()
        )
        self._plain: dict[str, None] = dict.fromkeys(state.get("plain", ()))
        packing = state.get("packing")
        self._packing: tuple[str, int] | None = (packing[0], packing[1]) if packing else None

    def seen(self, name: str) -> bool:
        """Whether the file was written in this run."""
        return name in self._seen

    def finished(self, current: str) -> list[str]:
        """The files written that are not the current one, oldest first."""
        return [name for name in self._plain if name != current]

    def written(self, names: Sequence[str], *, keep: bool) -> None:
        """Remember that these were written; on disk only if something is to be kept."""
        if not keep or all(name in self._seen and name in self._plain for name in names):
            return
        self._seen.update(dict.fromkeys(names))
        self._plain.update(dict.fromkeys(names))
        self._save()

    def compress(self, name: str) -> None:
        """Make `NAME.gz` of a file, appended to one that is there, and remove the plain one.

        Interrupted, it can be called again. Raises `OSError`.
        """
        plain = Path(name)
        packed = plain.with_name(plain.name + ".gz")
        if plain.exists() and not self._packed_already(name, packed):
            temporary = _pack(plain, packed)
            self._packing = (name, temporary.stat().st_size)
            self._save()
            temporary.replace(packed)
        plain.unlink(missing_ok=True)
        sync_folder(plain.parent)
        self._plain.pop(name, None)
        self._packing = None
        self._save()

    def _packed_already(self, name: str, packed: Path) -> bool:
        # A crash between renaming the packed file and removing the plain one must not pack twice.
        return packed.exists() and self._packing == (name, packed.stat().st_size)

    def _save(self) -> None:
        state: Json = {"run": self._run, "seen": list(self._seen), "plain": list(self._plain)}
        if self._packing:
            state["packing"] = list(self._packing)
        save_state(self._file, state)


def _pack(plain: Path, packed: Path) -> Path:
    """A temporary file with the members of `packed`, if there is one, and `plain` compressed."""
    temporary = plain.with_name(TEMPORARY + packed.name)
    try:
        with temporary.open("wb") as target:
            if packed.exists():
                _copy(packed, target)
            with plain.open("rb") as source, gzip_writer(target) as member:
                shutil.copyfileobj(source, member, 1024 * 1024)
            target.flush()
            os.fsync(target.fileno())
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
    return temporary


def _copy(source: Path, target: IO[bytes]) -> None:
    with source.open("rb") as old:
        shutil.copyfileobj(old, target, 1024 * 1024)
