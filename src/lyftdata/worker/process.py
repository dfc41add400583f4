"""The supervisor's handle on one job process: start it, hear it, drain it, kill it, see it end.

It decides nothing about restarts: `lives.judge` does, from the `Life` that `run` returns.
"""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from collections import deque
from collections.abc import Callable
from typing import Final, Literal, cast

from lyftdata.core.clock import Clock
from lyftdata.worker import frames
from lyftdata.worker.lives import Life

STALL_S: Final = 60.0
LAST_WORDS: Final = 600
MAX_LINE: Final = 16 * 1024
MODULE: Final = "lyftdata.worker.job_process"

OnFrame = Callable[[frames.Frame], None]
OnLine = Callable[[str, str], None]
"""Called with the stream (`stdout` or `stderr`) and a line that the process printed."""


class JobProcess:
    """One life of one job."""

    def __init__(
        self,
        start: frames.Start,
        *,
        clock: Clock,
        on_frame: OnFrame,
        on_line: OnLine,
        stall_s: float = STALL_S,
    ) -> None:
        self._start = start
        self._clock = clock
        self._on_frame = on_frame
        self._on_line = on_line
        self._stall_s = stall_s
        self._process: asyncio.subprocess.Process | None = None
        self._killer: asyncio.TimerHandle | None = None
        self._wanted = False
        self._stalled = False
        self._position = ""
        self._ended: frames.Ended | None = None
        self._errors: deque[str] = deque(maxlen=12)

    @property
    def pid(self) -> int:
        """Of the process; 0 before it stands and after it ended."""
        gone = self._process is None or self._process.returncode is not None
        return 0 if gone or self._process is None else self._process.pid

    async def run(self) -> Life:
        """Start the process, pass its frames on until it ends, and say how it went."""
        began = self._clock.monotonic_ns()
        ours, theirs = socket.socketpair()
        with theirs:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                MODULE,
                stdin=theirs.fileno(),
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
                limit=MAX_LINE,
                start_new_session=True,
            )
        process = self._process
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._hear(ours))
                tasks.create_task(self._lines(process.stdout, "stdout"))
                tasks.create_task(self._lines(process.stderr, "stderr"))
                if self._wanted:
                    self._signal(signal.SIGTERM)
                code = await process.wait()
                self._sweep()
        finally:
            self._cancel_killer()
            await self._end_at_once(process)
        return self._life(code, (self._clock.monotonic_ns() - began) / 1e9)

    def drain(self, within_s: float) -> None:
        """Ask it to finish what it has and end; kill it when it has not done so in time."""
        self._wanted = True
        self._signal(signal.SIGTERM)
        if self._killer is None:
            loop = asyncio.get_running_loop()
            self._killer = loop.call_later(within_s, self._signal, signal.SIGKILL)

    def kill(self) -> None:
        """End it at once; the engine's journal makes that safe."""
        self._wanted = True
        self._signal(signal.SIGKILL)

    # --- inside ---------------------------------------------------------------------------------

    async def _hear(self, sock: socket.socket) -> None:
        reader, writer = await asyncio.open_connection(sock=sock)
        try:
            writer.write(frames.pack(self._start))
            await writer.drain()
            while True:
                async with asyncio.timeout(self._stall_s):
                    frame = await _read_frame(reader)
                self._take(frame)
        except TimeoutError:
            self._stalled = True
            self._signal(signal.SIGKILL)
        except (asyncio.IncompleteReadError, ConnectionError, BrokenPipeError):
            return  # the process closed its end: `run` waits for its exit
        finally:
            writer.close()

    def _take(self, frame: frames.Frame) -> None:
        match frame:
            case frames.Ready():
                self._position = frame.position
            case frames.Ended():
                self._ended = frame
            case _:
                pass
        self._on_frame(frame)

    async def _lines(self, stream: asyncio.StreamReader | None, name: str) -> None:
        if stream is None:
            return
        while line := await _read_line(stream):
            text = line.decode("utf-8", "replace").rstrip()
            if name == "stderr":
                self._errors.append(text)
            self._on_line(name, text)

    def _signal(self, number: signal.Signals) -> None:
        if self.pid:
            os.kill(self.pid, number)

    def _sweep(self) -> None:
        """End what the job left behind: commands of its `exec` live in its process group."""
        if self._process is not None:
            try:
                os.killpg(self._process.pid, signal.SIGKILL)
            except (ProcessLookupError, PermissionError):
                return

    async def _end_at_once(self, process: asyncio.subprocess.Process) -> None:
        """After a cancellation: leave no process behind."""
        if self.pid:
            self._signal(signal.SIGKILL)
            self._sweep()
            await process.wait()

    def _cancel_killer(self) -> None:
        if self._killer is not None:
            self._killer.cancel()

    def _life(self, code: int, seconds: float) -> Life:
        ended = self._ended or frames.Ended(state="", reason="")
        words = "" if self._ended else " | ".join(self._errors)[-LAST_WORDS:]
        return Life(
            position=self._position,
            seconds=seconds,
            ended=cast("Literal['completed', 'stopped', 'failed', '']", ended.state),
            reason=ended.reason,
            code=ended.code,
            exit_code=code,
            stalled=self._stalled,
            wanted=self._wanted,
            last_words=words,
        )


async def _read_frame(reader: asyncio.StreamReader) -> frames.Frame:
    length = int.from_bytes(await reader.readexactly(frames.LENGTH_BYTES), "big")
    frame: frames.Frame = frames.decode_from_job(await reader.readexactly(length))
    return frame


async def _read_line(stream: asyncio.StreamReader) -> bytes:
    """The next line, or the piece of a line that is longer than the stream's limit."""
    try:
        return await stream.readuntil(b"\n")
    except asyncio.IncompleteReadError as end:
        return end.partial
    except asyncio.LimitOverrunError as over:
        return await stream.readexactly(max(1, over.consumed))
