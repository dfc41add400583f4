"""The live log by websocket and by server-sent events, with resume."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient, WebSocketDenialResponse

from lyftdata.server.services import Services
from tests.server.conftest import TEXT, SignIn


@pytest.mark.spec("API-4:websocket")
def test_a_change_is_pushed_to_who_subscribed(admin: TestClient) -> None:
    with admin.websocket_connect("/api/live") as socket:
        assert socket.receive_json()["kind"] == "hello"
        socket.send_json({"subscribe": ["jobs"]})
        admin.post("/api/jobs", json={"text": TEXT})
        frame = socket.receive_json()
    assert (frame["topic"], frame["kind"], frame["data"]["name"]) == ("jobs", "job", "hello")


@pytest.mark.spec("API-4:resume")
def test_who_returns_gets_what_was_missed(admin: TestClient, services: Services) -> None:
    seen = services.observe.live.publish("jobs", "job", {"n": 1}).id
    services.observe.live.publish("jobs", "job", {"n": 2})
    with admin.websocket_connect(f"/api/live?after={seen}") as socket:
        socket.receive_json()
        socket.send_json({"subscribe": ["jobs"]})
        assert socket.receive_json()["data"] == {"n": 2}


def test_who_returns_too_late_is_told_of_the_gap(admin: TestClient, services: Services) -> None:
    services.observe.live.publish("jobs", "job", {"n": 1})
    with admin.websocket_connect("/api/live?after=1") as socket:
        socket.receive_json()
        socket.send_json({"subscribe": ["jobs"]})
        assert socket.receive_json()["kind"] == "gap"


def test_event_data_needs_its_own_right(sign_in: SignIn) -> None:
    with sign_in("vera").websocket_connect(
        "/api/live", headers={"Origin": "https://testserver"}
    ) as socket:
        socket.receive_json()
        socket.send_json({"subscribe": ["samples:hello"]})
        assert socket.receive_json()["code"] == "denied"


def test_a_refused_topic_does_not_refuse_the_others(sign_in: SignIn, services: Services) -> None:
    with sign_in("vera").websocket_connect(
        "/api/live", headers={"Origin": "https://testserver"}
    ) as socket:
        socket.receive_json()
        socket.send_json({"subscribe": ["samples:hello", "jobs", "no-such"]})
        assert {socket.receive_json()["code"] for _ in range(2)} == {"denied", "unknown-topic"}
        services.observe.live.publish("jobs", "job", {"n": 1})
        assert socket.receive_json()["data"] == {"n": 1}


def test_a_socket_from_another_site_is_refused(sign_in: SignIn) -> None:
    headers = {"Origin": "https://evil"}
    with (
        pytest.raises(WebSocketDenialResponse) as refused,
        sign_in("vera").websocket_connect("/api/live", headers=headers),
    ):
        pass
    assert refused.value.status_code == 403


@pytest.mark.spec("API-4:http")
def test_server_sent_events_resume_by_id(admin: TestClient, services: Services) -> None:
    seen = services.observe.live.publish("jobs", "job", {"n": 1}).id
    last = services.observe.live.publish("jobs", "job", {"n": 2}).id
    # The stream ends by itself once the server is stopping; what was due is sent first.
    with admin.stream("GET", "/api/live/events", headers={"Last-Event-ID": str(seen)}) as answer:
        lines = answer.iter_lines()
        found = [next(lines) for _ in range(5)]
        services.stopping.set()
    assert f"id: {last}" in found
