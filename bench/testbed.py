"""A real server with its built-in worker in a folder of its own, for campaigns that kill things."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self, TypeVar

import httpx2
import psutil

T = TypeVar("T")

_PASSWORD: Final = "Campaign-Passw0rd"
_MARKS: Final = {
    "server": ("lyftdata.cli.main", "run", "server"),
    "worker": ("lyftdata.cli.worker_main",),
    "job process": ("lyftdata.worker.job_process",),
}


class Testbed:
    """Starts, kills and asks one server; everything it started is gone at the end."""

    __test__ = False  # its name looks like one to pytest

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True)
        self.port = _free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._client = httpx2.Client(base_url=self.url, timeout=15, headers={"Origin": self.url})
        self._server: subprocess.Popen[bytes] | None = None
        self._log = (folder / "server.out").open("ab")

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for name in _MARKS:
            for pid in self.pids(name):
                self.kill(pid, 9)
        if self._server is not None:
            self._server.wait(30)
        if error is not None:
            print((self.folder / "server.out").read_text()[-5000:], file=sys.stderr)
        self._log.close()
        self._client.close()

    def start(self) -> None:
        """Start the server and sign in; waits until it answers."""
        if self._server is not None:
            self._server.wait(30)
        command = [sys.executable, "-m", "lyftdata.cli.main", "run", "server", "--disable-tls"]
        command += ["--bind-address", f"127.0.0.1:{self.port}"]
        environment = {
            **os.environ,
            "LYFTDATA_STAGING_DIR": str(self.folder / "staging"),
            "LYFTDATA_ADMIN_INIT_PASSWORD": _PASSWORD,
        }
        self._server = subprocess.Popen(
            command, env=environment, stdout=self._log, stderr=self._log, start_new_session=True
        )
        self.wait_for("the server to answer", self._answers, 60)
        self.post("/api/auth/login", {"username": "admin", "password": _PASSWORD})

    def pids(self, name: str) -> list[int]:
        """Processes of this testbed: `server`, `worker` or `job process`."""
        return [one.pid for one in psutil.process_iter() if self._is_ours(one, _MARKS[name])]

    @staticmethod
    def kill(pid: int, number: int) -> None:
        """Send a signal; a process that is gone already is fine."""
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            return

    def deploy(self, text: str) -> str:
        """Create, stage and deploy a job on the built-in worker; returns its name."""
        name: str = self.post("/api/jobs", {"text": text})["name"]
        self.post(f"/api/jobs/{name}/stage", {"note": "campaign"})
        self.wait_for("the worker to be online", self._worker_online, 60)
        self.post(f"/api/jobs/{name}/deploy", {})
        return name

    def job(self, name: str) -> dict[str, Any]:
        """The job's view, or one in the state `unknown` while the server is away."""
        try:
            return self.get(f"/api/jobs/{name}")
        except httpx2.TransportError:
            return {"state": "unknown", "totals": {}, "deployed": []}

    def totals(self, name: str) -> dict[str, int]:
        """The job's ledger as the server knows it."""
        totals: dict[str, int] = self.job(name)["totals"]
        return totals

    def delivered_on_disk(self, name: str) -> int:
        """What the job's own state says it has delivered, without asking any process."""
        from lyftdata.state.job_state import JobState

        folder = next((self.folder / "staging").glob(f"**/jobs/{name}"))
        state = JobState.open(folder)
        try:
            return state.ledger["delivered"]
        finally:
            state.close()

    def get(self, path: str) -> dict[str, Any]:
        """GET, as JSON; raises for a problem."""
        answer: dict[str, Any] = self._client.get(path).raise_for_status().json()
        return answer

    def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """POST, as JSON; raises for a problem."""
        answer = self._client.post(path, json=body)
        if answer.is_error:
            raise RuntimeError(f"POST {path}: {answer.status_code} {answer.text}")
        found: dict[str, Any] = answer.json() if answer.content else {}
        return found

    def wait_for(
        self, what: str, holds: Callable[[], T], seconds: float = 60, *, give_up: bool = True
    ) -> T:
        """Wait until `holds()` is true and return what it gave; raises after `seconds`."""
        deadline = time.monotonic() + seconds
        while not (found := holds()):
            if time.monotonic() > deadline:
                if give_up:
                    raise TimeoutError(f"waited {seconds} s for {what}")
                return found
            time.sleep(0.05)
        return found

    def _answers(self) -> bool:
        try:
            return self._client.get("/api/liveness").is_success
        except httpx2.TransportError:
            return False

    def _worker_online(self) -> bool:
        items = self.get("/api/workers")["items"]
        return any(one["state"] == "online" for one in items)

    def _is_ours(self, process: psutil.Process, marks: tuple[str, ...]) -> bool:
        try:
            line = process.cmdline()
            if process.status() == psutil.STATUS_ZOMBIE or not all(one in line for one in marks):
                return False
            staging = process.environ().get("LYFTDATA_STAGING_DIR", "")
            return str(self.folder) in staging + " ".join(line)
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
