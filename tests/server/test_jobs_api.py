"""Drafts, versions, diffs, dry runs, problems, by HTTP."""

from __future__ import annotations

from pathlib import Path

import pytest
from starlette.testclient import TestClient

from tests.server.conftest import TEXT


@pytest.fixture
def job(admin: TestClient) -> TestClient:
    assert admin.post("/api/jobs", json={"text": TEXT}).status_code == 201
    return admin


@pytest.mark.spec("JOB-1:draft", "JOB-1:versions", "JOB-1:yaml")
def test_a_draft_becomes_immutable_versions(job: TestClient) -> None:
    assert job.get("/api/jobs/hello").json()["state"] == "draft"
    first = job.post("/api/jobs/hello/stage", json={"note": "first"})
    assert (first.status_code, first.json()["version"]) == (201, 1)
    changed = TEXT.replace("world", "moon")
    job.put("/api/jobs/hello", json={"text": changed})
    job.post("/api/jobs/hello/stage")
    assert job.get("/api/jobs/hello/versions/1").json()["text"] == TEXT
    assert job.get("/api/jobs/hello/versions/2").json()["text"] == changed
    unified = job.get("/api/jobs/hello/diff", params={"from": "1", "to": "2"}).json()["unified"]
    assert '-  echo: {event: \'{"hello": "world"}\'}' in unified
    assert job.get("/api/jobs/hello").json()["state"] == "staged"


def test_a_stale_edit_is_refused(job: TestClient) -> None:
    etag = job.get("/api/jobs/hello").headers["etag"]
    body = {"text": TEXT + "# mine\n"}
    assert job.put("/api/jobs/hello", json=body, headers={"If-Match": etag}).status_code == 200
    late = job.put("/api/jobs/hello", json=body, headers={"If-Match": etag})
    assert (late.status_code, late.json()["code"]) == (412, "stale")


def test_a_dry_run_changes_nothing(job: TestClient) -> None:
    answer = job.post("/api/jobs/hello/stage", params={"dry_run": True})
    assert answer.json()["version"] == 1
    assert job.get("/api/jobs/hello/versions").json()["items"] == []


def test_an_unreadable_draft_is_saved_with_its_problems_and_not_staged(job: TestClient) -> None:
    broken = "name: hello\ninput: [\n"
    saved = job.put("/api/jobs/hello", json={"text": broken}).json()
    assert saved["diagnostics"]
    assert saved["draft_valid"] is False
    refused = job.post("/api/jobs/hello/stage")
    assert (refused.status_code, refused.json()["code"]) == (422, "invalid")
    assert refused.json()["diagnostics"][0]["line"] >= 1


def test_a_draft_with_another_name_is_not_staged(job: TestClient) -> None:
    job.put("/api/jobs/hello", json={"text": TEXT.replace("name: hello", "name: other")})
    refused = job.post("/api/jobs/hello/stage").json()
    assert [one["code"] for one in refused["diagnostics"]] == ["other-name"]


def test_lint_names_the_mistake_at_its_place(admin: TestClient) -> None:
    text = TEXT.replace("event:", "evnet:")
    found = admin.post("/api/jobs/lint", json={"text": text}).json()["diagnostics"]
    assert [(one["line"], one["suggestion"]) for one in found][:1] == [(3, "event")]


def test_lint_gives_the_ten_mistakes_of_a_file_as_the_command_does(admin: TestClient) -> None:
    case = Path(__file__).parent.parent / "dsl" / "cases" / "ten-mistakes.yaml"
    body = {"text": case.read_text(encoding="utf-8"), "file": case.name}
    found = admin.post("/api/jobs/lint", json=body).json()["diagnostics"]
    golden = case.with_suffix(".txt").read_text(encoding="utf-8").splitlines()
    assert len(found) == 10
    for one, line in zip(found, golden, strict=True):
        assert line.startswith(f"{case.name}:{one['line']}:{one['column']}: {one['code']}: ")
        assert line.endswith(f"did you mean {one['suggestion']!r}?" if one["suggestion"] else "")


def test_explain_shows_the_stages(admin: TestClient) -> None:
    assert admin.post("/api/jobs/explain", json={"text": TEXT}).json()["text"]


def test_a_second_job_of_the_name_is_a_conflict(job: TestClient) -> None:
    assert job.post("/api/jobs", json={"text": TEXT}).status_code == 409


def test_an_unknown_job_is_a_problem_with_its_name(admin: TestClient) -> None:
    body = admin.get("/api/jobs/nope").json()
    assert (body["status"], body["code"], body["instance"]) == (404, "not-found", "/api/jobs/nope")
    assert "'nope'" in body["detail"]


def test_a_malformed_body_is_a_bad_request(admin: TestClient) -> None:
    answer = admin.post("/api/jobs", json={"txt": 1})
    assert (answer.status_code, answer.json()["code"]) == (400, "bad-request")


def test_a_huge_body_is_refused(admin: TestClient) -> None:
    assert admin.post("/api/jobs", content=b"x" * (5 * 1024 * 1024)).status_code == 413


def test_a_missing_context_value_forbids_staging(job: TestClient) -> None:
    job.put("/api/jobs/hello", json={"text": TEXT.replace("world", "{{planet}}")})
    assert job.post("/api/jobs/hello/stage").json()["diagnostics"][0]["code"] == "missing-context"
    job.put("/api/contexts/update-global", json={"values": {"planet": "mars"}})
    assert job.post("/api/jobs/hello/stage").status_code == 201


@pytest.mark.spec("API-6")
def test_openapi_describes_every_operation(admin: TestClient) -> None:
    described = admin.get("/api/openapi.json").json()
    assert described["openapi"].startswith("3.1")
    names = [one["operationId"] for path in described["paths"].values() for one in path.values()]
    assert len(names) == len(set(names)) > 30
    assert "/api/jobs/{name}/deploy" in described["paths"]


def test_a_job_can_be_removed(job: TestClient) -> None:
    assert job.delete("/api/jobs/hello").status_code == 204
    assert job.get("/api/jobs/hello").status_code == 404
