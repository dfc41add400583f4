"""The live log: one bounded, ordered list of frames that any client can resume by id.

A client keeps no queue here: it remembers the last id it got and reads on. Who is so slow that its
place has been dropped is told so (`Gap`), and goes on from the oldest frame that is kept.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from lyftdata.core.clock import Clock
from lyftdata.observe.model import Frame

STOPPED: Final = "server-stopped"
"""Kind of the last frame of a life that ended in order."""
PASSING: Final = frozenset({"sample", "counters", "worker"})
"""Kinds that are not kept over a restart: events themselves, and figures that come again."""


@dataclass(frozen=True, slots=True)
class Page:
    """Frames after an id."""

    frames: tuple[Frame, ...]
    cursor: int
    """Id to read on from; also moves over frames of other topics."""
    gap: bool
    """Whether frames after the id that was asked for are no longer kept."""


class LiveLog:
    """Thread-safe. Ids grow by one within a life of the server and jump up at its start."""

    def __init__(self, clock: Clock, *, limit: int, kept: Iterable[Frame] = ()) -> None:
        self._clock = clock
        self._frames: deque[Frame] = deque(kept, maxlen=limit)
        # Ids stay above those of an earlier life, and below 2**53 for browsers.
        before = self._frames[-1].id if self._frames else 0
        self._next = max(before + 1, clock.wall_ns() // 1_000_000 * 1000)
        self._dropped = self._frames[0].id - 1 if self._frames else self._next - 1
        # Unless the earlier life ended in order, its very last frames may be missing.
        clean = bool(self._frames) and self._frames[-1].kind == STOPPED
        self._broken = 0 if clean or not before else self._next - 1
        self._saved = before
        self._lock = threading.Lock()
        self._wake: dict[int, Callable[[], None]] = {}
        self._wakers = 0

    def publish(self, topic: str, kind: str, data: object) -> Frame:
        """Append a frame and wake the readers."""
        with self._lock:
            if len(self._frames) == self._frames.maxlen:
                self._dropped = self._frames[0].id
            frame = Frame(
                id=self._next, at_ns=self._clock.wall_ns(), topic=topic, kind=kind, data=data
            )
            self._next += 1
            self._frames.append(frame)
            wakers = list(self._wake.values())
        for wake in wakers:
            wake()
        return frame

    @property
    def oldest(self) -> int:
        """Id of the oldest frame that is kept, or of the next one."""
        with self._lock:
            return self._frames[0].id if self._frames else self._next

    @property
    def newest(self) -> int:
        """Id of the newest frame; a client that starts after it sees only what is new."""
        with self._lock:
            return self._next - 1

    def after(self, id_: int, topics: frozenset[str], *, limit: int = 200) -> Page:
        """Frames of these topics after `id_`, oldest first."""
        with self._lock:
            first = max(self._dropped, self._broken)
            gap = id_ < first or id_ >= self._next
            # Behind a gap it goes on at once: who was told of it loads everything anew.
            cursor = min(max(id_, first), self._next - 1)
            found: list[Frame] = []
            for frame in self._newer(cursor):
                cursor = frame.id
                if frame.topic in topics:
                    found.append(frame)
                    if len(found) == limit:
                        break
        return Page(tuple(found), cursor, gap)

    def unsaved(self) -> list[Frame]:
        """Frames that are worth keeping over a restart, each handed out once."""
        with self._lock:
            fresh = list(self._newer(self._saved))
            self._saved = fresh[-1].id if fresh else self._saved
        return [one for one in fresh if one.kind not in PASSING]

    def watch(self, wake: Callable[[], None]) -> Callable[[], None]:
        """Call `wake` (short, from any thread) at every frame; returns what ends it."""
        with self._lock:
            self._wakers += 1
            number = self._wakers
            self._wake[number] = wake

        def end() -> None:
            with self._lock:
                self._wake.pop(number, None)

        return end

    def _newer(self, id_: int) -> Iterable[Frame]:
        # Readers are mostly near the end: walk back from there, not from the start.
        newer: list[Frame] = []
        for frame in reversed(self._frames):
            if frame.id <= id_:
                break
            newer.append(frame)
        return reversed(newer)
