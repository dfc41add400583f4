"""Runs an action on one event both ways: by its step and by the code that it writes."""

from __future__ import annotations

import copy
import random
import textwrap
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, ClassVar, TypeAlias

import yaml

from lyftdata.core.errors import EventError, JobAborted
from lyftdata.core.event import MISSING, Json
from lyftdata.spec.component import ActionDef, ActionSpec, Step
from lyftdata.times import format_time

Warning_: TypeAlias = tuple[str, str, dict[str, object]]


@dataclass
class StoppedClock:
    def wall_ns(self) -> int:
        return 1_700_000_000_123_456_789

    def monotonic_ns(self) -> int:
        return 0


@dataclass
class Window:
    start_ns: int = 1_699_999_200_000_000_000
    end_ns: int = 1_699_999_500_000_000_000


@dataclass
class Tools:
    """Tools of one action, with a clock that stands still and recorded warnings."""

    place: str = "actions[0].it"
    clock: StoppedClock = field(default_factory=StoppedClock)
    window: Window = field(default_factory=Window)
    counters: dict[str, int] = field(default_factory=dict)
    random: random.Random = field(default_factory=lambda: random.Random(7))
    functions: dict[str, Callable[..., Any]] = field(default_factory=dict)
    warnings: list[Warning_] = field(default_factory=list)
    ids: int = 0

    def uuid(self) -> str:
        self.ids += 1
        return f"id-{self.ids}"

    def format_time(self, ns: int, fmt: str) -> str | int:
        return format_time(ns, fmt)

    def lookup(self, scope: str, path: str) -> Any:
        return f"{scope}:{path}" if scope == "msg" else MISSING

    def warn(self, code: str, place: str, **details: object) -> None:
        self.warnings.append((code, place, details))


@dataclass
class Collected:
    """A `Code` that becomes a function of one event."""

    DROP: ClassVar[str] = "return None"
    lines: list[str] = field(default_factory=list)
    names: dict[str, object] = field(default_factory=dict)
    temps: int = 0

    def bind(self, thing: object) -> str:
        name = f"_b{len(self.names)}"
        self.names[name] = thing
        return name

    def add(self, *lines: str) -> None:
        self.lines.extend(lines)

    def temp(self) -> str:
        self.temps += 1
        return f"_v{self.temps}"

    def function(self, tools: Tools) -> Step:
        body = textwrap.indent("\n".join([*self.lines, "return e"]), "    ")
        names = {**self.names, "tools": tools}
        exec(f"def step(e):\n{body}", names)  # noqa: S102
        step: Step = names["step"]  # type: ignore[assignment]
        return step


def spec_of(definition: ActionDef[Any], config: str | dict[str, Any]) -> ActionSpec:
    written = yaml.safe_load(config) if isinstance(config, str) else config
    spec: ActionSpec = definition.spec.model_validate(written)
    return spec


def emitted(definition: ActionDef[Any], spec: ActionSpec, tools: Tools) -> Step | None:
    """The generated step, None where the action writes no code for these settings."""
    code = Collected()
    if definition.emit is None or not definition.emit(spec, code, tools):
        return None
    return code.function(tools)


@dataclass
class Outcome:
    """What became of events: each one's result or error code, and all warnings."""

    results: list[object]
    warnings: list[Warning_]

    @property
    def codes(self) -> list[str]:
        return [code for code, _, _ in self.warnings]


def outcome(step: Step, tools: Tools, *events: Json) -> Outcome:
    results: list[object] = []
    for event in events:
        try:
            results.append(step(copy.deepcopy(event)))
        except (EventError, JobAborted) as error:
            results.append((error.kind, str(error), getattr(error, "field", None)))
    return Outcome(results, tools.warnings)


def guarded(step: Step, spec: ActionSpec, tools: Tools) -> Step:
    """The step for events that meet the condition, which is the engine's to judge."""
    if spec.condition is None:
        return step
    holds = spec.condition.compile_condition(tools)
    return lambda event: step(event) if holds(event) else event


def run(definition: ActionDef[Any], config: str | dict[str, Any], *events: Json) -> Outcome:
    """The outcome of the step, after a check that generated code gives the same."""
    spec = spec_of(definition, config)
    tools, other = Tools(), Tools()
    meant = outcome(guarded(definition.prepare(spec, tools), spec, tools), tools, *events)
    step = emitted(definition, spec, other)
    if step is not None:
        fast = outcome(guarded(step, spec, other), other, *events)
        assert written(fast) == written(meant)
        assert other.counters == tools.counters
    return meant


def written(found: Outcome) -> str:
    """An outcome as text, so that order of keys and the kinds of numbers count."""
    return repr((found.results, found.warnings))
