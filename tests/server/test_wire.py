"""A scripted worker on a real websocket: hello, bundles, reports, fences, questions."""

from __future__ import annotations

import base64
import threading
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from starlette.testclient import TestClient, WebSocketDenialResponse, WebSocketTestSession

from lyftdata.server.services import Services
from lyftdata.wire import messages as wire
from tests.server.conftest import TEXT

HEADERS = {"Authorization": "Bearer the-key-of-w1", "X-Worker-Id": "w1"}


def hello(*jobs: wire.JobState, runs: list[str] | None = None) -> bytes:
    return wire.encode(
        wire.Hello(
            protocol=1,
            worker="w1",
            name="one",
            version="0",
            host="h",
            pid=1,
            jobs=list(jobs),
            runs=runs,
        )
    )


def state_of(bundle: wire.Bundle, state: str, *, fence: int | None = None) -> wire.JobState:
    return wire.JobState(
        job=bundle.job,
        assignment=bundle.assignment,
        version=bundle.version,
        hash=bundle.hash,
        fence=bundle.fence if fence is None else fence,
        state=state,
    )


class Worker:
    """Speaks the wire; `settled` waits until the server has taken everything sent so far."""

    def __init__(self, socket: WebSocketTestSession, services: Services) -> None:
        self.socket = socket
        self.number = 0
        socket.send_bytes(hello())
        self.welcome = self.receive(wire.Welcome)
        self.services = services

    def receive(self, kind: type[Any]) -> Any:
        message = wire.decode_from_server(self.socket.receive_bytes())
        assert isinstance(message, kind), message
        return message

    def report(self, job: wire.JobState) -> None:
        self.send(wire.AssignmentReport(sequence=self.next(), at_ns=1, job=job))

    def next(self) -> int:
        self.number += 1
        return self.number

    def send(self, message: wire.Message) -> None:
        self.socket.send_bytes(wire.encode(message))

    def settled(self) -> None:
        answers: list[dict[str, Any]] = []
        asking = threading.Thread(
            target=lambda: answers.append(self.services.links.ask("w1", "x", {}, seconds=5))
        )
        asking.start()
        request = self.receive(wire.Request)
        self.send(wire.Reply(request=request.request, ok=True, body={"done": True}))
        asking.join()
        assert answers == [{"done": True}]


@pytest.fixture
def worker(admin: TestClient, services: Services) -> Iterator[Worker]:
    admin.post("/api/jobs", json={"text": TEXT})
    admin.post("/api/jobs/hello/stage")
    with admin.websocket_connect("/api/workers/connect", headers=HEADERS) as socket:
        yield Worker(socket, services)


def deploy(admin: TestClient, worker: Worker) -> wire.Bundle:
    assert admin.post("/api/jobs/hello/deploy", json={"worker": "w1"}).status_code == 202
    bundle: wire.Bundle = worker.receive(wire.Assign).bundle
    return bundle


@pytest.mark.spec("SEC-1:worker-keys")
def test_a_wrong_key_is_refused_before_the_socket_opens(app: TestClient) -> None:
    headers = {**HEADERS, "Authorization": "Bearer guess"}
    with (
        pytest.raises(WebSocketDenialResponse) as refused,
        app.websocket_connect("/api/workers/connect", headers=headers),
    ):
        pass
    assert refused.value.status_code == 401


def test_a_bundle_is_signed_by_the_key_of_the_welcome(admin: TestClient, worker: Worker) -> None:
    bundle = deploy(admin, worker)
    key = Ed25519PublicKey.from_public_bytes(base64.b64decode(worker.welcome.public_key))
    key.verify(base64.b64decode(bundle.signature), wire.signed_bytes(bundle))


@pytest.mark.spec("JOB-3:state", "JOB-1:states")
def test_a_job_runs_once_its_worker_says_so(admin: TestClient, worker: Worker) -> None:
    bundle = deploy(admin, worker)
    assert admin.get("/api/jobs/hello").json()["state"] == "deploying"
    worker.report(state_of(bundle, "running"))
    worker.settled()
    body = admin.get("/api/jobs/hello").json()
    assert (body["state"], body["health"]) == ("running", "healthy")
    assert body["deployed"][0]["hash_reported"] == bundle.hash


def test_a_report_with_a_stale_fence_changes_nothing(admin: TestClient, worker: Worker) -> None:
    bundle = deploy(admin, worker)
    worker.report(state_of(bundle, "failed", fence=bundle.fence - 1))
    worker.settled()
    assert admin.get("/api/jobs/hello").json()["state"] == "deploying"


