"""Hostile and clumsy callers of a real server: each gets its answer, the server goes on."""

from __future__ import annotations

import contextlib
import json
import re
import signal
import socket
import sqlite3
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from bench.testbed import Testbed as Bed
from tests.journeys.bench import lyftdata

PASSWORD = "Campaign-Passw0rd"
JOB = "name: {name}\ninput:\n  echo: {{event: a}}\noutput:\n  discard: {{}}\n"
LINE = re.compile(
    r"\S+ - \S+ \[\d\d/[A-Z][a-z]{2}/\d{4}(?::\d\d){3} \+0000\] "
    r'"(?:[^"\\]|\\.)*" \d{3} (?:\d+|-) "(?:[^"\\]|\\.)*" "(?:[^"\\]|\\.)*"'
)


@pytest.fixture(scope="module")
def bed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bed]:
    """One server for all callers."""
    with Bed(tmp_path_factory.mktemp("hostile") / "bed") as bed:
        yield bed
        said = (bed.folder / "server.out").read_text()
        assert "Traceback" not in said, said[-4000:]


def ask(bed: Bed, method: str, path: str, **request: Any) -> httpx2.Response:
    """An answer to somebody who is not signed in unless they say so."""
    with httpx2.Client(base_url=bed.url, timeout=30) as client:
        return client.request(method, path, **request)


