"""Warnings: counted always, told once a minute, with values that are cut to a line's size."""

from __future__ import annotations

import random
from typing import Any

from lyftdata.core.ids import TimeIds
from lyftdata.engine.tools import JobTools
from tests.engine.conftest import StepClock


class Logged:
    def __init__(self) -> None:
        self.lines: list[str] = []

    def __call__(self, level: str, message: str, **_: Any) -> None:
        self.lines.append(message)


def tools(log: Logged, clock: StepClock) -> JobTools:
    ids = TimeIds(clock, random.Random(1))
    return JobTools(clock=clock, ids=ids, random=random.Random(2), log=log)


def test_a_warning_is_told_once_a_minute_and_counted_each_time() -> None:
    log, clock = Logged(), StepClock()
    job = tools(log, clock)

    for _ in range(3):
        job.warn("no-such-field", "actions[0]", field="a")
    clock.now += 60_000_000_000
    job.warn("no-such-field", "actions[0]", field="a")

    assert job.take_warnings() == 4
    assert log.lines == ["actions[0]: no-such-field (field a)"] * 2


def test_a_large_value_is_cut_in_the_log() -> None:
    log = Logged()

    tools(log, StepClock()).warn("not-a-list", "actions[0]", value="x" * 5_000_000)

    assert log.lines == [f"actions[0]: not-a-list (value {'x' * 200}... (5000000 characters))"]
