"""Tools for running examples: a clock that stands still, counted ids, recorded warnings."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from lyftdata.core.event import MISSING
from lyftdata.spec.component import InputTools, OutputTools
from lyftdata.times import format_time

NOON_NS = 1_700_000_000_123_456_789


@dataclass
class StoppedClock:
    now: int = 0

    def wall_ns(self) -> int:
        return NOON_NS

    def monotonic_ns(self) -> int:
        self.now += 1_000_000
        return self.now


@dataclass
class CountedIds:
    count: int = 0

    def uuid7(self) -> str:
        self.count += 1
        return f"018bcfe5-687b-7000-8000-{self.count:012d}"


@dataclass
class Window:
    start_ns: int = 1_699_999_200_000_000_000
    end_ns: int = 1_699_999_500_000_000_000


@dataclass
class ExampleTools:
    place: str = "actions[0]"
    clock: StoppedClock = field(default_factory=StoppedClock)
    window: Window = field(default_factory=Window)
    counters: dict[str, int] = field(default_factory=dict)
    random: random.Random = field(default_factory=lambda: random.Random(7))
    functions: dict[str, Callable[..., Any]] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    ids: CountedIds = field(default_factory=CountedIds)

    def uuid(self) -> str:
        return self.ids.uuid7()

    def format_time(self, ns: int, fmt: str) -> str | int:
        return format_time(ns, fmt)

    def lookup(self, scope: str, path: str) -> Any:
        return {("stat", "_BATCH_NUMBER"): 1}.get((scope, path), MISSING)

    def warn(self, code: str, place: str, **details: object) -> None:
        self.warnings.append(f"{code} at {place}: {details}")


@pytest.fixture
def action_tools() -> ExampleTools:
    return ExampleTools()


@pytest.fixture
def input_tools(tmp_path: Path) -> InputTools:
    tools = ExampleTools()
    folder = tmp_path / "state"
    folder.mkdir()
    return InputTools(
        clock=tools.clock, ids=tools.ids, tools=tools, folder=folder, job="example", after=None
    )


@pytest.fixture
def output_tools(tmp_path: Path) -> OutputTools:
    tools = ExampleTools()
    folder = tmp_path / "state"
    folder.mkdir()
    return OutputTools(
        clock=tools.clock, tools=tools, folder=folder, job="example", run_guid="example-run"
    )
