"""A small real websocket server that speaks the server's side of the wire."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

from websockets.asyncio.server import Server, ServerConnection, serve

from lyftdata.wire import messages
from lyftdata.wire.messages import Bundle
from tests.worker.bench import Signer

M = TypeVar("M")


@dataclass
class FakeServer:
    """Greets whoever comes, keeps what it hears, sends what it is told."""

    signer: Signer = field(default_factory=Signer)
    assignments: list[Bundle] = field(default_factory=list)
    heard: list[Any] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    links: list[ServerConnection] = field(default_factory=list)
    port: int = 0
    sequence: int = 0
    news: asyncio.Event = field(default_factory=asyncio.Event)

    @asynccontextmanager
    async def up(self) -> AsyncIterator[Server]:
        """Listen; the port stays the same from one time to the next."""
        async with serve(self._talk, "127.0.0.1", self.port, compression=None) as server:
            self.port = next(iter(server.sockets)).getsockname()[1]
            yield server

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def _talk(self, link: ServerConnection) -> None:
        assert link.request is not None
        self.headers.append(dict(link.request.headers.raw_items()))
        self.sequence = 0
        async for data in link:
            assert isinstance(data, bytes)
            message = messages.decode_from_worker(data)
            self.heard.append(message)
            if isinstance(message, messages.Hello) and link not in self.links:
                self.links.append(link)
                await link.send(messages.encode(self._welcome()))
            self.news.set()

    def _welcome(self) -> messages.Welcome:
        return messages.Welcome(
            protocol=messages.VERSION,
            server_version="0",
            lease_s=6.0,
            heartbeat_s=0.5,
            public_key=self.signer.public,
            assignments=self.assignments,
        )

    async def send(self, message: messages.Message) -> None:
        await self.links[-1].send(messages.encode(message))

    async def assign(self, bundle: Bundle) -> None:
        self.sequence += 1
        self.assignments.append(bundle)
        await self.send(messages.Assign(sequence=self.sequence, bundle=bundle))

    async def until(self, kind: type[M], true: Callable[[M], bool], *, after: int = 0) -> M:
        """The first message of this kind, from number `after` on, that fulfils the condition."""
        while True:
            self.news.clear()
            for message in self.heard[after:]:
                if isinstance(message, kind) and true(message):
                    return message
            await self.news.wait()

    async def until_state(self, word: str, *, after: int = 0) -> messages.JobState:
        report = await self.until(
            messages.AssignmentReport, lambda one: one.job.state == word, after=after
        )
        return report.job
