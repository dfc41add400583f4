"""Who is there: leases by a clock that the test moves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from lyftdata.core.errors import NotFound, NotSignedIn
from lyftdata.fleet.model import LEASE_S, RETURN_S, Load, Worker
from lyftdata.fleet.service import FleetService
from lyftdata.store.database import open_database
from lyftdata.store.fleet import SqlFleetStore


@dataclass
class HandClock:
    """Moves when it is told to."""

    now_ns: int = 1_000_000_000_000

    def wall_ns(self) -> int:
        return self.now_ns

    def monotonic_ns(self) -> int:
        return self.now_ns

    def move(self, seconds: float) -> None:
        self.now_ns += int(seconds * 1e9)


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlFleetStore]:
    database = open_database(tmp_path / "control.db", "control")
    yield SqlFleetStore(database)
    database.close()


@pytest.fixture
def fleet(store: SqlFleetStore, clock: HandClock) -> FleetService:
    fleet = FleetService(store, clock)
    fleet.enroll("w", name="W", key="the key")
    return fleet


@pytest.mark.spec("WRK-1:register")
def test_a_worker_is_known_by_its_key(fleet: FleetService) -> None:
    fleet.prove("w", "the key")
    for worker, key in (("w", "guess"), ("x", "the key"), ("w", "")):
        with pytest.raises(NotSignedIn):
            fleet.prove(worker, key)


def test_a_new_key_ends_the_old_one(fleet: FleetService) -> None:
    fleet.enroll("w", name="W", key="another")
    fleet.prove("w", "another")
    with pytest.raises(NotSignedIn):
        fleet.prove("w", "the key")


@pytest.mark.spec("WRK-1:offline")
def test_a_lease_that_nobody_renews_ends_once(fleet: FleetService, clock: HandClock) -> None:
    fleet.arrive(Worker(id="w", name="W", created_ns=0))
    clock.move(LEASE_S - 0.1)
    assert fleet.expire() == []
    clock.move(0.1)
    assert fleet.expire() == ["w"]
    assert fleet.online() == frozenset()
    assert fleet.expire() == []


@pytest.mark.spec("WRK-1:heartbeat")
def test_heartbeats_keep_the_lease_and_the_load(fleet: FleetService, clock: HandClock) -> None:
    for _ in range(5):
        fleet.heartbeat("w", Load(jobs_running=3))
        clock.move(LEASE_S - 1)
        assert fleet.expire() == []
    assert fleet.view("w").presence.load.jobs_running == 3


def test_who_came_and_went_is_announced(store: SqlFleetStore, clock: HandClock) -> None:
    said: list[str] = []
    fleet = FleetService(store, clock, said.append)
    fleet.enroll("w", name="W", key="k")
    fleet.arrive(Worker(id="w", name="W", created_ns=0))
    fleet.heartbeat("w", Load())
    assert said == ["w"]
    clock.move(LEASE_S)
    fleet.expire()
    assert said == ["w", "w"]


def test_a_worker_that_does_not_come_back_to_a_new_server_is_gone(
    fleet: FleetService, clock: HandClock
) -> None:
    fleet.enroll("there", name="There", key="k")
    fleet.await_all()
    fleet.heartbeat("there", Load())
    clock.move(LEASE_S - 1)
    fleet.heartbeat("there", Load())
    assert fleet.expire() == []
    clock.move(RETURN_S - LEASE_S + 1)
    fleet.heartbeat("there", Load())
    assert fleet.expire() == ["w"]
    assert fleet.expire() == []


def test_when_it_was_last_seen_outlives_the_server(
    fleet: FleetService, store: SqlFleetStore, clock: HandClock
) -> None:
    fleet.arrive(Worker(id="w", name="W", created_ns=0))
    clock.move(3)
    fleet.heartbeat("w", Load())
    seen = clock.now_ns
    clock.move(LEASE_S)
    fleet.expire()
    presence = FleetService(store, clock).view("w").presence
    assert (presence.online, presence.seen_ns) == (False, seen)


def test_an_unknown_worker_is_named_with_the_known_ones(fleet: FleetService) -> None:
    with pytest.raises(NotFound, match="known are: w"):
        fleet.require("x")
