"""The worker's tie to its server: dials out, says what runs, takes assignments, answers requests.

    websocket -> agent -> supervisor -> job processes -> outbox -> agent -> websocket

Jobs do not notice whether the server is there. Nothing of the server's side is in here.
"""

from __future__ import annotations

import asyncio
import os
import socket
import ssl
from dataclasses import dataclass
from typing import Final

import msgspec
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidStatus, WebSocketException

from lyftdata import __version__
from lyftdata.core.clock import Clock, Randomness
from lyftdata.core.errors import Conflict, Denied, LyftError, NotSignedIn, PermanentError
from lyftdata.spec.registry import Registry
from lyftdata.wire import messages
from lyftdata.wire.messages import Bundle, JobState
from lyftdata.worker.assignments import PinnedKey
from lyftdata.worker.outbox import Outbox
from lyftdata.worker.requests import Answers
from lyftdata.worker.settings import WorkerSettings, connect_url
from lyftdata.worker.supervisor import Supervisor

FLUSH_S: Final = 0.2
OPEN_S: Final = 10.0
PAUSE_S: Final = 0.5
MAX_PAUSE_S: Final = 15.0
LAST_WORDS_S: Final = 2.0
REFUSED: Final = (401, 403)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What the agent works with."""

    settings: WorkerSettings
    supervisor: Supervisor
    outbox: Outbox
    answers: Answers
    pinned: PinnedKey
    registry: Registry
    forbidden: frozenset[str]
    clock: Clock
    random: Randomness


class Agent:
    """Connects and reconnects until cancelled."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._sequence = 0
        self._heard = 0
        self._heartbeat_s = 2.0
        self._tasks: set[asyncio.Task[None]] = set()
        self._sending = asyncio.Lock()
        self._link: ClientConnection | None = None
        self.connected = asyncio.Event()

    async def run(self) -> None:
        """Keep a connection. Raises `NotSignedIn` when the key is refused and no job is held."""
        failures = 0
        while True:
            try:
                await self._session()
                failures = 0
            except* (OSError, TimeoutError, WebSocketException) as group:
                failures = 0 if self.connected.is_set() else failures + 1
                self._say_away(group.exceptions[0], failures)
            except* LyftError as group:
                failures += 1
                self._log("error", str(group.exceptions[0]), code=_kind(group.exceptions[0]))
            self.connected.clear()
            full = min(MAX_PAUSE_S, PAUSE_S * 2.0 ** min(failures, 10))
            await asyncio.sleep(full * (0.5 + self._parts.random.random() / 2))

    async def leave(self, link: asyncio.Task[None]) -> None:
        """Say the last things, then close the connection and end `link`, the task of `run`."""
        if self.connected.is_set() and self._link is not None:
            try:
                async with asyncio.timeout(LAST_WORDS_S):
                    await self._flush(self._link)
            except (TimeoutError, WebSocketException):
                pass  # the server is away: it hears it from the next worker process
        link.cancel()
        await asyncio.wait({link})

    async def _session(self) -> None:
        settings = self._parts.settings
        url = connect_url(settings.url)
        headers = {"Authorization": f"Bearer {settings.api_key}", "X-Worker-Id": settings.worker_id}
        async with connect(
            url,
            additional_headers=headers,
            ssl=tls_context(settings) if url.startswith("wss:") else None,
            max_size=messages.MAX_FRAME,
            open_timeout=OPEN_S,
            compression=None,
            proxy=None,
        ) as link:
            self._sequence, self._heard = 0, 0
            await link.send(messages.encode(self._hello()))
            async with asyncio.timeout(OPEN_S):
                first = messages.decode_from_server(_bytes(await link.recv()))
            if not isinstance(first, messages.Welcome):
                raise PermanentError("the server did not greet this worker", code="bad-frame")
            self._link = link
            self._welcome(first)
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._listen(link))
                tasks.create_task(self._tell(link))

    def _hello(self) -> messages.Hello:
        parts = self._parts
        allowed = parts.forbidden
        return messages.Hello(
            protocol=messages.VERSION,
            worker=parts.settings.worker_id,
            name=parts.settings.name or parts.settings.worker_id,
            version=__version__,
            host=socket.gethostname(),
            pid=os.getpid(),
            labels=dict(parts.settings.labels),
            inputs=sorted(parts.registry.inputs.keys() - allowed),
            actions=sorted(parts.registry.actions.keys() - allowed),
            outputs=sorted(parts.registry.outputs.keys() - allowed),
            max_jobs=parts.settings.max_jobs,
            jobs=parts.supervisor.reports(),
            runs=parts.outbox.open_runs,
        )

    # --- from the server -------------------------------------------------------------------------

    def _welcome(self, welcome: messages.Welcome) -> None:
        if welcome.protocol != messages.VERSION:
            raise PermanentError(
                f"the server speaks protocol {welcome.protocol}, this worker {messages.VERSION}: "
                "upgrade the older of the two",
                code="protocol-mismatch",
            )
        self._parts.pinned.pin(welcome.public_key)
        self._heartbeat_s = welcome.heartbeat_s
        self._parts.outbox.reconnected()
        self.connected.set()
        good = [bundle for bundle in welcome.assignments if self._signed(bundle)]
        # A bundle that is not believed must not stop what runs under its name.
        kept = {bundle.job for bundle in welcome.assignments} - {bundle.job for bundle in good}
        self._parts.supervisor.apply_all(good, keep=kept)

    def _signed(self, bundle: Bundle) -> bool:
        try:
            self._parts.pinned.check(bundle)
        except Denied as error:
            self._refused(bundle, error)
            return False
        return True

    async def _listen(self, link: ClientConnection) -> None:
        async for data in link:
            try:
                message = messages.decode_from_server(_bytes(data))
            except msgspec.ValidationError as error:
                self._log("warning", f"a frame was not understood: {error}", code="bad-frame")
                continue
            match message:
                case messages.Request():
                    self._spawn_answer(link, message)
                case messages.ResendFrom():
                    await self._full_report(link)
                case messages.Assign() | messages.Stop():
                    await self._order(link, message)
                case _:
                    pass

    async def _order(self, link: ClientConnection, order: messages.Assign | messages.Stop) -> None:
        gap = order.sequence > self._heard + 1
        self._heard = max(self._heard, order.sequence)
        match order:
            case messages.Assign(bundle=bundle):
                if self._signed(bundle):
                    self._assign(bundle)
            case messages.Stop():
                self._stop(order)
        if gap:
            await self._full_report(link)

    def _assign(self, bundle: Bundle) -> None:
        try:
            self._parts.supervisor.apply(bundle)
        except Conflict as error:
            self._refused(bundle, error)

    def _stop(self, order: messages.Stop) -> None:
        supervisor = self._parts.supervisor
        supervisor.stop(order.job, fence=order.fence, drain_s=order.drain_s)
        if all(state.job != order.job for state in supervisor.reports()):
            self._parts.outbox.state(
                JobState(
                    job=order.job,
                    assignment=order.assignment,
                    version=0,
                    hash="",
                    fence=order.fence,
                    state="stopped",
                    reason="this worker does not have the job",
                    since_ns=self._parts.clock.wall_ns(),
                )
            )

    async def _full_report(self, link: ClientConnection) -> None:
        await link.send(messages.encode(self._hello()))

    def _spawn_answer(self, link: ClientConnection, request: messages.Request) -> None:
        task = asyncio.create_task(self._answer(link, request))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _answer(self, link: ClientConnection, request: messages.Request) -> None:
        seconds = (request.deadline_ns - self._parts.clock.wall_ns()) / 1e9
        reply = await self._parts.answers.answer(request, seconds=seconds)
        data = messages.encode(reply)
        if len(data) > messages.MAX_FRAME:
            problem = {"code": "too-large", "message": "the answer is too large: ask for less"}
            data = messages.encode(messages.Reply(request=request.request, ok=False, body=problem))
        try:
            await link.send(data)
        except WebSocketException:
            return  # whoever asked is gone with the connection

    # --- to the server ----------------------------------------------------------------------------

    async def _tell(self, link: ClientConnection) -> None:
        next_beat = 0
        while True:
            now = self._parts.clock.monotonic_ns()
            if now >= next_beat:
                next_beat = now + int(self._heartbeat_s * 1e9)
                await link.send(messages.encode(self._heartbeat()))
            await self._flush(link)
            await asyncio.sleep(FLUSH_S)

    async def _flush(self, link: ClientConnection) -> None:
        async with self._sending:
            for make in self._parts.outbox.take():
                await link.send(messages.encode(make(self._next())))

    def _heartbeat(self) -> messages.Heartbeat:
        cpu, memory = self._parts.supervisor.figures()
        return messages.Heartbeat(
            sequence=self._next(),
            at_ns=self._parts.clock.wall_ns(),
            cpu_percent=cpu,
            memory_bytes=memory,
            jobs_running=self._parts.supervisor.jobs_running,
            dropped=self._parts.outbox.dropped,
        )

    def _next(self) -> int:
        self._sequence += 1
        return self._sequence

    def _refused(self, bundle: Bundle, error: LyftError) -> None:
        self._log("error", str(error), code=error.kind, job=bundle.job)
        self._parts.outbox.state(
            JobState(
                job=bundle.job,
                assignment=bundle.assignment,
                version=bundle.version,
                hash=bundle.hash,
                fence=bundle.fence,
                state="failed",
                reason=str(error),
                code=error.kind,
                since_ns=self._parts.clock.wall_ns(),
            )
        )

    def _say_away(self, error: Exception, failures: int) -> None:
        status = error.response.status_code if isinstance(error, InvalidStatus) else 0
        if status in REFUSED and not self._parts.supervisor.reports():
            raise NotSignedIn(
                f"the server {self._parts.settings.url} refuses worker "
                f"{self._parts.settings.worker_id!r} (HTTP {status}): "
                "check --worker-id and --worker-api-key",
                code="worker-refused",
            )
        if failures <= 1:
            self._log(
                "warning", f"no connection to the server ({error}); jobs go on", code="server-away"
            )

    def _log(self, level: str, message: str, *, code: str, job: str = "") -> None:
        at_ns = self._parts.clock.wall_ns()
        self._parts.outbox.log(
            messages.LogRecord(at_ns=at_ns, level=level, message=message, code=code, job=job)
        )


def tls_context(settings: WorkerSettings) -> ssl.SSLContext:
    """How to check the server's certificate. Raises `PermanentError` (tls-file-unreadable)."""
    try:
        context = ssl.create_default_context(cafile=settings.tls_ca)
    except (OSError, ssl.SSLError) as error:
        raise PermanentError(
            f"cannot read the certificate authorities in {settings.tls_ca}: {error}",
            code="tls-file-unreadable",
        ) from error
    if settings.tls_insecure:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _kind(error: BaseException) -> str:
    return error.kind if isinstance(error, LyftError) else "internal-error"


def _bytes(data: str | bytes) -> bytes:
    return data.encode() if isinstance(data, str) else data
