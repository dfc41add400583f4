"""The whole worker process against a real websocket server."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import pytest

from lyftdata.wire import messages
from tests.worker.bench import ended, follow, lines_in
from tests.worker.fake_server import FakeServer

TRACED = """
name: traced
input: {echo: {event: hi}}
actions:
- add: {output-fields: {seen: yes}}
output: {discard: {}}
"""


@asynccontextmanager
async def worker(server: FakeServer, folder: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    environ = {
        **os.environ,
        "LYFTDATA_WORKER_API_KEY": "secret",
        "LYFTDATA_WORKER_LABELS": "zone=a,gpu",
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "lyftdata.cli.worker_main",
        "--url", server.url, "--worker-id", "w1", "--jobs-dir", str(folder),
        env=environ,
    )  # fmt: skip
    try:
        yield process
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


@pytest.mark.spec(
    "WRK-1:heartbeat",
    "WRK-1:capabilities",
    "RUN-9:env",
    "RUN-9:flags",
    "RUN-9:labels",
    "RUN-9:jobs-dir",
)
def test_hello_says_who_and_what(tmp_path: Path) -> None:
    async def story() -> None:
        server = FakeServer()
        async with server.up(), worker(server, tmp_path) as process:
            hello = await server.until(messages.Hello, lambda _: True)
            beat = await server.until(messages.Heartbeat, lambda one: one.sequence > 1)
            process.terminate()
            assert await process.wait() == 0
        assert server.headers[0]["Authorization"] == "Bearer secret"
        assert server.headers[0]["X-Worker-Id"] == "w1"
        assert (hello.worker, hello.labels) == ("w1", {"zone": "a", "gpu": ""})
        assert {"echo", "files"} <= set(hello.inputs)
        assert beat.memory_bytes > 1_000_000

    asyncio.run(story())


@pytest.mark.spec("WRK-7:runs", "WRK-7:reports")
def test_jobs_go_on_while_the_server_is_away(tmp_path: Path) -> None:
    source, target = tmp_path / "in.log", tmp_path / "out.log"
    source.write_text("one\n")

    async def story() -> None:
        server = FakeServer()
        async with server.up():
            starting = worker(server, tmp_path / "jobs")
            await starting.__aenter__()
            await server.until(messages.Hello, lambda _: True)
            await server.assign(server.signer.bundle(follow("copy", source, target)))
            running = await server.until_state("running")
            await lines_in(target, 1)
        with source.open("a") as file:
            file.write("two\n")
        await lines_in(target, 2)
        seen = len(server.heard)
        async with server.up():
            hello = await server.until(messages.Hello, lambda _: True, after=seen)
            assert [(job.job, job.state, job.pid) for job in hello.jobs] == [
                ("copy", "running", running.pid)
            ]
            await server.until(
                messages.Counters, lambda one: one.totals["delivered"] == 2, after=seen
            )
            await starting.__aexit__(None, None, None)

    asyncio.run(story())


@pytest.mark.spec("WRK-4:restart")
def test_a_killed_worker_starts_its_jobs_with_no_server(tmp_path: Path) -> None:
    source, target = tmp_path / "in.log", tmp_path / "out.log"
    source.write_text("one\n")

    async def story() -> None:
        server = FakeServer()
        async with server.up(), worker(server, tmp_path / "jobs") as process:
            await server.until(messages.Hello, lambda _: True)
            await server.assign(server.signer.bundle(follow("copy", source, target)))
            running = await server.until_state("running")
            await lines_in(target, 1)
            process.kill()
            await process.wait()
        with source.open("a") as file:
            file.write("two\n")
        async with worker(server, tmp_path / "jobs"):
            await ended(running.pid)
            assert await lines_in(target, 2) == ["one", "two"]

    asyncio.run(story())


def test_a_forged_bundle_is_not_run(tmp_path: Path) -> None:
    async def story() -> None:
        server = FakeServer()
        async with server.up(), worker(server, tmp_path / "jobs"):
            await server.until(messages.Hello, lambda _: True)
            bundle = server.signer.bundle(TRACED)
            await server.assign(msgspec.structs.replace(bundle, text=bundle.text + "\n#"))
            assert (await server.until_state("failed")).code == "bad-signature"

    asyncio.run(story())


def test_a_stop_is_answered(tmp_path: Path) -> None:
    async def story() -> None:
        server = FakeServer()
        async with server.up(), worker(server, tmp_path / "jobs"):
            await server.until(messages.Hello, lambda _: True)
            job = follow("copy", tmp_path / "in.log", tmp_path / "out.log")
            bundle = server.signer.bundle(job)
            await server.assign(bundle)
            await server.until_state("running")
            await server.send(messages.Stop(sequence=2, job="copy", assignment="a1", fence=1))
            assert (await server.until_state("stopped")).assignment == "a1"

    asyncio.run(story())


def test_a_gap_brings_a_full_report(tmp_path: Path) -> None:
    async def story() -> None:
        server = FakeServer()
        async with server.up(), worker(server, tmp_path / "jobs"):
            await server.until(messages.Hello, lambda _: True)
            seen = len(server.heard)
            await server.send(messages.ResendFrom(sequence=1))
            await server.until(messages.Hello, lambda _: True, after=seen)

    asyncio.run(story())


@pytest.mark.parametrize("what", ["dead-letters", "samples"])
def test_requests_are_answered(tmp_path: Path, what: str) -> None:
    async def story() -> messages.Reply:
        server = FakeServer()
        async with server.up(), worker(server, tmp_path / "jobs"):
            await server.until(messages.Hello, lambda _: True)
            await server.send(request(what, {"job": "copy"}))
            return await server.until(messages.Reply, lambda one: one.request == "q1")

    reply = asyncio.run(story())
    assert reply.ok
    assert reply.body["items"] == []


def test_a_trace_with_problems_is_answered_with_them(tmp_path: Path) -> None:
    async def story() -> messages.Reply:
        server = FakeServer()
        async with server.up(), worker(server, tmp_path / "jobs"):
            await server.until(messages.Hello, lambda _: True)
            await server.send(request("trace", {"text": "name: x\n", "samples": ["a"]}))
            return await server.until(messages.Reply, lambda one: one.request == "q1")

    reply = asyncio.run(story())
    assert not reply.ok
    assert reply.body["diagnostics"]


def test_a_trace_shows_every_step(tmp_path: Path) -> None:
    async def story() -> messages.Reply:
        server = FakeServer()
        async with server.up(), worker(server, tmp_path / "jobs"):
            await server.until(messages.Hello, lambda _: True)
            await server.send(request("trace", {"text": TRACED, "samples": ["a", "b"]}))
            return await server.until(messages.Reply, lambda one: one.request == "q1")

    reply = asyncio.run(story())
    assert reply.ok, reply.body
    assert len(reply.body["rows"]) == 2
    assert reply.body["rows"][0]["cells"]


def test_a_second_worker_of_the_same_folder_ends_with_code_4(tmp_path: Path) -> None:
    async def story() -> int:
        server = FakeServer()
        async with server.up(), worker(server, tmp_path) as first:
            await server.until(messages.Hello, lambda _: True)
            async with worker(server, tmp_path) as second:
                code = await second.wait()
            first.send_signal(signal.SIGINT)
            assert await first.wait() == 0
            return code

    assert asyncio.run(story()) == 4


def request(what: str, body: dict[str, object]) -> messages.Request:
    return messages.Request(request="q1", what=what, deadline_ns=1 << 62, body=body)
