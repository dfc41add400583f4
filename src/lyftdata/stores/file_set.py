"""The files that are tailed together: new ones found, renamed ones followed, cut ones begun anew.

A position is `{"next": number, "files": [entry, ...]}`. Numbers only grow: no position twice.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from lyftdata.core.event import Json
from lyftdata.stores.errors import told
from lyftdata.stores.folder import Found, Wanted, find_identity
from lyftdata.stores.tailed import Tailed, tailed_from

LINGER_NS: Final = 5_000_000_000
"""How long a renamed file must be quiet before it is given up: its writer may not know yet."""
MAX_OPEN: Final = 256


@dataclass(slots=True)
class FileSet:
    """All files of one input. Methods raise `TemporaryError` or `PermanentError`."""

    wanted: Wanted
    choose: Callable[[list[Found]], list[Found]]
    """Which of the new files are taken, in which order."""
    next_number: int = 1
    files: list[Tailed] = field(default_factory=list)

    @classmethod
    def at(
        cls, position: Json | None, wanted: Wanted, choose: Callable[[list[Found]], list[Found]]
    ) -> FileSet:
        """The set as a position left it."""
        if position is None:
            return cls(wanted, choose)
        files = [tailed_from(entry) for entry in position["files"]]
        kept = [file for file in files if not file.done]
        return cls(wanted, choose, position["next"], kept)

    def position(self, moved: Tailed | None = None, offset: int = 0) -> Json:
        """The position now, or with one file at another offset."""
        entries = [file.entry(offset if file is moved else file.offset) for file in self.files]
        return {"next": self.next_number, "files": entries}

    def scan(self) -> None:
        """Look for new, renamed and removed files."""
        found = {one.identity: one for one in self.wanted.find()}
        known = set()
        for file in self.files:
            if file.done:
                continue
            known.add(file.identity)
            here = found.get(file.identity)
            file.missing = here is None
            if here is not None:
                file.path = here.path
            elif not file.is_open:
                self._search(file)
        for one in self.choose([one for key, one in found.items() if key not in known]):
            self._add(one)

    def ready(self, file: Tailed) -> bool:
        """Open the file and see to it that it is still the one that was read."""
        with told("read", file.path):
            if file.done or not file.open():
                return False
            if not file.checked or not file.has_more():
                file.checked = self._still_itself(file)
            return file.checked

    def finish(self, file: Tailed) -> None:
        """Nothing more will come of this file."""
        file.entry(file.offset)
        file.close()
        file.done = True

    def forget(self, saved: Json) -> None:
        """Drop the files that are done in a saved position."""
        gone = {entry["number"] for entry in saved["files"] if entry.get("done")}
        self.files = [file for file in self.files if file.number not in gone]

    def close(self) -> None:
        """Close all files."""
        for file in self.files:
            file.close()

    def _search(self, file: Tailed) -> None:
        with told("read", file.path.parent):
            path = find_identity(file.identity, file.path.parent)
        if path is None:
            self.finish(file)
        else:
            file.path = path

    def _add(self, one: Found) -> None:
        self._make_room()
        self.files.append(Tailed(self.next_number, one.path, one.identity))
        self.next_number += 1

    def _make_room(self) -> None:
        held = [file for file in self.files if file.is_open and not file.missing]
        for file in held[: max(0, len(held) - MAX_OPEN)]:
            file.close()

    def _still_itself(self, file: Tailed) -> bool:
        if not file.was_cut():
            return True
        fresh = Tailed(self.next_number, file.path, file.identity)
        self.next_number += 1
        self.finish(file)
        self.files.append(fresh)
        return False
