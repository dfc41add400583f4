"""Tools for inputs and outputs under test: a clock that is moved by hand, recorded warnings."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lyftdata.core.event import MISSING, Json, decode_event, encode_events, encode_json
from lyftdata.core.ids import TimeIds
from lyftdata.spec.component import (
    Batch,
    Chunk,
    Input,
    InputDef,
    InputTools,
    Output,
    OutputDef,
    OutputTools,
    Part,
)
from lyftdata.times import format_time

SECOND_NS = 1_000_000_000


@dataclass
class HandClock:
    wall: int = 1_700_000_000 * SECOND_NS
    monotonic: int = 1

    def wall_ns(self) -> int:
        return self.wall

    def monotonic_ns(self) -> int:
        return self.monotonic

    def pass_by(self, seconds: float) -> None:
        self.wall += int(seconds * SECOND_NS)
        self.monotonic += int(seconds * SECOND_NS)


@dataclass
class Window:
    start_ns: int = 0
    end_ns: int = 0


@dataclass
class Tools:
    clock: HandClock = field(default_factory=HandClock)
    window: Window = field(default_factory=Window)
    counters: dict[str, int] = field(default_factory=dict)
    random: random.Random = field(default_factory=lambda: random.Random(7))
    functions: dict[str, Callable[..., Any]] = field(default_factory=dict)
    warnings: list[tuple[str, str, dict[str, object]]] = field(default_factory=list)

    def uuid(self) -> str:
        return "id"

    def format_time(self, ns: int, fmt: str) -> str | int:
        return format_time(ns, fmt)

    def lookup(self, scope: str, path: str) -> Any:
        return MISSING

    def warn(self, code: str, place: str, **details: object) -> None:
        self.warnings.append((code, place, details))

    @property
    def codes(self) -> list[str]:
        return [code for code, _, _ in self.warnings]


def open_input(
    definition: InputDef[Any],
    config: Json,
    folder: Path,
    *,
    tools: Tools | None = None,
    **more: Any,
) -> Input:
    tools = tools or Tools()
    folder.mkdir(parents=True, exist_ok=True)
    return definition.open(
        definition.spec.model_validate(config),
        InputTools(
            clock=tools.clock,
            ids=TimeIds(tools.clock, random.Random(1)),
            tools=tools,
            folder=folder,
            job="job",
            **{"after": None, **more},
        ),
    )


def open_output(
    definition: OutputDef[Any],
    config: Json,
    folder: Path,
    *,
    tools: Tools | None = None,
    run: str = "run-1",
) -> Output:
    tools = tools or Tools()
    folder.mkdir(parents=True, exist_ok=True)
    return definition.open(
        definition.spec.model_validate(config),
        OutputTools(clock=tools.clock, tools=tools, folder=folder, job="job", run_guid=run),
    )


def records(batch: Batch) -> list[bytes]:
    lines = batch.raw.split(b"\n")
    assert lines.pop() == b""
    assert len(lines) == batch.count
    return lines


def events(batch: Batch) -> list[Json]:
    made = [
        decode_event(one) if batch.kind == "json" else {"_raw": one.decode()}
        for one in records(batch)
        if batch.kind == "text" or one.strip()
    ]
    return [{**event, **(batch.fields or {})} for event in made]


def drain(source: Input) -> list[Batch]:
    """Everything that there is without waiting."""
    batches = []
    while (batch := source.read(0)) is not None:
        batches.append(batch)
    return batches


def texts(batches: list[Batch]) -> list[str]:
    return [one.decode() for batch in batches for one in records(batch)]


def chunk_for(
    definition: OutputDef[Any],
    config: Json,
    given: list[Json],
    *,
    guid: str = "g1",
    number: int = 1,
) -> Chunk:
    """The chunk in the form that the output takes."""
    takes = definition.takes(definition.spec.model_validate(config))
    if takes.form == "events":
        return Chunk(count=len(given), lines=b"", events=given, guid=guid, number=number)
    lines = encode_events(given)
    if takes.form == "field":
        lines = b"".join(_text(event.get(takes.field)) + b"\n" for event in given)
    return Chunk(count=len(given), lines=lines, guid=guid, number=number)


def _text(value: object) -> bytes:
    if value is None:
        return b""
    return value.encode() if isinstance(value, str) else encode_json(value)


def journal(parts: list[Part]) -> list[tuple[str, Json]]:
    return [(part.name, part.mark) for part in parts]
