"""Writing so that a crash leaves the old state or the new one: atomic puts, durable appends."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

TEMPORARY: Final = ".lyftdata-new-"
"""How names of files that are not finished begin; listings leave them out."""


def put(path: Path, data: bytes) -> None:
    """Make `path` hold exactly `data`: temporary file beside it, sync, rename, sync the folder.

    Missing folders are made. Raises `OSError`; then `path` is as it was and nothing is left over.
    """
    make_folder(path.parent)
    temporary = path.with_name(_temporary_name(path))
    try:
        with temporary.open("wb", buffering=0) as file:
            write_all(file.fileno(), data)
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def delete(path: Path) -> bool:
    """Remove a file durably; False when there was none. Raises `OSError`."""
    try:
        path.unlink()
    except FileNotFoundError:
        return False
    sync_folder(path.parent)
    return True


def write_all(descriptor: int, data: bytes) -> None:
    """Write every byte; the system may take fewer at a time. Raises `OSError`."""
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def make_folder(folder: Path) -> None:
    """Make a folder and its missing parents durable. Raises `OSError`."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    sync_folder(folder.parent)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable. Raises `OSError`."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _temporary_name(path: Path) -> str:
    # Long names are cut, so that the temporary one is no longer than a file system takes.
    return f"{TEMPORARY}{os.getpid()}-{path.name.encode()[-100:].hex()[:120]}"
