"""The open connections of workers: sends from any thread, asks and waits for the reply.

A connection's queue is bounded; a worker that does not take what is sent to it is cut off and gets
everything again when it comes back.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any, Final

from lyftdata.core.clock import Clock, Ids
from lyftdata.core.diagnostic import Diagnostic, Place
from lyftdata.core.errors import Invalid, LyftError, Unavailable
from lyftdata.jobs.model import Assignment
from lyftdata.jobs.states import DRAIN_NS
from lyftdata.server.signing import Signer
from lyftdata.wire.messages import Assign, Reply, Request, ResendFrom, Stop, ToWorker

QUEUE: Final = 1000
Draft = Callable[[int], ToWorker]
"""Makes a message once its sequence number is known."""


class WorkerSaid(LyftError):
    """The worker answered with a problem."""

    code = "worker-error"

    def __init__(self, message: str, code: str) -> None:
        super().__init__(message)
        self.exact_code = code


@dataclass(slots=True)
class Link:
    """One connection. `queue` belongs to the event loop."""

    worker: str
    loop: asyncio.AbstractEventLoop
    queue: asyncio.Queue[Draft | None] = field(default_factory=lambda: asyncio.Queue(QUEUE))
    asked: dict[str, Future[Reply]] = field(default_factory=dict)

    def send(self, draft: Draft) -> None:
        """From any thread; never blocks."""
        self.loop.call_soon_threadsafe(self._put, draft)

    def close(self) -> None:
        """Ask the connection's task to end. From any thread."""
        self.loop.call_soon_threadsafe(self._end)

    def _put(self, draft: Draft) -> None:
        if self.queue.full():
            self._end()
        else:
            self.queue.put_nowait(draft)

    def _end(self) -> None:
        while self.queue.full():
            self.queue.get_nowait()
        self.queue.put_nowait(None)


@dataclass(slots=True)
class Links:
    """All connections by worker."""

    signer: Signer
    clock: Clock
    ids: Ids
    _links: dict[str, Link] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, link: Link) -> None:
        """A worker connected; an older connection of the same worker ends."""
        with self._lock:
            old = self._links.get(link.worker)
            self._links[link.worker] = link
        if old is not None:
            old.close()

    def remove(self, link: Link) -> bool:
        """A connection ended; returns whether it was the worker's present one."""
        for waiting in link.asked.values():
            waiting.cancel()
        with self._lock:
            present = self._links.get(link.worker) is link
            if present:
                del self._links[link.worker]
        return present

    def assign(self, assignment: Assignment) -> None:
        """Send it to its worker, if that is connected; else its hello fetches it."""
        bundle = self.signer.bundle(assignment)
        self._send(assignment.worker, lambda number: Assign(sequence=number, bundle=bundle))

    def stop(self, assignment: Assignment) -> None:
        """Ask its worker to end it."""
        self._send(
            assignment.worker,
            lambda number: Stop(
                sequence=number,
                job=assignment.job,
                assignment=assignment.id,
                fence=assignment.fence,
                drain_s=DRAIN_NS / 1e9,
            ),
        )

    def resend(self, worker: str, expected: int) -> None:
        """Ask for a full report."""
        self._send(worker, lambda _: ResendFrom(sequence=expected))

    def ask(
        self, worker: str, what: str, body: dict[str, Any], *, seconds: float
    ) -> dict[str, Any]:
        """Ask and wait for the answer. Raises `Unavailable`, or what the worker said."""
        with self._lock:
            link = self._links.get(worker)
        if link is None:
            raise Unavailable(
                f"worker {worker!r} is not connected: start it, or ask another one",
                code="worker-offline",
            )
        request, waiting = self.ids.uuid7(), Future[Reply]()
        link.asked[request] = waiting
        deadline = self.clock.wall_ns() + int(seconds * 1e9)
        link.send(lambda _: Request(request=request, what=what, deadline_ns=deadline, body=body))
        try:
            reply = waiting.result(timeout=seconds + 1)
        except TimeoutError as error:
            raise Unavailable(
                f"worker {worker!r} did not answer within {seconds:.0f} s", code="deadline-passed"
            ) from error
        except BaseException as error:
            if waiting.cancelled():
                raise Unavailable(
                    f"worker {worker!r} went away before it answered", code="worker-offline"
                ) from error
            raise
        finally:
            link.asked.pop(request, None)
        return _body(reply)

    def close(self) -> None:
        """End all connections."""
        with self._lock:
            links = list(self._links.values())
        for link in links:
            link.close()

    def _send(self, worker: str, draft: Draft) -> None:
        with self._lock:
            link = self._links.get(worker)
        if link is not None:
            link.send(draft)


def _body(reply: Reply) -> dict[str, Any]:
    if reply.ok:
        return reply.body
    message = str(reply.body.get("message", "the worker could not do it"))
    code = str(reply.body.get("code", "worker-error"))
    diagnostics = reply.body.get("diagnostics")
    if diagnostics:
        raise Invalid([_diagnostic(one) for one in diagnostics])
    raise WorkerSaid(message, code)


def _diagnostic(one: dict[str, Any]) -> Diagnostic:
    place = Place(
        int(one.get("line", 1)),
        int(one.get("column", 1)),
        int(one.get("end_line", 0)),
        int(one.get("end_column", 0)),
    )
    return Diagnostic(
        file=str(one.get("file", "job.yaml")),
        place=place,
        code=str(one.get("code", "invalid")),
        message=str(one.get("message", "")),
        path=tuple(one.get("path", ())),
        value=str(one.get("value", "")),
        suggestion=str(one.get("suggestion", "")),
        severity=str(one.get("severity", "error")),
    )
