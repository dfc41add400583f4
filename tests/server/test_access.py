"""Who gets in, and how far."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from lyftdata.access.model import PERMISSIONS
from lyftdata.server.app import api_routes
from lyftdata.server.guards import guard_of
from tests.server.conftest import HOST, PASSWORD, TEXT, SignIn


def login(app: TestClient, password: str = PASSWORD, **headers: str) -> int:
    body = {"username": "admin", "password": password}
    return app.post("/api/auth/login", json=body, headers=headers).status_code


@pytest.mark.spec("API-1")
def test_liveness_needs_no_sign_in(app: TestClient) -> None:
    assert app.get("/api/liveness").json() == {"status": "ok"}


@pytest.mark.spec("API-2")
def test_health_tells_an_admin_status_and_version(admin: TestClient) -> None:
    body = admin.get("/api/health").json()
    assert body["version"]
    assert {one["name"] for one in body["checks"]} >= {"workers", "disk"}


def test_health_is_for_admins(sign_in: SignIn) -> None:
    answer = sign_in("olga").get("/api/health")
    assert (answer.status_code, answer.json()["code"]) == (403, "denied")


@pytest.mark.spec("SEC-1:every-endpoint")
def test_every_route_has_a_guard_and_refuses_nobody(app: TestClient) -> None:
    known = set().union(*PERMISSIONS.values()) | {"signed-in", "public"}
    walked = 0
    for route in api_routes(app.app):  # type: ignore[arg-type]
        guard = guard_of(route.dependant.dependencies)
        assert guard in known, route.path
        if guard == "public":
            continue
        for method in route.methods or ():
            path = route.path.replace("{number}", "1")
            answer = app.request(method, path)
            assert answer.status_code == 401, (method, path)
            walked += 1
    assert walked > 30


@pytest.mark.spec("SEC-1:roles")
def test_a_route_does_only_what_the_role_may(app: TestClient, sign_in: SignIn) -> None:
    viewer = sign_in("vera")
    for route in api_routes(app.app):  # type: ignore[arg-type]
        guard = guard_of(route.dependant.dependencies)
        if guard in {"public", "signed-in"} or guard in PERMISSIONS["viewer"]:
            continue
        for method in route.methods or ():
            answer = viewer.request(method, route.path.replace("{number}", "1"))
            assert answer.json()["code"] == "denied", (method, route.path)


def test_a_wrong_password_says_so_and_no_more(app: TestClient) -> None:
    answer = app.post("/api/auth/login", json={"username": "nobody", "password": "x"})
    assert (answer.status_code, answer.json()["code"]) == (401, "wrong-password")
    assert answer.headers["content-type"] == "application/problem+json"


def test_tries_to_sign_in_are_limited(app: TestClient) -> None:
    assert [login(app, "wrong") for _ in range(11)] == [401] * 10 + [429]


def test_the_session_cookie_is_out_of_reach_of_scripts_and_sites(app: TestClient) -> None:
    answer = app.post("/api/auth/login", json={"username": "admin", "password": PASSWORD})
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert "Secure" in cookie


def test_a_write_by_cookie_from_another_site_is_refused(app: TestClient) -> None:
    login(app)
    foreign = app.post("/api/jobs", json={"text": TEXT}, headers={"Origin": "https://evil"})
    own = app.post("/api/jobs", json={"text": TEXT}, headers={"Origin": HOST})
    assert (foreign.status_code, foreign.json()["code"]) == (403, "cross-site")
    assert own.status_code == 201


def test_signing_out_ends_the_session(app: TestClient) -> None:
    login(app)
    assert app.get("/api/auth/me").json()["user"]["name"] == "admin"
    cookie = app.cookies["lyftdata_session"]
    app.post("/api/auth/logout", headers={"Origin": HOST})
    app.cookies.set("lyftdata_session", cookie)
    assert app.get("/api/auth/me").status_code == 401


def test_nobody_makes_a_token_with_more_rights(sign_in: SignIn) -> None:
    answer = sign_in("olga").post("/api/tokens", json={"name": "big", "role": "admin"})
    assert answer.status_code == 403


@pytest.mark.spec("SEC-1:tokens", "SEC-1:read-only-token")
def test_a_read_only_token_reads_only(admin: TestClient, app: TestClient) -> None:
    made = admin.post("/api/tokens", json={"name": "r", "role": "viewer"}).json()
    header = {"Authorization": f"Bearer {made['token']}"}
    assert app.get("/api/jobs", headers=header).status_code == 200
    assert app.post("/api/jobs", json={"text": TEXT}, headers=header).status_code == 403
    assert admin.delete(f"/api/tokens/{made['id']}").status_code == 204
    assert app.get("/api/jobs", headers=header).json()["code"] == "unknown-token"
