"""A job of small real components that runs, with a clock that steps and a reporter that keeps."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from lyftdata.core.event import Json, encode_json
from lyftdata.core.ids import TimeIds
from lyftdata.dsl.job import Job, parse_job
from lyftdata.engine.ports import Environment, Outcome, RunOptions, StopSignal
from lyftdata.engine.runner import run_job
from lyftdata.state import JobState
from tests.engine.components import tiny_registry

# --- time and reports -----------------------------------------------------------------------------


@dataclass
class StepClock:
    """Every look at it moves it by a millisecond."""

    now: int = 1_700_000_000_000_000_000

    def wall_ns(self) -> int:
        self.now += 1_000_000
        return self.now

    def monotonic_ns(self) -> int:
        return self.wall_ns()


@dataclass
class Heard:
    """A reporter that keeps what it hears."""

    logs: list[tuple[str, str, str]] = field(default_factory=list)
    runs: list[tuple[str, str]] = field(default_factory=list)
    last: dict[str, int] = field(default_factory=dict)
    seen: list[bytes] = field(default_factory=list)
    beats: int = 0

    def totals(self, totals: dict[str, int]) -> None:
        self.last = totals

    def log(self, level: str, message: str, *, code: str = "", **_: object) -> None:
        self.logs.append((level, message, code))

    def samples(self, events: list[bytes]) -> None:
        self.seen += events

    def run_started(self, run_id: str, started_ns: int) -> None:
        self.runs.append(("started", ""))

    def run_ended(self, run_id: str, state: str, reason: str) -> None:
        self.runs.append((state, reason))

    def alive(self) -> None:
        self.beats += 1


# --- a job that runs ------------------------------------------------------------------------------


class Bench:
    """A folder with a job's state and its output."""

    def __init__(self, path: Path) -> None:
        self.out, self.home = path / "out", path / "state"
        self.out.mkdir()
        self.heard = Heard()
        self.stop = StopSignal()
        self.clock = StepClock()

    def job(
        self,
        source: Json,
        actions: Sequence[Json] = (),
        sink: Json | None = None,
        on_error: str = "dead-letter",
        tests: Sequence[Json] = (),
    ) -> Job:
        document = {
            "name": "bench",
            "input": {"list": source},
            "actions": list(actions),
            "on-error": on_error,
            "tests": list(tests),
            "output": {"folder": {"folder": str(self.out)} | (sink or {})},
        }
        return parse_job(encode_json(document).decode(), tiny_registry())

    def run(self, job: Job, **options: Any) -> Outcome:
        state = JobState.open(self.home)
        try:
            return run_job(
                job, state=state, env=self.env(), stop=self.stop, options=RunOptions(**options)
            )
        finally:
            state.close()

    def env(self) -> Environment:
        return Environment(
            clock=self.clock,
            ids=TimeIds(self.clock, random.Random(1)),
            random=random.Random(2),
            reporter=self.heard,
            folder=self.home,
        )

    def state(self) -> JobState:
        return JobState.open(self.home)

    def written(self) -> list[str]:
        """All lines that went out, in order."""
        return [line for text in self.parts() for line in text.splitlines()]

    def parts(self) -> list[str]:
        return [one.read_text() for one in sorted(self.out.iterdir())]


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


@pytest.fixture
def make_bench(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Bench]:
    return lambda: Bench(tmp_path_factory.mktemp("bench"))


def balanced(totals: dict[str, int]) -> bool:
    """The one formula."""
    ends = ("delivered", "filtered", "absorbed", "dead_lettered", "expired", "in_flight")
    return totals["received"] + totals["created"] == sum(totals[key] for key in ends)
