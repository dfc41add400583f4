"""The file that `window.start.tracked` names: the end of the last window that succeeded.

The job's state knows it too and is believed first; the file lets another job, or the same job with
its state gone, go on from there.
"""

from __future__ import annotations

import os
from pathlib import Path

import msgspec

from lyftdata.core.errors import PermanentError


class _Kept(msgspec.Struct, frozen=True, rename="kebab"):
    window_end_ns: int
    """Nanoseconds since the Unix epoch."""


def read_watermark(path: Path) -> int | None:
    """The end that is kept in the file, epoch ns; None when there is no file yet."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=_Kept).window_end_ns
    except FileNotFoundError:
        return None
    except (OSError, msgspec.DecodeError) as error:
        raise _unusable(path, "read", error) from error


def write_watermark(path: Path, end_ns: int) -> None:
    """Keep the end of a window, durably; the file is replaced as a whole."""
    fresh = path.with_name(f".{path.name}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with fresh.open("wb") as file:
            file.write(msgspec.json.encode(_Kept(end_ns)) + b"\n")
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    except OSError as error:
        raise _unusable(path, "write", error) from error


def _unusable(path: Path, verb: str, error: Exception) -> PermanentError:
    return PermanentError(
        f"cannot {verb} the window file {path}: {error}; correct window.start.tracked or the file",
        code="watermark-unusable",
    )
