"""Tools with a clock that stands still, counted ids and recorded warnings."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from lyftdata.core.event import MISSING
from lyftdata.times import format_time

NOON_NS = 1_700_000_000_123_456_789


@dataclass
class StoppedClock:
    def wall_ns(self) -> int:
        return NOON_NS

    def monotonic_ns(self) -> int:
        return 0


@dataclass
class Window:
    start_ns: int = 1_699_999_200_000_000_000
    end_ns: int = 1_699_999_500_000_000_000


@dataclass
class FakeTools:
    clock: StoppedClock = field(default_factory=StoppedClock)
    window: Window = field(default_factory=Window)
    counters: dict[str, int] = field(default_factory=dict)
    random: random.Random = field(default_factory=lambda: random.Random(7))
    functions: dict[str, Callable[..., Any]] = field(default_factory=dict)
    values: dict[tuple[str, str], Any] = field(default_factory=dict)
    warnings: list[tuple[str, str, dict[str, object]]] = field(default_factory=list)
    ids: int = 0

    def uuid(self) -> str:
        self.ids += 1
        return f"id-{self.ids}"

    def format_time(self, ns: int, fmt: str) -> str | int:
        return format_time(ns, fmt)

    def lookup(self, scope: str, path: str) -> Any:
        return self.values.get((scope, path), MISSING)

    def warn(self, code: str, place: str, **details: object) -> None:
        self.warnings.append((code, place, details))


@pytest.fixture(scope="session")
def make_tools() -> type[FakeTools]:
    return FakeTools


@pytest.fixture
def tools(make_tools: type[FakeTools]) -> FakeTools:
    return make_tools()