def test_each_deployment_gets_a_higher_fence(admin: TestClient, worker: Worker) -> None:
    assert deploy(admin, worker).fence < deploy(admin, worker).fence


def test_stopping_asks_the_worker_and_ends_by_its_word(admin: TestClient, worker: Worker) -> None:
    bundle = deploy(admin, worker)
    worker.report(state_of(bundle, "running"))
    worker.settled()
    admin.post("/api/jobs/hello/stop", json={"worker": "w1"})
    assert worker.receive(wire.Stop).fence == bundle.fence
    assert admin.get("/api/jobs/hello").json()["state"] == "shutting-down"
    assert admin.delete("/api/jobs/hello").status_code == 409
    worker.report(state_of(bundle, "stopped"))
    worker.settled()
    assert admin.get("/api/jobs/hello").json()["state"] == "stopped"


def test_a_rollback_goes_to_the_version_before(admin: TestClient, worker: Worker) -> None:
    deploy(admin, worker)
    admin.put("/api/jobs/hello", json={"text": TEXT.replace("world", "moon")})
    admin.post("/api/jobs/hello/stage")
    assert deploy(admin, worker).version == 2
    admin.post("/api/jobs/hello/rollback", json={"worker": "w1"})
    assert worker.receive(wire.Assign).bundle.version == 1


def test_a_gap_asks_for_a_full_report_which_brings_everything(
    admin: TestClient, worker: Worker
) -> None:
    bundle = deploy(admin, worker)
    worker.report(state_of(bundle, "applying"))
    worker.number += 1
    worker.report(state_of(bundle, "running"))
    assert worker.receive(wire.ResendFrom).sequence == 2
    worker.socket.send_bytes(hello(state_of(bundle, "running")))
    again = worker.receive(wire.Welcome)
    assert [one.assignment for one in again.assignments] == [bundle.assignment]


def test_an_unknown_kind_is_ignored(admin: TestClient, worker: Worker) -> None:
    worker.socket.send_bytes(msgspec.msgpack.encode({"kind": "of-the-future"}))
    worker.settled()
    assert admin.get("/api/workers/w1").json()["state"] == "online"


@pytest.mark.spec("JOB-3:runs")
def test_runs_logs_and_samples_come_by_the_wire(admin: TestClient, worker: Worker) -> None:
    deploy(admin, worker)
    run = wire.RunReport(
        sequence=worker.next(),
        at_ns=1,
        job="hello",
        version=1,
        run="r1",
        state="running",
        started_ns=1,
    )
    worker.send(run)
    line = wire.LogRecord(at_ns=1, level="warning", message="look here", job="hello")
    worker.send(wire.LogBatch(sequence=worker.next(), records=[line]))
    worker.send(wire.Samples(sequence=worker.next(), at_ns=1, job="hello", events=["{}"]))
    worker.settled()
    assert admin.get("/api/jobs/hello/runs").json()["items"][0]["id"] == "r1"
    found = admin.get("/api/logs", params={"search": "LOOK", "level": "warning"}).json()["items"]
    assert [one["message"] for one in found] == ["look here"]
    assert admin.get("/api/jobs/hello/samples").json()["items"][0]["event"] == "{}"


def test_counters_sent_twice_count_once(admin: TestClient, worker: Worker) -> None:
    deploy(admin, worker)
    for _ in range(2):
        worker.send(
            wire.Counters(
                sequence=worker.next(), at_ns=5, job="hello", run="r", totals={"received": 7}
            )
        )
    worker.settled()
    assert admin.get("/api/jobs/hello").json()["totals"] == {"received": 7}


def test_asking_a_worker_that_is_away_says_so(admin: TestClient) -> None:
    answer = admin.post("/api/jobs/trace", json={"text": TEXT, "worker": "w1"})
    assert (answer.status_code, answer.json()["code"]) == (503, "worker-offline")


def test_a_context_change_redeploys_what_uses_it(admin: TestClient, worker: Worker) -> None:
    admin.put("/api/contexts/update-global", json={"values": {"planet": "mars"}})
    admin.put("/api/jobs/hello", json={"text": TEXT.replace("world", "{{planet}}")})
    admin.post("/api/jobs/hello/stage")
    first = deploy(admin, worker)
    admin.put("/api/contexts/update-worker-map/w1", json={"values": {"planet": "venus"}})
    second = worker.receive(wire.Assign).bundle
    assert ("mars" in first.text, "venus" in second.text) == (True, True)
    assert second.fence > first.fence
