"""What a worker keeps in its jobs directory: its assignments, and the server's key.

So that it starts its jobs when the server is away, and takes bundles from one server only. The file
may hold secrets of job texts: it is readable by its owner alone.
"""

from __future__ import annotations

import base64
import os
from binascii import Error as Base64Error
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from lyftdata.core.errors import Denied, PermanentError
from lyftdata.wire.messages import Bundle, JobState, signed_bytes

FILE: Final = "assignments.json"
PINNED: Final = "server-key"


class _Entry(msgspec.Struct, frozen=True):
    bundle: Bundle
    ended: JobState | None = None
    """How it ended, for a job that is not to start again by itself."""


_decode = msgspec.json.Decoder(list[_Entry]).decode


class Assignments:
    """`<jobs dir>/assignments.json`."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE

    def load(self) -> list[tuple[Bundle, JobState | None]]:
        """All assignments, with their end if they have one; empty at the first start.

        Raises `PermanentError` (assignments-unreadable) for a file that is damaged.
        """
        try:
            entries = _decode(self._path.read_bytes())
        except FileNotFoundError:
            return []
        except (OSError, msgspec.DecodeError) as error:
            raise PermanentError(
                f"{self._path} cannot be read: {error}; move it away and restart: the server "
                "sends all assignments again",
                code="assignments-unreadable",
            ) from error
        return [(entry.bundle, entry.ended) for entry in entries]

    def save(self, entries: Sequence[tuple[Bundle, JobState | None]]) -> None:
        """Replace the file; after a crash it is the old or the new one. Raises OSError."""
        ordered = sorted(entries, key=lambda entry: entry[0].job)
        write_private(self._path, msgspec.json.encode([_Entry(*entry) for entry in ordered]))


class PinnedKey:
    """`<jobs dir>/server-key`: the Ed25519 key of the one server that this worker obeys."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / PINNED

    def pin(self, key: str) -> None:
        """Remember the key at first contact. Raises `Denied` (server-key-changed) later on."""
        kept = self._path.read_text("ascii").strip() if self._path.exists() else ""
        if not kept:
            _public(key)
            write_private(self._path, key.encode("ascii") + b"\n")
        elif kept != key:
            raise Denied(
                f"the server signs with another key than at first contact ({key[:12]}..., not "
                f"{kept[:12]}...): no assignment is taken; if the server was made anew, remove "
                f"{self._path} and restart the worker",
                code="server-key-changed",
            )

    def check(self, bundle: Bundle) -> None:
        """Raises `Denied` (bad-signature) unless the pinned server signed exactly this."""
        key = _public(self._path.read_text("ascii").strip() if self._path.exists() else "")
        try:
            key.verify(base64.b64decode(bundle.signature), signed_bytes(bundle))
        except (InvalidSignature, Base64Error, ValueError):
            raise Denied(
                f"the bundle of job {bundle.job!r} version {bundle.version} is not signed by this "
                "worker's server: it is not run",
                code="bad-signature",
            ) from None


def write_private(path: Path, data: bytes) -> None:
    """Write a 0600 file durably, all or nothing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(path.name + ".new")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _public(key: str) -> Ed25519PublicKey:
    try:
        return Ed25519PublicKey.from_public_bytes(base64.b64decode(key))
    except (Base64Error, ValueError):
        raise Denied(
            f"the server's key {key!r} is no Ed25519 key in base64", code="server-key-changed"
        ) from None
