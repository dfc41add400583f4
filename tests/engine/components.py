"""Small real components: a list as input, a folder as output, tiny actions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from lyftdata.core.errors import EventError, JobAborted, TemporaryError
from lyftdata.core.event import Json
from lyftdata.spec.base import Spec
from lyftdata.spec.component import (
    ActionDef,
    ActionSpec,
    ActionTools,
    Batch,
    Batching,
    Chunk,
    Code,
    InputDef,
    InputTools,
    OutputDef,
    OutputTools,
    Part,
    Refused,
    RetryPolicy,
    Step,
    Takes,
    Touches,
)
from lyftdata.spec.registry import Registry
from lyftdata.spec.trigger import TriggerSpec

# --- an input: lines of a list --------------------------------------------------------------------


class ListSpec(Spec):
    """Lines."""

    lines: tuple[str, ...] = ()
    """The lines; text that is Latin-1 for bytes."""
    text: bool = False
    """Whether they are text."""
    batch: int = 3
    """Lines per batch."""
    trigger: TriggerSpec | None = None
    """When it runs."""
    fields: dict[str, Any] | None = None
    """Set on every event."""
    refused: int = 0
    """Records refused with the last batch."""
    marks: bool = False
    """Whether each batch is a document."""


class ListInput:
    def __init__(self, spec: ListSpec, tools: InputTools) -> None:
        self.spec = spec
        after: Json = tools.after or {"at": 0}
        self.at = int(after["at"])
        until: Json = tools.until or {"at": len(spec.lines)}
        self.until = int(until["at"])

    @property
    def ended(self) -> bool:
        return self.at >= self.until

    @property
    def caught_up(self) -> bool:
        return self.ended

    def read(self, wait_s: float) -> Batch | None:
        if self.ended:
            return None
        begin = self.at
        end = min(begin + self.spec.batch, self.until)
        raw = b"".join(line.encode("latin-1") + b"\n" for line in self.spec.lines[begin:end])
        self.at = end
        refused = Refused(excerpt=b"long", code="line-too-long", message="a long line")
        return Batch(
            raw=raw,
            count=end - begin,
            kind="text" if self.spec.text else "json",
            begin={"at": begin},
            end={"at": end},
            locate=lambda n: {"at": begin + n},
            fields=self.spec.fields,
            begins_document=self.spec.marks,
            ends_document=self.spec.marks,
            refused=(refused,) * self.spec.refused if end == self.until else (),
        )

    def committed(self, position: Json) -> None:
        pass

    def close(self) -> None:
        pass


# --- an output: named parts in a folder -----------------------------------------------------------


class FolderSpec(Spec):
    """Parts as files."""

    folder: str
    """Where."""
    size: int = 0
    """Events per chunk."""
    timeout_ns: int = 0
    """Close after."""
    by_document: bool = False
    """Close at the end of documents."""
    field: str = ""
    """Only the content of this field."""
    events: bool = False
    """Take objects."""
    fail: int = 0
    """So many writes fail at first."""
    retries: int | None = None
    """Tries."""
    die_before: int = 0
    """Raise `Killed` before this write, counted from 1."""
    die_after: int = 0
    """Raise `Killed` after this write."""


class Killed(BaseException):
    """Stands for SIGKILL: nobody may catch it."""


class FolderOutput:
    def __init__(self, spec: FolderSpec, tools: OutputTools) -> None:
        self.spec, self.writes, self.failures = spec, 0, spec.fail

    def plan(self, chunk: Chunk, journalled: Sequence[tuple[str, Json]] = ()) -> list[Part]:
        data = chunk.lines or b"".join(repr(one).encode() + b"\n" for one in chunk.events)
        name = journalled[0][0] if journalled else f"{chunk.number:04}-{chunk.guid}"
        return [Part(name=name, data=data, count=chunk.count)]

    def write(self, parts: Sequence[Part]) -> None:
        self.writes += 1
        if self.failures > 0:
            self.failures -= 1
            raise TemporaryError("the folder is away", code="away")
        if self.writes == self.spec.die_before:
            raise Killed
        for part in parts:
            (Path(self.spec.folder) / part.name).write_bytes(part.data)
        if self.writes == self.spec.die_after:
            raise Killed

    def close(self) -> None:
        pass


def _takes(spec: FolderSpec) -> Takes:
    if spec.events:
        return Takes(form="events")
    return Takes(form="field", field=spec.field) if spec.field else Takes(form="lines")


# --- actions --------------------------------------------------------------------------------------


class SetSpec(ActionSpec):
    """Sets a field."""

    field: str
    """Which."""
    value: Any = 1
    """To what."""


def _set(spec: SetSpec, tools: ActionTools) -> Step:
    def step(event: Json) -> Json:
        event[spec.field] = spec.value
        return event

    return step


def _emit_set(spec: SetSpec, code: Code, tools: ActionTools) -> bool:
    code.add(f"e[{spec.field!r}] = {code.bind(spec.value)}")
    return True


class PickySpec(ActionSpec):
    """Raises, warns or drops by the field `k`; sees it, changes nothing."""

    how: str
    """raise | warn | drop | abort | die | explode."""


def _picky(spec: PickySpec, tools: ActionTools) -> Step:
    def step(event: Json) -> Json | None:
        if event.get("k") != 1:
            return event
        if spec.how == "raise":
            raise EventError("k is 1", code="picky", field="k", value=1)
        if spec.how == "die":
            raise Killed
        if spec.how == "explode":
            re.match(r"(a+)+$", "a" * 40 + "b")
        if spec.how == "abort":
            raise JobAborted("k is 1")
        if spec.how == "warn":
            tools.warn("picky", tools.place)
            return event
        return None

    return step


class SpreadSpec(ActionSpec):
    """Splits by the list in `list`."""


def _spread(spec: SpreadSpec, tools: ActionTools) -> Step:
    def step(event: Json) -> Json | list[Json]:
        items = event.get("list")
        if not isinstance(items, list):
            return event
        rest = {key: value for key, value in event.items() if key != "list"}
        return [rest | {"k": item} for item in items]

    return step


class CountSpec(ActionSpec):
    """Numbers the events."""


def _count(spec: CountSpec, tools: ActionTools) -> Step:
    def step(event: Json) -> Json:
        tools.counters["n"] = tools.counters.get("n", 0) + 1
        event["n"] = tools.counters["n"]
        return event

    return step


def tiny_registry() -> Registry:
    every = Touches(reads=None, writes=None)
    looks = Touches(reads=frozenset("k"), drops=True)
    actions: list[ActionDef[Any]] = [
        ActionDef(name="set", spec=SetSpec, touches=lambda _: every, prepare=_set, emit=_emit_set),
        ActionDef(name="picky", spec=PickySpec, touches=lambda _: looks, prepare=_picky),
        ActionDef(
            name="spread",
            spec=SpreadSpec,
            touches=lambda _: Touches(reads=None, writes=None, splits=True),
            prepare=_spread,
        ),
        ActionDef(name="count", spec=CountSpec, touches=lambda _: every, prepare=_count),
    ]
    source = InputDef(
        name="list",
        spec=ListSpec,
        open=ListInput,
        continuous=lambda _: False,
        gives=lambda spec: "text" if spec.text else "json",
    )
    sink = OutputDef(
        name="folder",
        spec=FolderSpec,
        open=FolderOutput,
        takes=_takes,
        batching=lambda spec: Batching(
            size=spec.size, timeout_ns=spec.timeout_ns, by_document=spec.by_document
        ),
        retry=lambda spec: RetryPolicy(retries=spec.retries, pause_ns=1, max_pause_ns=1),
        idempotent=True,
    )
    return Registry(
        inputs={"list": source},
        actions={one.name: one for one in actions},
        outputs={"folder": sink},
    )