def refused(answer: httpx2.Response, status: int, code: str) -> None:
    """A problem with this code, in our own shape."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert (problem["status"], problem["code"]) == (status, code)
    assert len(problem["detail"]) > 10


def token(bed: Bed, **wanted: Any) -> tuple[str, dict[str, str]]:
    """Id of a new token of the admin, and the header to use it."""
    made = bed.post("/api/tokens", {"name": uuid.uuid4().hex, **wanted})
    return made["id"], {"Authorization": f"Bearer {made['token']}"}


def raw(bed: Bed, request: bytes, *, half_closed: bool = False) -> bytes:
    """What comes back for bytes that no client library would send."""
    with socket.create_connection(("127.0.0.1", bed.port), timeout=10) as link:
        link.sendall(request)
        if half_closed:
            link.shutdown(socket.SHUT_WR)
        answer = b""
        while more := link.recv(65536):
            answer += more
    return answer


def test_a_wrong_password_then_too_many_tries(bed: Bed) -> None:
    tries = [
        ask(bed, "POST", "/api/auth/login", json={"username": "eve", "password": "Wrong-Passw0rd"})
        for _ in range(12)
    ]
    refused(tries[0], 401, "wrong-password")
    refused(tries[-1], 429, "too-many-tries")
    assert "wait" in tries[-1].json()["detail"]
    assert bed.get("/api/auth/me")["user"]["name"] == "admin"


def test_the_command_tells_of_a_wrong_password(bed: Bed, tmp_path: Path) -> None:
    done = lyftdata("jobs", "list", folder=tmp_path, LYFTDATA_URL=bed.url, LYFTDATA_TOKEN="made-up")
    assert done.code == 5, done


@pytest.mark.spec("SEC-1:tokens")
def test_an_expired_token(bed: Bed) -> None:
    id_, header = token(bed, expires_in_days=1)
    assert ask(bed, "GET", "/api/jobs", headers=header).status_code == 200
    database = bed.folder / "staging" / "control.db"
    with sqlite3.connect(database, timeout=10) as connection:
        changed = connection.execute("UPDATE tokens SET expires_ns = 1 WHERE id = ?", (id_,))
        assert changed.rowcount == 1
    connection.close()
    refused(ask(bed, "GET", "/api/jobs", headers=header), 401, "expired-token")


@pytest.mark.spec("SEC-1:tokens")
def test_a_revoked_token(bed: Bed) -> None:
    id_, header = token(bed)
    assert ask(bed, "DELETE", f"/api/tokens/{id_}", headers=header).status_code == 204
    refused(ask(bed, "GET", "/api/jobs", headers=header), 401, "unknown-token")


@pytest.mark.spec("SEC-1:read-only-token")
@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/api/jobs", {"text": JOB.format(name="x")}),
        ("PUT", "/api/jobs/x", {"text": "a"}),
        ("DELETE", "/api/jobs/x", None),
        ("POST", "/api/jobs/x/stage", {}),
        ("POST", "/api/jobs/x/deploy", {}),
        ("POST", "/api/jobs/trace", {"text": "a"}),
        ("PUT", "/api/contexts/update-global", {"values": {}}),
        ("POST", "/api/tokens", {"name": "more", "role": "admin"}),
        ("GET", "/api/jobs/x/dead-letters", None),
    ],
)
def test_a_viewers_token_writes_nothing(
    bed: Bed, method: str, path: str, body: dict[str, Any] | None
) -> None:
    _, header = token(bed, role="viewer")
    refused(ask(bed, method, path, json=body, headers=header), 403, "denied")


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b'{"text": 1}', b"\xff", b"[" * 100_000, b"null"]
)
def test_a_body_that_is_none(bed: Bed, body: bytes) -> None:
    _, header = token(bed)
    kind = {"Content-Type": "application/json"}
    refused(ask(bed, "POST", "/api/jobs", content=body, headers=header | kind), 400, "bad-request")


def test_a_huge_body_declared_or_not(bed: Bed) -> None:
    _, header = token(bed)
    huge = b'{"text": "' + b"x" * 5_000_000 + b'"}'
    refused(ask(bed, "POST", "/api/jobs", content=huge, headers=header), 413, "too-large")
    pieces = (huge[at : at + 65536] for at in range(0, len(huge), 65536))
    refused(ask(bed, "POST", "/api/jobs", content=pieces, headers=header), 413, "too-large")


@pytest.mark.parametrize(
    "path",
    [
        "/../../../../etc/passwd",
        "/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
        "/assets/..%2f..%2f..%2fsettings.py",
        "/assets/%2e%2e/%2e%2e/main.py",
        "//etc/passwd",
        "/..%5c..%5cmain.py",
        "/assets/%00",
        "/%00/etc/passwd",
        "/api/../main.py",
        "/" + "a" * 5000,
    ],
)
def test_a_path_leaves_no_folder(bed: Bed, path: str) -> None:
    answer = raw(bed, f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
    assert b"root:" not in answer
    assert b"import" not in answer.partition(b"\r\n\r\n")[2]
    assert answer.split(b" ")[1] in {b"200", b"400", b"404", b"414", b"431"}


@pytest.mark.parametrize("name", ["..%2Fup", "a%00b", "%F0%9F%92%A5", "a%0Ab", "x" * 300, "a%20b"])
def test_a_strange_job_name_in_the_address(bed: Bed, name: str) -> None:
    _, header = token(bed)
    for path in (f"/api/jobs/{name}", f"/api/jobs/{name}/logs", f"/api/jobs/{name}/dead-letters"):
        answer = ask(bed, "GET", path, headers=header)
        assert answer.status_code in {200, 400, 404}, (path, answer.text)


@pytest.mark.parametrize("name", ["../up", "a b", "x" * 64, "a\nb", "\u202e", "'; drop table"])
def test_a_strange_job_name_in_the_text(bed: Bed, name: str) -> None:
    _, header = token(bed)
    text = JOB.format(name=json.dumps(name))
    answer = ask(bed, "POST", "/api/jobs", json={"text": text}, headers=header)
    assert answer.status_code == 422, answer.text
    assert answer.json()["code"] in {"invalid", "invalid-name"}


def test_the_access_log_stays_parseable(bed: Bed) -> None:
    log = bed.folder / "staging" / "logs" / "access.log"
    for agent in (b'a"b', b"a\\", b"\xff\xfe", b"x\ty", b'" 200 1 "-" "forged'):
        raw(
            bed,
            b"GET /marked?q=" + b'%22" HTTP/1.1\r\nHost: x\r\nConnection: close\r\nUser-Agent: '
            + agent + b"\r\nReferer: " + agent + b"\r\n\r\n",
        )  # fmt: skip
    ask(bed, "GET", "/last%0d%0aforged%22line")
    bed.wait_for("the last line", lambda: "/last" in log.read_text())
    for line in log.read_text().splitlines():
        assert LINE.fullmatch(line), line


def test_no_request_at_all(bed: Bed) -> None:
    for garbage in (b"\x16\x03\x01\x00", b"GET\r\n\r\n", b"\x00" * 4096, b"GET / HTTP/9.9\r\n\r\n"):
        raw(bed, garbage, half_closed=True)
    big = b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"x" * 1_000_000 + b"\r\n\r\n"
    with contextlib.suppress(ConnectionError):  # hanging up is as good as a refusal
        raw(bed, big, half_closed=True)
    assert bed.get("/api/liveness")["status"] == "ok"


@pytest.mark.spec("SEC-1:worker-keys")
@pytest.mark.parametrize("key", ["wrong", "", "Ö"])
def test_a_worker_with_a_wrong_key(bed: Bed, key: str) -> None:
    headers = {"X-Worker-Id": "built-in", "Authorization": f"Bearer {key}"}
    address = f"ws://127.0.0.1:{bed.port}/api/workers/connect"
    if key.isascii():
        with pytest.raises(InvalidStatus) as caught:
            connect(address, additional_headers=headers)
        assert caught.value.response.status_code == 401
        assert b"code" in (caught.value.response.body or b"")
    else:
        head = f"GET /api/workers/connect HTTP/1.1\r\nHost: x\r\nX-Worker-Id: {key}\r\n"
        assert b" 4" in raw(bed, head.encode() + b"Connection: close\r\n\r\n")[:20]


@pytest.mark.parametrize(
    "frame", [b"", b"\x00", b"\xc1" * 100, b"\x81\xa4kind\x01", b"\xdd\xff\xff\xff\xff", "a text"]
)
def test_garbage_on_the_workers_wire(bed: Bed, frame: bytes | str) -> None:
    key = (bed.folder / "staging" / "worker-key").read_text().strip()
    headers = {"X-Worker-Id": "built-in", "Authorization": f"Bearer {key}"}
    address = f"ws://127.0.0.1:{bed.port}/api/workers/connect"
    with connect(address, additional_headers=headers) as wire:
        wire.send(frame)
        with pytest.raises(Exception, match=r"100|112"):
            wire.recv(timeout=15)
    bed.wait_for("the worker to be online", lambda: online(bed))


def online(bed: Bed) -> bool:
    return any(one["state"] == "online" for one in bed.get("/api/workers")["items"])


def test_a_worker_process_with_a_wrong_key_says_so(bed: Bed, tmp_path: Path) -> None:
    import subprocess

    command = [sys.executable, "-m", "lyftdata.cli.worker_main", "--url", bed.url]
    command += ["--worker-id", "built-in", "--worker-api-key", "wrong"]
    command += ["--jobs-dir", str(tmp_path / "jobs")]
    done = subprocess.run(command, check=False, capture_output=True, timeout=60)
    assert done.returncode == 5, done
    assert b"Traceback" not in done.stderr
    assert b"key" in done.stderr


def test_a_terminated_server_ends_with_0_and_takes_its_worker_along(tmp_path: Path) -> None:
    with Bed(tmp_path / "bed") as bed:
        bed.wait_for("the worker to be online", lambda: online(bed))
        (server,) = bed.pids("server")
        workers = bed.pids("worker")
        bed.kill(server, signal.SIGTERM)
        assert bed._server is not None
        assert bed._server.wait(60) == 0
        bed.wait_for("its worker to be gone", lambda: not set(workers) & set(bed.pids("worker")))
        assert "Traceback" not in (bed.folder / "server.out").read_text()
