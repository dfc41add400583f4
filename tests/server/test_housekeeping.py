"""What happens by time and by silence: lost leases and runs, passed deadlines, bounds."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from lyftdata.access.passwords import Passwords
from lyftdata.fleet.model import LEASE_S, RETURN_S, Load, Worker
from lyftdata.jobs.model import Assignment, Reported
from lyftdata.observe.model import LogLine, LogQuery, Run
from lyftdata.server.housekeeping import TIDY_TICKS, Housekeeping
from lyftdata.server.services import Services, build_services
from lyftdata.server.settings import ServerSettings
from tests.server.conftest import TEXT
from tests.server.test_wire import HEADERS, hello

DAY_S = 24 * 3600


@dataclass
class HandClock:
    now_ns: int = 1_800_000_000_000_000_000

    def wall_ns(self) -> int:
        return self.now_ns

    def monotonic_ns(self) -> int:
        return self.now_ns

    def move(self, seconds: float) -> None:
        self.now_ns += int(seconds * 1e9)


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


def opened(folder: Path, clock: HandClock) -> Services:
    return build_services(
        ServerSettings(staging_dir=folder),
        clock=clock,
        randomness=random.Random(1),
        passwords=Passwords(cheap=True),
    )


@pytest.fixture
def here(tmp_path: Path, clock: HandClock) -> Iterator[Services]:
    """Services by a clock of our own; job `hello` is deployed on the worker `w1`."""
    services = opened(tmp_path, clock)
    services.fleet.enroll("w1", name="W1", key="k")
    services.jobs.create(TEXT)
    services.jobs.stage("hello", by="admin")
    yield services
    services.close()


def arrive(services: Services) -> None:
    services.fleet.arrive(Worker(id="w1", name="W1", created_ns=0))


def deployed(services: Services) -> Assignment:
    return services.jobs.deploy("hello", worker="w1", by="admin")


def say(services: Services, one: Assignment, state: str) -> None:
    services.reports.report(
        "w1",
        Reported(
            job=one.job,
            assignment=one.id,
            version=1,
            hash=one.hash_wanted,
            fence=one.fence,
            state=state,
        ),
    )


def run(name: str, *, state: str = "running") -> Run:
    return Run(id=name, job="hello", version=1, worker="w1", state=state, started_ns=1)


def state_of(services: Services) -> str:
    return services.jobs.view("hello").status.state


@pytest.mark.spec("JOB-3:runs", "WRK-1:offline")
def test_a_lost_lease_loses_assignments_and_runs_until_the_worker_says_otherwise(
    here: Services, clock: HandClock
) -> None:
    keeping = Housekeeping(here)
    arrive(here)
    assignment = deployed(here)
    say(here, assignment, "running")
    here.observe.run(run("r1"))
    keeping.tick()
    assert state_of(here) == "running"
    clock.move(LEASE_S)
    keeping.tick()
    (lost,) = here.observe.runs("hello")
    assert (state_of(here), lost.state) == ("unknown", "lost")
    assert "not been heard of" in lost.reason
    arrive(here)
    say(here, assignment, "running")
    here.observe.run(run("r1"))
    (back,) = here.observe.runs("hello")
    assert (state_of(here), back.state) == ("running", "running")


def test_a_worker_that_died_with_its_server_is_not_taken_to_run_for_ever(
    here: Services, clock: HandClock, tmp_path: Path
) -> None:
    arrive(here)
    say(here, deployed(here), "running")
    here.observe.run(run("r1"))
    clock.move(1)
    again = opened(tmp_path, clock)
    keeping = Housekeeping(again)
    keeping.tick()
    assert state_of(again) == "running"
    clock.move(RETURN_S)
    keeping.tick()
    assert (state_of(again), again.observe.runs("hello")[0].state) == ("unknown", "lost")
    again.close()


def test_what_is_past_its_deadline_is_asked_again_and_says_so(
    here: Services, clock: HandClock
) -> None:
    keeping = Housekeeping(here)
    arrive(here)
    deployed(here)
    for _ in range(5):
        clock.move(LEASE_S / 2)
        here.fleet.heartbeat("w1", Load())
        keeping.tick()
    (late,) = here.jobs.view("hello").assignments
    assert (late.state, late.code) == ("pending", "late")
    assert late.deadline_ns > clock.now_ns


def test_old_logs_go_after_the_days_of_retention(here: Services, clock: HandClock) -> None:
    keeping = Housekeeping(here)
    days = here.settings.db_retention_days
    here.observe.log([LogLine(at_ns=clock.now_ns, level="info", message="old", job="hello")])
    clock.move((days + 1) * DAY_S)
    here.observe.log([LogLine(at_ns=clock.now_ns, level="info", message="new", job="hello")])
    for _ in range(TIDY_TICKS + 1):
        keeping.tick()
    assert [one.message for one in here.observe.logs(LogQuery(job="hello"))] == ["new"]


@pytest.mark.spec("JOB-3:runs")
def test_a_worker_that_came_back_without_a_run_has_lost_it(
    admin: TestClient, services: Services
) -> None:
    admin.post("/api/jobs", json={"text": TEXT})
    for one in (run("r1"), run("r2"), run("r0", state="completed")):
        services.observe.run(one)
    with admin.websocket_connect("/api/workers/connect", headers=HEADERS) as socket:
        socket.send_bytes(hello(runs=["r2"]))
        socket.receive_bytes()
        items = admin.get("/api/jobs/hello/runs").json()["items"]
    assert {one["id"]: one["state"] for one in items} == {
        "r0": "completed",
        "r1": "lost",
        "r2": "running",
    }
    assert "came back without this run" in items[1]["reason"]
