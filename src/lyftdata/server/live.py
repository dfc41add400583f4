"""The live log as one websocket per page, and as server-sent events for scripts.

No queue per client: each reads the one bounded log from where it stands. A client that takes longer
than 20 s for one send is dropped; when it comes back it resumes, or is told of the gap.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Annotated, Any, Final

import msgspec
from fastapi import APIRouter, Depends, Query, Request, WebSocket, WebSocketDisconnect
from fastapi.responses import StreamingResponse

from lyftdata.access.model import Caller
from lyftdata.core.errors import LyftError
from lyftdata.observe.live import LiveLog
from lyftdata.observe.model import Frame
from lyftdata.server.guards import caller, require, services, signed_in
from lyftdata.server.pair import until_one_ends
from lyftdata.server.problems import BadRequest, problem, status_of
from lyftdata.server.services import Services
from lyftdata.server.views import at

router = APIRouter(prefix="/api", tags=["live"])
SEND_S: Final = 20.0
PING_S: Final = 15.0
MAX_TOPICS: Final = 200
MAX_MESSAGE: Final = 64 * 1024
_NEEDS: Final = {
    "jobs": "jobs:read",
    "job": "jobs:read",
    "workers": "workers:read",
    "logs": "logs:read",
    "worker-logs": "logs:read",
    "samples": "data:read",
}


def allowed_topics(found: Caller, topics: list[str]) -> tuple[frozenset[str], list[LyftError]]:
    """The topics that there are and that the caller may see; and why the others are refused."""
    if len(topics) > MAX_TOPICS:
        raise BadRequest(f"{len(topics)} topics are more than {MAX_TOPICS}")
    allowed, refused = [], []
    for topic in topics:
        try:
            require(found, _need(topic))
            allowed.append(topic)
        except LyftError as error:
            refused.append(error)
    return frozenset(allowed), refused


def _need(topic: str) -> str:
    need = _NEEDS.get(topic.partition(":")[0])
    if need is None:
        raise BadRequest(f"no topic is named {topic!r}", code="unknown-topic")
    return need


@dataclass(slots=True)
class Reader:
    """One client's place in the log."""

    log: LiveLog
    cursor: int
    topics: frozenset[str] = frozenset()

    def take(self) -> list[dict[str, Any]]:
        """What is new for this client."""
        page = self.log.after(self.cursor, self.topics)
        self.cursor = page.cursor
        gap = [gap_frame(self.log)] if page.gap else []
        return gap + [shown(one) for one in page.frames]


def shown(frame: Frame) -> dict[str, Any]:
    """A frame as clients get it."""
    return {
        "id": frame.id,
        "at": at(frame.at_ns),
        "topic": frame.topic,
        "kind": frame.kind,
        "data": frame.data,
    }


def gap_frame(log: LiveLog) -> dict[str, Any]:
    """Tells a client that it missed something: load the page's state again."""
    return {"kind": "gap", "oldest": log.oldest, "newest": log.newest}


def hello_frame(log: LiveLog) -> dict[str, Any]:
    """The first frame."""
    return {"kind": "hello", "oldest": log.oldest, "newest": log.newest}


class Bell:
    """Wakes one task on the event loop when the log grows or the topics change."""

    def __init__(self) -> None:
        self._event = asyncio.Event()
        self._loop = asyncio.get_running_loop()

    def ring(self) -> None:
        """From any thread."""
        self._loop.call_soon_threadsafe(self._event.set)

    async def wait(self, seconds: float) -> bool:
        """Whether it rang within this time."""
        try:
            async with asyncio.timeout(seconds):
                await self._event.wait()
        except TimeoutError:
            return False
        self._event.clear()
        return True


@router.websocket("/live")
async def live(socket: WebSocket, after: int | None = None) -> None:
    """All topics of one page over one socket; signed in by cookie or token."""
    try:
        found = await asyncio.to_thread(caller, socket)
    except LyftError as error:
        answer = problem(status_of(error), error.kind, str(error), instance=socket.url.path)
        await socket.send_denial_response(answer)
        return
    await socket.accept()
    log = services(socket).observe.live
    reader = Reader(log, log.newest if after is None else after)
    bell = Bell()
    end = log.watch(bell.ring)
    try:
        await _send(socket, hello_frame(log))
        await until_one_ends(
            _write(socket, reader, bell, services(socket).stopping),
            _listen(socket, reader, bell, found),
        )
    except (WebSocketDisconnect, TimeoutError, RuntimeError, OSError):
        # The client is gone or too slow; it resumes by id when it comes back.
        pass
    finally:
        end()


async def _listen(socket: WebSocket, reader: Reader, bell: Bell, found: Caller) -> None:
    while True:
        text = await socket.receive_text()
        try:
            if len(text) > MAX_MESSAGE:
                raise BadRequest("this message is too long")
            said = msgspec.json.decode(text, type=dict[str, list[str]])
            reader.topics, refused = allowed_topics(found, said.get("subscribe", []))
            for error in refused:
                await _send(socket, _refusal(error))
        except msgspec.DecodeError:
            await _send(socket, {"kind": "error", "detail": 'send {"subscribe": ["jobs"]}'})
        except LyftError as error:
            await _send(socket, _refusal(error))
        bell.ring()


def _refusal(error: LyftError) -> dict[str, Any]:
    return {"kind": "error", "code": error.kind, "detail": str(error)}


async def _write(socket: WebSocket, reader: Reader, bell: Bell, stopping: asyncio.Event) -> None:
    while not stopping.is_set():
        frames = reader.take() if reader.topics else []
        for frame in frames:
            await _send(socket, frame)
        if not frames:
            await bell.wait(PING_S)
    await socket.close(1012)
    raise WebSocketDisconnect(1012)


async def _send(socket: WebSocket, frame: dict[str, Any]) -> None:
    async with asyncio.timeout(SEND_S):
        await socket.send_text(msgspec.json.encode(frame).decode())


Topics = Annotated[str, Query(description="Comma-separated: jobs,job:NAME,workers,logs:NAME")]


@router.get("/live/events", response_class=StreamingResponse)
async def events(
    request: Request,
    found: Annotated[Caller, Depends(signed_in)],
    services: Annotated[Services, Depends(services)],
    after: int | None = None,
    topics: Topics = "jobs",
) -> StreamingResponse:
    """Stream the live log as server-sent events; `Last-Event-ID` resumes."""
    wanted, refused = allowed_topics(found, [one for one in topics.split(",") if one])
    if refused:
        raise refused[0]
    log = services.observe.live
    last = request.headers.get("last-event-id", "")
    start = int(last) if last.isdecimal() else after
    reader = Reader(log, log.newest if start is None else start, wanted)
    return StreamingResponse(_stream(reader, services.stopping), media_type="text/event-stream")


async def _stream(reader: Reader, stopping: asyncio.Event) -> AsyncIterator[bytes]:
    bell = Bell()
    end = reader.log.watch(bell.ring)
    try:
        yield _event(hello_frame(reader.log))
        while not stopping.is_set():
            frames = reader.take()
            for frame in frames:
                yield _event(frame)
            if not frames and not await bell.wait(PING_S):
                yield b": still here\n\n"
    finally:
        end()


def _event(frame: dict[str, Any]) -> bytes:
    number = f"id: {frame['id']}\n".encode() if "id" in frame else b""
    return number + b"data: " + msgspec.json.encode(frame) + b"\n\n"
