"""`serve`: everything around the app - lock, socket, certificate, admin, worker, end."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import fcntl
import os
import random
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import structlog
import uvicorn

from lyftdata.access.passwords import Passwords
from lyftdata.core.errors import LyftError
from lyftdata.jobs.model import BUILT_IN
from lyftdata.server.app import build
from lyftdata.server.builtin_worker import BuiltinWorker, builtin_key
from lyftdata.server.first_admin import first_admin
from lyftdata.server.services import Services, build_services
from lyftdata.server.settings import ServerSettings, StartFailed
from lyftdata.server.tls import certificate
from lyftdata.times import SystemClock
from lyftdata.wire.messages import MAX_FRAME


def serve(settings: ServerSettings) -> int:
    """Run the server until SIGTERM or Ctrl-C. Returns the exit code; says on stderr why it is 1."""
    _log_to_stderr()
    try:
        settings.check()
        with _held(settings.staging), _listening(*settings.address) as listener:
            return _run(settings, listener)
    except LyftError as error:
        print(f"lyftdata: {error.kind}: {error}", file=sys.stderr)  # noqa: T201
        return 1


def _run(settings: ServerSettings, listener: socket.socket) -> int:
    clock, randomness = SystemClock(), random.SystemRandom()
    pair = None if settings.disable_tls else certificate(settings, clock=clock)
    services = build_services(settings, clock=clock, randomness=randomness, passwords=Passwords())
    try:
        password = first_admin(settings, services.access, randomness)
        key = builtin_key(settings.staging, randomness)
        if settings.builtin_worker:
            services.fleet.enroll(BUILT_IN, name="Built-in worker", key=key, builtin=True)
    except LyftError:
        services.close()
        raise
    port = listener.getsockname()[1]
    _greet(settings, port, password)
    worker = _worker(services, port, key, pair) if settings.builtin_worker else None
    config = uvicorn.Config(
        build(services),
        loop="uvloop",
        http="httptools",
        ws="websockets-sansio",
        ws_max_size=MAX_FRAME,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=settings.disable_tls,
        timeout_graceful_shutdown=int(settings.shutdown_s),
        ssl_certfile=str(pair[0]) if pair else None,
        ssl_keyfile=str(pair[1]) if pair else None,
    )
    with asyncio.Runner(loop_factory=config.get_loop_factory()) as runner:
        runner.run(_Life(uvicorn.Server(config), services, worker).run(listener))
    return 0


@dataclass(frozen=True, slots=True)
class _Life:
    """From the first request to the last."""

    server: uvicorn.Server
    services: Services
    worker: BuiltinWorker | None

    async def run(self, listener: socket.socket) -> None:
        keeper = asyncio.create_task(self.worker.run()) if self.worker else None
        asked = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._asked, asked)
        serving = asyncio.create_task(self.server._serve([listener]))  # noqa: SLF001
        ending = asyncio.create_task(self._end_worker_first(asked, keeper))
        await serving
        asked.set()
        await ending

    def _asked(self, asked: asyncio.Event) -> None:
        if asked.is_set():  # the second time: do not wait for the worker
            self._end()
        asked.set()

    async def _end_worker_first(
        self, asked: asyncio.Event, keeper: asyncio.Task[None] | None
    ) -> None:
        # While we still listen, so that we hear how its runs ended.
        await asked.wait()
        if keeper is not None and self.worker is not None:
            keeper.cancel()
            await asyncio.gather(keeper, return_exceptions=True)
            await self.worker.stop()
        self._end()

    def _end(self) -> None:
        self.services.stopping.set()
        self.server.should_exit = True


def _worker(
    services: Services, port: int, key: str, pair: tuple[Path, Path] | None
) -> BuiltinWorker:
    settings = services.settings
    return BuiltinWorker(
        url=f"{settings.scheme}://{_own_host(settings)}:{port}",
        key=key,
        staging=settings.staging,
        ca=pair[0] if pair else None,
        view=lambda: services.fleet.view(BUILT_IN),
        insecure=settings.tls_cert is not None,
    )


def _own_host(settings: ServerSettings) -> str:
    """Where the built-in worker finds us."""
    host = settings.address[0]
    if host in {"0.0.0.0", "", "::"}:  # noqa: S104
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host


def _greet(settings: ServerSettings, port: int, password: str | None) -> None:
    host = _own_host(settings)
    print(f"LyftData serves {settings.scheme}://{host}:{port}", flush=True)  # noqa: T201
    if password is not None:
        where = settings.staging / "admin-password"
        print(  # noqa: T201
            f"First sign-in: user admin, password {password} (kept in {where} until then)",
            flush=True,
        )


@contextmanager
def _held(staging: Path) -> Iterator[None]:
    """One server per staging directory."""
    try:
        staging.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(staging / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise StartFailed(
            f"cannot use the staging directory {staging}: {error.strerror}; name another with "
            "LYFTDATA_STAGING_DIR",
            code="bad-staging-dir",
        ) from error
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(handle)
        raise StartFailed(
            f"another server runs on the staging directory {staging}: stop it, or name another "
            "directory with LYFTDATA_STAGING_DIR",
            code="staging-dir-in-use",
        ) from error
    try:
        yield
    finally:
        os.close(handle)


@contextmanager
def _listening(host: str, port: int) -> Iterator[socket.socket]:
    """A bound socket that takes connections already: the built-in worker may dial at once."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    with contextlib.closing(listener):
        try:
            listener.bind((host, port))
            listener.listen(2048)
        except (OSError, OverflowError) as error:
            taken = isinstance(error, OSError) and error.errno == errno.EADDRINUSE
            why = "it is in use by another program" if taken else str(error)
            raise StartFailed(
                f"cannot listen on {host}:{port}: {why}; choose another with --bind-address",
                code="port-in-use" if taken else "bad-setting",
            ) from error
        yield listener


def _log_to_stderr() -> None:
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.KeyValueRenderer(key_order=["timestamp", "level", "event"]),
        ],
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
    )
