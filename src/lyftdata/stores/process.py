"""A shell command in a process group of its own, its output read without blocking, always ended."""

from __future__ import annotations

import os
import selectors
import signal
import subprocess
from collections.abc import Mapping
from typing import Final

GRACE_S: Final = 1.0
READ: Final = 256 * 1024


class Command:
    """A running command. Raises `OSError` when it cannot be started."""

    def __init__(self, text: str, *, env: Mapping[str, str]) -> None:
        self._process = subprocess.Popen(  # noqa: S602 - running a shell command is its purpose
            text,
            shell=True,
            env={**os.environ, **env},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        self._selector = selectors.DefaultSelector()
        for name in ("stdout", "stderr"):
            self._selector.register(getattr(self._process, name), selectors.EVENT_READ, name)

    @property
    def status(self) -> int | None:
        """The exit status once it has ended and all it wrote was read; else None."""
        return None if self._selector.get_map() else self._process.poll()

    def read(self, wait_s: float) -> dict[str, bytes]:
        """What it wrote to `stdout` and `stderr`, waiting up to `wait_s` for something."""
        if not self._selector.get_map():
            self._await_end(wait_s)
            return {}
        written = {}
        for key, _ in self._selector.select(max(wait_s, 0)):
            data = os.read(key.fd, READ)
            written[str(key.data)] = data
            if not data:
                self._selector.unregister(key.fileobj)
        return written

    def end(self) -> None:
        """End the whole group: politely, then for certain. May be called twice."""
        if self._process.returncode is None:
            self._signal(signal.SIGTERM)
            self._await_end(GRACE_S)
        self._signal(signal.SIGKILL)
        self._process.wait()
        self._selector.close()
        for stream in (self._process.stdout, self._process.stderr):
            if stream:
                stream.close()

    def _await_end(self, wait_s: float) -> None:
        try:
            self._process.wait(wait_s)
        except subprocess.TimeoutExpired:
            return

    def _signal(self, number: signal.Signals) -> None:
        try:
            os.killpg(self._process.pid, number)
        except (ProcessLookupError, PermissionError):
            return
