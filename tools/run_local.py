"""`make run`: server, built-in worker and page, with the example job `access-log` deployed.

All state lies in `.run/` of the clone. Started again, it goes on where it stopped. Ctrl-C ends it.
"""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any, Final

import httpx2

ROOT: Final = Path(__file__).parent.parent
STATE: Final = Path(os.environ.get("LYFTDATA_RUN_DIR", str(ROOT / ".run")))
ADDRESS: Final = os.environ.get("LYFTDATA_RUN_ADDRESS", "127.0.0.1:3000")
_JOB: Final = "access-log"
_START_S: Final = 60.0
_WELCOME: Final = f"""
  page      {{url}}  (self-signed certificate: the browser asks once)
  user      admin
  password  {{password}}
  job       {_JOB}: {{url}}/jobs/{_JOB}
  output    {{out}}
  state     {STATE}
  commands  export LYFTDATA_URL={{url}} LYFTDATA_TLS_CA={STATE}/server/tls/cert.pem
            .venv/bin/lyftdata login admin && .venv/bin/lyftdata jobs list

  Every click on the page becomes an event there seconds later. Ctrl-C ends it.
"""


def main() -> int:
    """Start the server, deploy the example, say where everything is, wait for the end."""
    STATE.mkdir(mode=0o700, parents=True, exist_ok=True)
    password = _password(STATE / "password")
    staging = STATE / "server"
    server = subprocess.Popen(
        [sys.executable, "-m", "lyftdata.cli.main", "run", "server", "--bind-address", ADDRESS],
        env={
            **os.environ,
            "LYFTDATA_STAGING_DIR": str(staging),
            "LYFTDATA_ADMIN_INIT_PASSWORD": password,
        },
    )
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: server.terminate())
    try:
        with closing(_client(server, staging)) as client:
            out = _deploy(client, password, staging)
        print(_WELCOME.format(url=f"https://{ADDRESS}", password=password, out=out), flush=True)
        return server.wait()
    except httpx2.HTTPError as error:
        print(f"make run: the server did not answer as expected: {error}", file=sys.stderr)
        return 1
    finally:
        server.terminate()
        server.wait()


def _password(path: Path) -> str:
    if not path.exists():
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(f"Lyft-{secrets.token_urlsafe(9)}-1a\n")
    return path.read_text().strip()


def _client(server: subprocess.Popen[bytes], staging: Path) -> httpx2.Client:
    """A client that trusts the server's own certificate, once the server answers."""
    url = f"https://{ADDRESS}"
    deadline = time.monotonic() + _START_S
    while time.monotonic() < deadline:
        if server.poll() is not None:
            raise SystemExit(server.returncode)  # it has said why on stderr
        certificate = staging / "tls" / "cert.pem"
        if certificate.exists():
            client = httpx2.Client(base_url=url, verify=False, timeout=30, headers={"Origin": url})
            try:
                if client.get("/api/liveness").is_success:
                    return client
            except httpx2.TransportError:
                client.close()
        time.sleep(0.1)
    raise httpx2.ConnectError(f"no answer from {url} within {_START_S:.0f} s")


def _deploy(client: httpx2.Client, password: str, staging: Path) -> Path:
    """Create, stage and deploy the example, unless it is there already."""
    out = STATE / _JOB
    _send(client, "POST", "/api/auth/login", {"username": "admin", "password": password})
    if client.get(f"/api/jobs/{_JOB}").is_success:
        return out
    text = (ROOT / "examples" / "jobs" / f"{_JOB}.yaml").read_text()
    values = {_JOB: str(staging / "logs" / "access.log"), "out": str(out)}
    _send(client, "POST", "/api/jobs", {"text": text})
    _send(client, "PUT", f"/api/contexts/update-job-map/{_JOB}", {"values": values})
    _send(client, "POST", f"/api/jobs/{_JOB}/stage", {"note": "made by make run"})
    _send(client, "POST", f"/api/jobs/{_JOB}/deploy", {})
    return out


def _send(client: httpx2.Client, method: str, path: str, body: dict[str, Any]) -> None:
    answer = client.request(method, path, json=body)
    if answer.is_error:
        raise httpx2.HTTPError(f"{method} {path}: {answer.status_code} {answer.text}")


if __name__ == "__main__":
    sys.exit(main())
