"""The worker that comes with the server: the ordinary worker program, started as a child.

After a server that was killed, its worker lives on and dials the new server by itself. The new
child then finds the jobs directory held (exit code 4) and is not started again while that one is
there.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import psutil
import structlog

from lyftdata.core.clock import Randomness
from lyftdata.core.errors import LyftError
from lyftdata.fleet.model import WorkerView
from lyftdata.jobs.model import BUILT_IN
from lyftdata.server.tls import write_secret

HELD: Final = 4
"""Exit code of a worker whose jobs directory is held by another one."""
FIRST_PAUSE_S: Final = 0.5
LONGEST_PAUSE_S: Final = 30.0
RETURN_S: Final = 5.0
STEADY_S: Final = 60.0
END_S: Final = 35.0
MODULE: Final = "lyftdata.cli.worker_main"
LOG_BYTES: Final = 10 * 1024 * 1024


def builtin_key(staging: Path, randomness: Randomness) -> str:
    """The built-in worker's key; the same over restarts, so that a survivor can come back."""
    file = staging / "worker-key"
    if not file.exists():
        write_secret(file, b"lyftw_" + randomness.randbytes(32).hex().encode())
    return file.read_text().strip()


@dataclass(slots=True)
class BuiltinWorker:
    """Keeps one built-in worker running."""

    url: str
    key: str
    staging: Path
    ca: Path | None
    view: Callable[[], WorkerView]
    """How the fleet sees the built-in worker now."""
    insecure: bool = False
    """The certificate was given and need not name this loopback address."""
    _process: asyncio.subprocess.Process | None = None
    _log: structlog.stdlib.BoundLogger = field(
        default_factory=lambda: structlog.get_logger("built-in worker")
    )

    async def run(self) -> None:
        """Start it, and again with growing pauses when it ends. Until cancelled."""
        pause = FIRST_PAUSE_S
        loop = asyncio.get_running_loop()
        while True:
            started = loop.time()
            self._process = await self._start()
            code = await self._process.wait()
            if code == HELD:
                await self._while_another_is_there()
                continue
            pause = FIRST_PAUSE_S if loop.time() - started > STEADY_S else pause
            self._log.warning("it ended and is started again", exit_code=code, pause_s=pause)
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE_S)

    async def stop(self) -> None:
        """End it, ours or adopted: ask, wait for its jobs to drain, then force."""
        if self._process is not None and self._process.returncode is None:
            self._process.terminate()
            try:
                async with asyncio.timeout(END_S):
                    await self._process.wait()
            except TimeoutError:
                self._process.kill()
                await self._process.wait()
            return
        adopted = await asyncio.to_thread(self._adopted)
        if adopted is not None:
            with contextlib.suppress(psutil.NoSuchProcess):
                adopted.send_signal(signal.SIGTERM)
                await asyncio.to_thread(adopted.wait, END_S)

    async def _start(self) -> asyncio.subprocess.Process:
        environment = {
            **os.environ,
            "LYFTDATA_WORKER_API_KEY": self.key,
            "LYFTDATA_JOBS_DIR": str(self.staging / "worker"),
        }
        environment.pop("LYFTDATA_ADMIN_INIT_PASSWORD", None)
        if self.ca is not None:
            environment["LYFTDATA_TLS_CA"] = str(self.ca)
        if self.insecure:
            environment["LYFTDATA_TLS_INSECURE"] = "true"
        path = self.staging / "logs" / "worker.log"
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists() and path.stat().st_size > LOG_BYTES:
            path.replace(path.with_suffix(".log.1"))
        with path.open("ab") as output:
            return await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                MODULE,
                "--url",
                self.url,
                "--worker-id",
                BUILT_IN,
                env=environment,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                # A Ctrl-C for the server must not reach it: the server ends it in its own order.
                start_new_session=True,
            )

    async def _while_another_is_there(self) -> None:
        self._log.info("a worker of an earlier server holds the jobs directory; waiting for it")
        # It needs a moment to find us; after that its lease says whether it is there.
        await asyncio.sleep(RETURN_S)
        while await asyncio.to_thread(self._adopted) is not None:  # noqa: ASYNC110 - no event tells
            await asyncio.sleep(1)

    def _adopted(self) -> psutil.Process | None:
        """The running process that connected as the built-in worker from this machine."""
        try:
            seen = self.view()
            if not seen.presence.online or seen.worker.host != socket.gethostname():
                return None
            process = psutil.Process(seen.worker.pid)
            return process if any(MODULE in part for part in process.cmdline()) else None
        except (psutil.Error, LyftError):
            return None
