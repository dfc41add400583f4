"""The files between two positions of a `FileSet`, to be read once more after a crash."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from lyftdata.core.event import Json
from lyftdata.stores.errors import told
from lyftdata.stores.folder import Wanted, find_identity
from lyftdata.stores.tailed import Tailed, tailed_from


@dataclass(slots=True)
class Stretch:
    """A piece of one file: from its offset up to `end`."""

    file: Tailed
    end: int


def stretches(after: Json | None, until: Json) -> list[Stretch]:
    """What was read between the positions, in the order of the files."""
    begun = {entry["number"]: entry["offset"] for entry in after["files"]} if after else {}
    found = []
    for entry in until["files"]:
        begin = begun.get(entry["number"], 0)
        if entry["offset"] > begin:
            file = tailed_from({**entry, "offset": begin})
            found.append(Stretch(file, entry["offset"]))
    return found


def reopened(file: Tailed, wanted: Wanted) -> bool:
    """Open the file of a stretch, wherever it is now; False when it is gone or was cut."""
    for path in _candidates(file, wanted):
        file.path = path
        with told("read", path):
            if file.open():
                if not file.was_cut():
                    return True
                file.close()
    return False


def _candidates(file: Tailed, wanted: Wanted) -> list[Path]:
    paths = [file.path]
    with told("read", file.path.parent):
        moved = find_identity(file.identity, file.path.parent)
    if moved:
        paths.append(moved)
    paths += [one.path for one in wanted.find() if one.identity == file.identity]
    return paths


def between(after: Json | None, until: Json, file: Tailed, offset: int) -> Json:
    """The position while `file` is replayed and stands at `offset`: before it all is done."""
    begun = {entry["number"]: entry for entry in after["files"]} if after else {}
    files = []
    for entry in until["files"]:
        if entry["number"] < file.number:
            files.append(entry)
        elif entry["number"] == file.number:
            files.append({**entry, "offset": offset})
        elif entry["number"] in begun:
            files.append(begun[entry["number"]])
    return {"next": until["next"], "files": files}
