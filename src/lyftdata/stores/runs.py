"""Runs over a store: the list of each run is kept, so that a position in it always means the same.

With fingerprints, what finished runs have gone through is remembered and left out of later lists.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import Final

from lyftdata.core.event import Json, decode_json, encode_json
from lyftdata.stores.durable import put, sync_folder
from lyftdata.stores.errors import told
from lyftdata.stores.objects_dir import Stored

_SEEN: Final = "fingerprints.jsonl"


@dataclass(slots=True)
class Runs:
    """The runs of one input, in its folder. Errors are `TemporaryError` and `PermanentError`."""

    folder: Path
    remember: bool
    seen: dict[str, int] = field(default_factory=dict)
    """Fingerprint -> when it was taken up, in epoch ns."""

    def load(self, run: int) -> list[Stored]:
        """The list of a run, empty when there is none."""
        path = self._path(run)
        with told("read", path):
            try:
                lines = path.read_bytes().splitlines()
            except FileNotFoundError:
                return []
        return [Stored(*decode_json(line)) for line in lines]

    def begin(self, run: int, objects: Sequence[Stored]) -> None:
        """Keep the list of a new run."""
        lines = [encode_json([one.name, one.size, one.modified_ns]) for one in objects]
        with told("write", self._path(run)):
            put(self._path(run), b"".join([line + b"\n" for line in lines]))

    def finish(self, last: int, *, now_ns: int) -> None:
        """Runs up to `last` are through and saved: remember what they held, drop their lists."""
        finished = sorted(run for run in self._kept() if run <= last)
        with told("write", self.folder):
            if self.remember and finished:
                held = [fingerprint(one) for run in finished for one in self.load(run)]
                self._append(held, now_ns)
            for run in finished:
                self._path(run).unlink(missing_ok=True)

    def recall(self, *, since_ns: int) -> None:
        """Load the fingerprints that are young enough."""
        path = self.folder / _SEEN
        with told("read", path):
            try:
                lines = path.read_bytes().splitlines(keepends=True)
            except FileNotFoundError:
                return
        entries = [decode_json(line) for line in lines if line.endswith(b"\n")]
        self.seen = {key: at for key, at in entries if at >= since_ns}
        if len(self.seen) < len(lines) // 2:
            text = b"".join([encode_json(one) + b"\n" for one in self.seen.items()])
            with told("write", path):
                put(path, text)

    def _append(self, held: list[str], now_ns: int) -> None:
        data = b"".join([encode_json([key, now_ns]) + b"\n" for key in held])
        with (self.folder / _SEEN).open("ab") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        sync_folder(self.folder)

    def _kept(self) -> list[int]:
        return [int(path.stem.removeprefix("run-")) for path in self.folder.glob("run-*.jsonl")]

    def _path(self, run: int) -> Path:
        return self.folder / f"run-{run}.jsonl"


def fingerprint(one: Stored) -> str:
    """What an object is known by: its name and its version."""
    return blake2b(f"{one.name}\0{one.version}".encode(), digest_size=12).hexdigest()


def place(run: int, item: int, at: int) -> Json:
    """A position: in run `run`, `item` objects are done, and `at` of the next one."""
    return {"run": run, "object": item, "at": at}
