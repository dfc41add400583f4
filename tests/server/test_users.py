"""Users: who makes them, what a new password ends, what nobody may do."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from tests.server.conftest import HOST, PASSWORD, SignIn

FRESH = "Another-Horse-8"
NINA = {"name": "nina", "role": "viewer", "password": FRESH}


def may_sign_in(app: TestClient, name: str, password: str) -> bool:
    body = {"username": name, "password": password}
    return app.post("/api/auth/login", json=body, headers={"Origin": HOST}).is_success


@pytest.mark.spec("SEC-1:roles")
def test_an_admin_makes_a_user_who_can_sign_in_with_their_role(
    app: TestClient, admin: TestClient
) -> None:
    assert admin.post("/api/users", json=NINA).status_code == 201
    assert may_sign_in(app, "nina", FRESH)
    assert app.get("/api/auth/me").json()["user"]["role"] == "viewer"
    names = [one["name"] for one in admin.get("/api/users").json()["items"]]
    assert names == ["admin", "nina", "olga", "vera"]


def test_no_answer_shows_a_password(admin: TestClient) -> None:
    answers = [admin.post("/api/users", json=NINA), admin.get("/api/users")]
    assert all("argon2" not in one.text and FRESH not in one.text for one in answers)


@pytest.mark.spec("SEC-2")
def test_an_admin_sets_the_password_of_another_user_whose_sessions_end(
    app: TestClient, admin: TestClient, sign_in: SignIn
) -> None:
    olga = sign_in("olga")
    assert olga.get("/api/auth/me").is_success
    answer = admin.put("/api/users/olga/password", json={"password": FRESH})
    assert answer.json()["role"] == "operator"
    assert olga.get("/api/auth/me").status_code == 401
    assert not may_sign_in(app, "olga", PASSWORD)
    assert may_sign_in(app, "olga", FRESH)


def test_a_weak_password_is_refused_with_the_rules(admin: TestClient) -> None:
    answer = admin.put("/api/users/olga/password", json={"password": "short"})
    assert (answer.status_code, answer.json()["code"]) == (422, "weak-password")
    assert "12 characters" in answer.json()["detail"]


def test_a_name_is_taken_once(admin: TestClient) -> None:
    admin.post("/api/users", json=NINA)
    assert admin.post("/api/users", json=NINA).status_code == 409


def test_a_name_that_is_none_is_refused(admin: TestClient) -> None:
    assert admin.post("/api/users", json={**NINA, "name": "../x"}).status_code == 400


def test_a_dry_run_makes_nobody(admin: TestClient) -> None:
    assert admin.post("/api/users?dry_run=true", json=NINA).status_code == 201
    assert len(admin.get("/api/users").json()["items"]) == 3


def test_a_removed_user_is_out_at_once(admin: TestClient, sign_in: SignIn) -> None:
    olga = sign_in("olga")
    assert admin.delete("/api/users/olga").status_code == 204
    assert olga.get("/api/auth/me").status_code == 401
    assert admin.delete("/api/users/olga").status_code == 404


def test_nobody_removes_themselves(admin: TestClient) -> None:
    assert admin.delete("/api/users/admin").status_code == 409


@pytest.mark.spec("SEC-1:roles")
@pytest.mark.parametrize("name", ["olga", "vera"])
def test_users_are_for_admins(sign_in: SignIn, name: str) -> None:
    client = sign_in(name)
    assert client.get("/api/users").status_code == 403
    assert client.post("/api/users", json=NINA).status_code == 403
