"""Names of files and objects: filled per event, always inside their root, the same on a replay."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, MutableMapping
from dataclasses import dataclass, field
from typing import Any, Final

from lyftdata.core.clock import Clock, Randomness
from lyftdata.expressions import ExpressionTools, RunWindow

MAX_SEGMENT: Final = 240
"""Longest part of a name in bytes; file systems take 255, temporary names need a little."""


@dataclass(frozen=True, slots=True)
class _Stopped:
    ns: int

    def wall_ns(self) -> int:
        return self.ns

    def monotonic_ns(self) -> int:
        return self.ns


@dataclass(frozen=True, slots=True)
class ChunkTools:
    """The job's tools as they are for one chunk: one time for all its events, its batch number.

    With the time of the first try, a replay fills the same names.
    """

    tools: ExpressionTools
    now_ns: int
    number: int
    stats: Mapping[str, int] = field(default_factory=dict)

    @property
    def clock(self) -> Clock:
        """The time of the chunk."""
        return _Stopped(self.now_ns)

    @property
    def counters(self) -> MutableMapping[str, int]:
        """The job's own."""
        return self.tools.counters

    @property
    def random(self) -> Randomness:
        """The job's own."""
        return self.tools.random

    @property
    def window(self) -> RunWindow:
        """The job's own."""
        return self.tools.window

    @property
    def functions(self) -> Mapping[str, Callable[..., Any]]:
        """The job's own."""
        return self.tools.functions

    def uuid(self) -> str:
        """The job's own."""
        return self.tools.uuid()

    def format_time(self, ns: int, fmt: str) -> str | int:
        """The job's own."""
        return self.tools.format_time(ns, fmt)

    def lookup(self, scope: str, path: str) -> Any:
        """The chunk's statistics, else the job's own."""
        if scope == "stat" and path == "_BATCH_NUMBER":
            return self.number
        if scope == "stat" and path in self.stats:
            return self.stats[path]
        return self.tools.lookup(scope, path)

    def warn(self, code: str, place: str, **details: object) -> None:
        """The job's own."""
        self.tools.warn(code, place, **details)


def safe_name(name: str) -> str:
    """The name, made such that it stays inside its root: `..` and the like are escaped.

    A name that is fine comes back as it is, but for leading, trailing and double slashes.
    """
    segments = [_safe_segment(part) for part in name.split("/") if part]
    return "/".join(segments) or "_"


def safe_path(path: str, *, fixed: str) -> str:
    """A filled path that stays under its literal beginning `fixed`, the part before any `${`."""
    folder = fixed[: fixed.rfind("/") + 1]
    rest = path[len(folder) :] if path.startswith(folder) else path
    fine = all(part in ("", _safe_segment(part)) for part in rest.split("/"))
    return path if fine else folder + safe_name(rest)


def _safe_segment(part: str) -> str:
    if part in (".", ".."):
        return part.replace(".", "%2E")
    part = part.replace("\0", "%00")
    encoded = part.encode("utf-8", "replace")
    if len(encoded) <= MAX_SEGMENT:
        return encoded.decode()
    digest = hashlib.sha256(encoded).hexdigest()[:16]
    return encoded[: MAX_SEGMENT - 17].decode("utf-8", "ignore") + "-" + digest
