"""The verbs on workers: register, prove the key, heartbeat, lease. Heartbeats stay in memory."""

from __future__ import annotations

import hashlib
import hmac
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from typing import Protocol

from lyftdata.core.clock import Clock
from lyftdata.core.errors import NotFound, NotSignedIn
from lyftdata.fleet.model import LEASE_S, RETURN_S, Load, Presence, Worker, WorkerView


class FleetRows(Protocol):
    """Workers inside one transaction."""

    def worker(self, id_: str) -> Worker | None: ...
    def workers(self) -> list[Worker]: ...
    def put_worker(self, worker: Worker) -> None: ...
    def key_hashes(self, worker: str) -> list[str]: ...
    def put_key(self, worker: str, key_hash: str, created_ns: int) -> None:
        """Replaces the worker's earlier keys."""
        ...


class FleetStore(Protocol):
    """Where workers live."""

    def read(self) -> AbstractContextManager[FleetRows]: ...
    def write(self, *, dry_run: bool = False) -> AbstractContextManager[FleetRows]: ...


ABSENT = Presence(online=False, seen_ns=0, lease_until_ns=0)


@dataclass(slots=True)
class FleetService:
    """All verbs on workers."""

    store: FleetStore
    clock: Clock
    announce: Callable[[str], None] = field(default=lambda _worker: None)
    """Called with the id of a worker that came, went or changed."""
    _present: dict[str, Presence] = field(default_factory=dict)
    _awaited: dict[str, int] = field(default_factory=dict)
    """Worker -> until when it may take to come back to a server that has just started."""
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def enroll(self, id_: str, *, name: str, key: str, builtin: bool = False) -> Worker:
        """Make a worker known, or give a known one this key."""
        now = self.clock.wall_ns()
        with self.store.write() as rows:
            known = rows.worker(id_)
            worker = known or Worker(id=id_, name=name, created_ns=now, builtin=builtin)
            rows.put_worker(worker)
            rows.put_key(id_, key_hash(key), now)
        return worker

    def prove(self, id_: str, key: str) -> None:
        """Raise `NotSignedIn` unless `key` is a key of worker `id_`."""
        with self.store.read() as rows:
            hashes = rows.key_hashes(id_)
        given = key_hash(key)
        if not any(hmac.compare_digest(given, one) for one in hashes):
            raise NotSignedIn(
                f"the worker key for {id_!r} is not known here: make a key for this worker id",
                code="bad-worker-key",
            )

    def require(self, worker: str) -> None:
        """Raise `NotFound` for a worker that nobody knows."""
        with self.store.read() as rows:
            known = rows.workers()
        if all(one.id != worker for one in known):
            names = ", ".join(one.id for one in known)
            raise NotFound(f"no worker has the id {worker!r}; known are: {names}")

    def arrive(self, worker: Worker) -> None:
        """A worker introduced itself: keep what it said, open its lease."""
        now = self.clock.wall_ns()
        with self.store.write() as rows:
            known = rows.worker(worker.id)
            if known is not None:
                worker = replace(worker, created_ns=known.created_ns, builtin=known.builtin)
            rows.put_worker(replace(worker, last_seen_ns=now))
        self.heartbeat(worker.id, Load())

    def await_all(self) -> None:
        """Give every known worker some time to come; whoever does not is gone.

        For the start of a server: it cannot know who was there when the last one ended.
        """
        until = self.clock.monotonic_ns() + int(RETURN_S * 1e9)
        with self.store.read() as rows:
            known = [one.id for one in rows.workers()]
        with self._lock:
            self._awaited = dict.fromkeys((one for one in known if one not in self._present), until)

    def heartbeat(self, worker: str, load: Load) -> None:
        """Lengthen the lease."""
        with self._lock:
            self._awaited.pop(worker, None)
            was = self._present.get(worker, ABSENT).online
            self._present[worker] = Presence(
                online=True,
                seen_ns=self.clock.wall_ns(),
                lease_until_ns=self.clock.monotonic_ns() + int(LEASE_S * 1e9),
                load=load,
            )
        if not was:
            self.announce(worker)

    def expire(self) -> list[str]:
        """End the leases that ran out; returns the workers that are offline since now."""
        now = self.clock.monotonic_ns()
        with self._lock:
            gone = [
                id_
                for id_, one in self._present.items()
                if one.online and one.lease_until_ns <= now
            ]
            for id_ in gone:
                self._present[id_] = replace(self._present[id_], online=False)
            never = [id_ for id_, until in self._awaited.items() if until <= now]
            for id_ in never:
                del self._awaited[id_]
        for id_ in gone:
            self._remember(id_)
        for id_ in (*gone, *never):
            self.announce(id_)
        return [*gone, *never]

    def online(self) -> frozenset[str]:
        """Ids of all workers that are there now."""
        with self._lock:
            return frozenset(id_ for id_, one in self._present.items() if one.online)

    def all(self) -> tuple[WorkerView, ...]:
        """All workers by id."""
        with self.store.read() as rows:
            workers = rows.workers()
        return tuple(WorkerView(one, self._presence(one)) for one in workers)

    def view(self, id_: str) -> WorkerView:
        """One worker; raises `NotFound`."""
        with self.store.read() as rows:
            worker = rows.worker(id_)
        if worker is None:
            raise NotFound(f"no worker has the id {id_!r}")
        return WorkerView(worker, self._presence(worker))

    def _presence(self, worker: Worker) -> Presence:
        with self._lock:
            return self._present.get(worker.id, replace(ABSENT, seen_ns=worker.last_seen_ns))

    def _remember(self, id_: str) -> None:
        with self.store.write() as rows:
            worker = rows.worker(id_)
            if worker is not None:
                rows.put_worker(replace(worker, last_seen_ns=self._present[id_].seen_ns))


def key_hash(key: str) -> str:
    """What is stored of a worker key."""
    return hashlib.sha256(key.encode()).hexdigest()
