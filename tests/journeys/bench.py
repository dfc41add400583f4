"""Real processes with bad input: what they say, how they end, and never a traceback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import psutil

T = TypeVar("T")
NOBODY = 65534
# Imports all it can as root first: the interpreter may lie in a folder that nobody else may enter.
_AS_NOBODY = f"""
import contextlib, os, pkgutil, sys, lyftdata
for found in pkgutil.walk_packages(lyftdata.__path__, "lyftdata."):
    with contextlib.suppress(ImportError, TypeError):
        if "migrations" not in found.name and not found.name.endswith("sandbox"):
            __import__(found.name)
os.setgroups([]); os.setgid({NOBODY}); os.setuid({NOBODY})
from lyftdata.cli.main import run
run()
"""


@dataclass(frozen=True)
class Done:
    """How a command ended."""

    code: int
    out: str
    err: str

    def refused(self, code: str, *words: str, exit_code: int = 1) -> None:
        """It says no in our words: exit code, stable code, what and where."""
        assert self.code == exit_code, self
        assert code in self.err, self
        for word in words:
            assert word in self.err, self


def environment(folder: Path) -> dict[str, str]:
    """The environment of a command that keeps everything in `folder`."""
    known = {key: value for key, value in os.environ.items() if not key.startswith("LYFTDATA_")}
    return {
        **known,
        "LYFTDATA_JOBS_DIR": str(folder / "state"),
        "LYFTDATA_CONFIG_DIR": str(folder / "config"),
        "LYFTDATA_STAGING_DIR": str(folder / "staging"),
        "PYTHONDONTWRITEBYTECODE": "1",
    }


def lyftdata(*arguments: str, folder: Path, nobody: bool = False, **environ: str) -> Done:
    """Run the command to its end. As `nobody` where we are root, so that permissions count."""
    start = ["-m", "lyftdata.cli.main"]
    if nobody and os.geteuid() == 0:
        start = ["-c", _AS_NOBODY]
    done = subprocess.run(
        [sys.executable, *start, *arguments],
        check=False,
        capture_output=True,
        cwd=folder,
        timeout=100,
        stdin=subprocess.DEVNULL,
        env={**environment(folder), **environ},
    )
    ended = Done(done.returncode, done.stdout.decode(), done.stderr.decode())
    assert "Traceback" not in ended.err + ended.out, ended
    assert "internal-error" not in ended.err, ended
    return ended


def run_job(folder: Path, text: str, *arguments: str, nobody: bool = False) -> Done:
    """Run a job file with this text until it has read all."""
    (folder / "job.yaml").write_text(text)
    flags = ("--until-idle", "-o", "json", *arguments)
    return lyftdata("run", "job", "job.yaml", *flags, folder=folder, nobody=nobody)


def ledger(done: Done) -> dict[str, Any]:
    """The totals of a run whose output goes elsewhere."""
    assert done.code == 0, done
    totals: dict[str, Any] = json.loads(done.out)["totals"]
    return totals


def dead_letters(folder: Path, job: str) -> list[dict[str, Any]]:
    """What the job could not handle, oldest first."""
    done = lyftdata("dlq", "list", job, "-o", "json", folder=folder)
    assert done.code == 0, done
    found = json.loads(done.out)
    items: list[dict[str, Any]] = found["items"] if isinstance(found, dict) else found
    return items[::-1]


class Running:
    """A command that is running; what it says is in a file."""

    def __init__(self, process: subprocess.Popen[bytes], said: Path) -> None:
        self.process, self._said = process, said
        self.peak = 0

    @property
    def said(self) -> str:
        """All that it has said so far."""
        return self._said.read_text(errors="replace")

    def wait_for(self, what: str, holds: Callable[[], T], seconds: float = 60) -> T:
        """What `holds()` gives once it is true; the process must go on meanwhile."""
        deadline = time.monotonic() + seconds
        while not (found := holds()):
            assert self.process.poll() is None, f"ended before {what}: {self.said}"
            assert time.monotonic() < deadline, f"waited for {what}: {self.said}"
            self.process_memory()
        return found

    def process_memory(self) -> None:
        """Note how much memory it holds; takes a moment, so that waiting does not spin."""
        try:
            self.peak = max(self.peak, psutil.Process(self.process.pid).memory_info().rss)
            self.process.wait(0.02)
        except (psutil.NoSuchProcess, subprocess.TimeoutExpired):
            return

    def end(self, seconds: float = 60) -> int:
        """Wait for its end; its exit code."""
        deadline = time.monotonic() + seconds
        while self.process.poll() is None:
            assert time.monotonic() < deadline, f"did not end: {self.said}"
            self.process_memory()
        assert "Traceback" not in self.said, self.said
        return self.process.returncode


@contextmanager
def started(*arguments: str, folder: Path, **environ: str) -> Iterator[Running]:
    """Start the command; it is gone at the end."""
    said = folder / f"said-{len(list(folder.glob('said-*')))}"
    with said.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "lyftdata.cli.main", *arguments],
            cwd=folder,
            env={**environment(folder), **environ},
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=file,
        )
    try:
        yield Running(process, said)
    finally:
        if process.poll() is None:
            process.kill()
        process.wait(30)
