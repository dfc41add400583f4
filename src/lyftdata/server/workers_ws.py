"""The workers' wire: hello, welcome, assign, stop, reports. Translates messages into verbs.

One socket a worker. Database work runs in threads, one message at a time, in order.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any, Final

import msgspec
from fastapi import APIRouter, WebSocket, WebSocketDisconnect

from lyftdata import __version__
from lyftdata.core.errors import LyftError, NotSignedIn
from lyftdata.fleet.model import HEARTBEAT_S, LEASE_S, Load, Worker
from lyftdata.jobs.model import Reported
from lyftdata.observe.model import LogLine, Run
from lyftdata.server.guards import services
from lyftdata.server.links import Link
from lyftdata.server.pair import until_one_ends
from lyftdata.server.problems import problem, status_of
from lyftdata.server.services import Services
from lyftdata.server.views import Rates, at
from lyftdata.store.database import StoreFailed
from lyftdata.wire import messages as wire

router = APIRouter()
HELLO_S: Final = 10.0
BAD_FRAME: Final = 1003
GOING_AWAY: Final = 1012
TRY_LATER: Final = 1013
OTHER_PROTOCOL: Final = 4426
FORGOTTEN: Final = (
    "the worker's process ended without a word and came back without this run; "
    "the job goes on from its saved position"
)


@router.websocket("/api/workers/connect")
async def connect(socket: WebSocket) -> None:
    """A worker dials in with its id and key."""
    here = services(socket)
    worker = socket.headers.get("x-worker-id", "")
    try:
        await asyncio.to_thread(here.fleet.prove, worker, _key(socket))
    except LyftError as error:
        answer = problem(status_of(error), error.kind, str(error), instance=socket.url.path)
        await socket.send_denial_response(answer)
        return
    await socket.accept()
    link = Link(worker, asyncio.get_running_loop())
    try:
        await _serve(socket, here, link)
    except (WebSocketDisconnect, TimeoutError, RuntimeError, OSError):
        # Gone without a word: its lease decides when it counts as offline.
        pass
    except StoreFailed:
        await socket.close(TRY_LATER, "the server cannot store reports now")
    except (msgspec.DecodeError, msgspec.ValidationError):
        await socket.close(BAD_FRAME, "a frame that is none")
    finally:
        here.links.remove(link)


def _key(socket: WebSocket) -> str:
    scheme, _, key = socket.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        raise NotSignedIn("a worker sends 'Authorization: Bearer KEY' and 'X-Worker-Id: ID'")
    return key.strip()


async def _frame(socket: WebSocket) -> bytes:
    """The next binary frame. Raises `DecodeError` for one of text."""
    message = await socket.receive()
    if message["type"] == "websocket.disconnect":
        raise WebSocketDisconnect(message.get("code", 1006), message.get("reason"))
    data: bytes | None = message.get("bytes")
    if data is None:
        raise msgspec.DecodeError("a frame of text; this wire takes binary ones")
    return data


async def _serve(socket: WebSocket, here: Services, link: Link) -> None:
    async with asyncio.timeout(HELLO_S):
        hello = wire.decode_from_worker(await _frame(socket))
    if not isinstance(hello, wire.Hello) or hello.protocol != wire.VERSION:
        await socket.close(OTHER_PROTOCOL, f"this server speaks version {wire.VERSION} of the wire")
        return
    here.links.add(link)
    await _welcome(socket, here, link, hello)
    await until_one_ends(_write(socket, link), _listen(socket, here, link))


async def _welcome(socket: WebSocket, here: Services, link: Link, hello: wire.Hello) -> None:
    await asyncio.to_thread(here.fleet.arrive, _worker(link.worker, hello))
    said = [_reported(one) for one in hello.jobs]
    wanted = await asyncio.to_thread(here.reports.hello, link.worker, said)
    if hello.runs is not None:
        await asyncio.to_thread(
            here.lose_runs, link.worker, held=frozenset(hello.runs), why=FORGOTTEN
        )
    welcome = wire.Welcome(
        protocol=wire.VERSION,
        server_version=__version__,
        lease_s=LEASE_S,
        heartbeat_s=HEARTBEAT_S,
        public_key=here.links.signer.public_key,
        assignments=[here.links.signer.bundle(one) for one in wanted],
    )
    await socket.send_bytes(wire.encode(welcome))


async def _write(socket: WebSocket, link: Link) -> None:
    number = 0
    while True:
        draft = await link.queue.get()
        if draft is None:
            await socket.close(GOING_AWAY)
            raise WebSocketDisconnect(GOING_AWAY)
        message = draft(number + 1)
        # Questions stand apart from the numbered frames: a lost one has a deadline.
        number += isinstance(message, wire.Assign | wire.Stop)
        await socket.send_bytes(wire.encode(message))


async def _listen(socket: WebSocket, here: Services, link: Link) -> None:
    intake = Intake(here, link)
    while True:
        data = await _frame(socket)
        message = intake.decode(data)
        if isinstance(message, wire.Hello):
            intake.expected = None
            await _welcome(socket, here, link, message)
        elif isinstance(message, wire.Reply):
            waiting = link.asked.get(message.request)
            if waiting is not None and not waiting.done():
                waiting.set_result(message)
        elif message is not None:
            intake.check_sequence(message.sequence)
            await asyncio.to_thread(intake.take, message)


Numbered = (
    wire.Heartbeat
    | wire.AssignmentReport
    | wire.RunReport
    | wire.Counters
    | wire.LogBatch
    | wire.Samples
)


@dataclass(slots=True)
class Intake:
    """Takes the messages of one connection."""

    here: Services
    link: Link
    expected: int | None = None
    unknown: int = 0
    """How many frames of unknown kind were ignored."""

    def decode(self, data: bytes) -> wire.ToServer | None:
        """A message; None for a kind that we do not know. Raises `DecodeError` for no frame."""
        try:
            message: wire.ToServer = wire.decode_from_worker(data)
        except msgspec.ValidationError:
            kind = msgspec.msgpack.decode(data, type=dict[str, Any]).get("kind")
            if kind in _KINDS:
                raise
            self.unknown += 1
            return None
        return message

    def check_sequence(self, number: int) -> None:
        """A gap asks for a full report."""
        if self.expected is not None and number != self.expected:
            self.here.links.resend(self.link.worker, self.expected)
        self.expected = number + 1

    def take(self, message: Numbered) -> None:
        """Do what the message says. Runs in a thread."""
        match message:
            case wire.Heartbeat():
                self._heartbeat(message)
            case wire.AssignmentReport():
                self.here.reports.report(self.link.worker, _reported(message.job))
            case wire.RunReport():
                self._run(message)
            case wire.Counters():
                self._counters(message)
            case wire.LogBatch():
                self.here.observe.log([_line(self.link.worker, one) for one in message.records])
            case wire.Samples():
                self._samples(message)

    def _heartbeat(self, message: wire.Heartbeat) -> None:
        load = Load(
            cpu_percent=message.cpu_percent,
            memory_bytes=message.memory_bytes,
            jobs_running=message.jobs_running,
            dropped=message.dropped,
        )
        worker = self.link.worker
        self.here.fleet.heartbeat(worker, load)
        self.here.observe.meters.gauges(
            worker,
            {
                "cpu_percent": load.cpu_percent,
                "memory_bytes": load.memory_bytes,
                "jobs_running": load.jobs_running,
            },
            at_ns=self.here.clock.wall_ns(),
        )
        self.here.announce_worker(worker)

    def _run(self, message: wire.RunReport) -> None:
        run = Run(
            id=message.run,
            job=message.job,
            version=message.version,
            worker=self.link.worker,
            state=message.state,
            started_ns=message.started_ns,
            ended_ns=message.ended_ns,
            reason=message.reason,
            counters=message.counters,
        )
        if not run.ended_ns:
            self.here.observe.open_runs.began(run.id, message.start_totals)
        self.here.observe.run(run)
        self.here.show_run(run)

    def _counters(self, message: wire.Counters) -> None:
        meters, now = self.here.observe.meters, self.here.clock.wall_ns()
        self.here.observe.open_runs.counted(message.run, message.totals)
        meters.counters(message.job, self.link.worker, message.totals, at_ns=message.at_ns)
        data = {
            "at": at(message.at_ns),
            "totals": meters.totals(message.job),
            "rates": Rates.of(meters.rates(message.job, now_ns=now)).model_dump(),
        }
        self.here.observe.live.publish(f"job:{message.job}", "counters", data)

    def _samples(self, message: wire.Samples) -> None:
        observe = self.here.observe
        for one in observe.sample(message.job, message.events, at_ns=message.at_ns):
            data = {"at": at(one.at_ns), "event": one.event}
            observe.live.publish(f"samples:{message.job}", "sample", data)


_KINDS: Final = frozenset(
    {
        "hello",
        "heartbeat",
        "assignment-report",
        "run-report",
        "counters",
        "log-batch",
        "samples",
        "reply",
    }
)


def _worker(id_: str, hello: wire.Hello) -> Worker:
    return Worker(
        id=id_,
        name=hello.name or id_,
        created_ns=0,
        version=hello.version,
        host=hello.host,
        pid=hello.pid,
        labels=hello.labels,
        inputs=tuple(hello.inputs),
        actions=tuple(hello.actions),
        outputs=tuple(hello.outputs),
        max_jobs=hello.max_jobs,
    )


def _reported(one: wire.JobState) -> Reported:
    return Reported(
        job=one.job,
        assignment=one.assignment,
        version=one.version,
        hash=one.hash,
        fence=one.fence,
        state=one.state,
        reason=one.reason,
        code=one.code,
        since_ns=one.since_ns,
        attempts=one.attempts,
        next_try_ns=one.next_try_ns,
    )


def _line(worker: str, one: wire.LogRecord) -> LogLine:
    return LogLine(
        at_ns=one.at_ns,
        level=one.level,
        worker=worker,
        job=one.job,
        run=one.run,
        code=one.code,
        message=one.message,
        count=one.count,
        fields=one.fields,
    )
