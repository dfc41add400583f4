"""A job -> a plan, once: the cheapest form of the event for what its actions touch.

Raw: no action looks, text goes out as it came. Lines: events are read only to decide, the records
go out untouched. Events: read, changed in one generated loop, written. Records that the fast
reading does not take (bad JSON or UTF-8, blank lines) are read as the interpreter does, one by one.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

from lyftdata.core.event import DecodeError, Json, decode_events
from lyftdata.dsl.job import Job
from lyftdata.engine.code import MAX_SPLITS, Stretch, generated, write_stretch
from lyftdata.engine.interpreter import Interpreter
from lyftdata.engine.layout import Layouts, laid_out
from lyftdata.engine.prepared import Prepared, keeps_lines, output_takes, prepare
from lyftdata.engine.records import Records, read_all
from lyftdata.engine.result import Abort, Result, Tally
from lyftdata.engine.tools import JobTools
from lyftdata.spec.component import Takes

Form = Literal["raw", "lines", "events", "interpreted"]
_BETWEEN: Final = re.compile(rb"\}\n\{")  # found faster than by `bytes.count`
_BAD: Final = (DecodeError, UnicodeDecodeError, RecursionError)


@dataclass(frozen=True, slots=True)
class Stage:
    """One stretch of the plan: the form of the event there, why, and which actions it runs."""

    form: Form
    why: str
    actions: tuple[str, ...]


class Plan:
    """A compiled job. `run` takes the records of a feed and gives what became of them."""

    def __init__(self, job: Job, tools: JobTools, *, takes: Takes | None = None) -> None:
        self.tools = tools
        self.takes: Takes = takes or output_takes(job)
        self.actions: tuple[Prepared, ...] = prepare(job, tools)
        self.on_error: str = job.on_error
        self._passes = self.takes.form == "field" and self.takes.field == "_raw"
        self._names = tuple(one.name for one in self.actions)
        self.interpreter = Interpreter(self.actions, self.takes)
        self._stretches: dict[str, Stretch] = {}
        self.generated: frozenset[int] = generated(self.actions)
        """Indexes of the actions that run as generated code."""
        self.kind: Literal["text", "json"] = job.input.definition.gives(job.input.spec)  # type: ignore[union-attr]
        self.interpreted = sum(one.touches.splits for one in self.actions) > MAX_SPLITS

    @property
    def stages(self) -> tuple[Stage, ...]:
        """What `explain` shows."""
        form = self._form(Records(b"", self.kind))
        return (Stage(form, _WHY[form], self._names),)

    def tally(self, records: Records) -> Tally:
        """An empty tally for these records."""
        return Tally(records, self._names, self.on_error, self.tools)

    def run(self, records: Records) -> Result:
        """What becomes of the records; on an abort, of those before the one that caused it."""
        return self._until_abort(records, self._compiled)

    def interpret(self, records: Records) -> Result:
        """The same by the interpreter: the oracle."""
        return self._until_abort(records, self._interpreted)

    def _until_abort(self, records: Records, run: Callable[[Records], Result]) -> Result:
        """Run; when a record stops the job, run those before it once more and stop there."""
        kept = self.tools.mark()
        try:
            return run(records)
        except Abort as abort:
            self.tools.back(kept)
            before = b"".join(line + b"\n" for line in records.lines()[: abort.number])
            head = Records(before, records.kind, records.fields)
            result = self._until_abort(head, self._interpreted)
            if result.aborted is None:
                result.aborted, result.records = abort.cause, abort.number
            return result

    def _interpreted(self, records: Records) -> Result:
        return self.interpreter.run(self.tally(records))

    def _compiled(self, records: Records) -> Result:
        form = self._form(records)
        if form == "interpreted":
            return self._interpreted(records)
        if form == "raw" and _is_utf8(records.raw):
            return Result(received=records.count, count=records.count, lines=records.raw)
        tally = self.tally(records)
        keeps = keeps_lines(self.actions, records, self.takes)
        numbers, events = self._read(tally)
        self._stretch(keeps=keeps)(tally, numbers, events)
        result = tally.finish(self.takes, keeps=keeps)
        made = result.received + result.created - result.absorbed
        result.filtered = made - result.count - len(result.dead)
        return result

    def _form(self, records: Records) -> Form:
        if self.interpreted:
            return "interpreted"
        if self._passes and not self.actions and records.kind == "text":
            return "raw"
        return "lines" if keeps_lines(self.actions, records, self.takes) else "events"

    def _stretch(self, *, keeps: bool) -> Stretch:
        put = "line" if keeps else "event"
        if self.takes.form == "field":
            put = f"field:{self.takes.field}"
        if put not in self._stretches:
            laid = laid_out(self.actions) if put == "event" and self.takes.form == "lines" else 0
            layouts = Layouts(self.actions[-laid:], self.tools) if laid else None
            self._stretches[put] = write_stretch(self.actions, put, layouts, laid)[0]
        return self._stretches[put]

    def _read(self, tally: Tally) -> tuple[range | list[int], list[Json]]:
        records = tally.records
        try:
            if records.kind == "text":
                texts = records.raw[:-1].decode().split("\n") if records.raw else []
                events: list[Json] = [{"_raw": text} for text in texts]
            else:
                events = decode_events(records.raw)
        except _BAD:
            return self._read_slowly(tally)
        if records.kind == "json" and not _one_a_line(records, len(events)):
            return self._read_slowly(tally)
        if records.fields:
            for event in events:
                event.update(records.fields)
        tally.result.received = len(events)
        return range(len(events)), events

    def _read_slowly(self, tally: Tally) -> tuple[list[int], list[Json]]:
        numbers: list[int] = []
        events: list[Json] = []
        for number, event in read_all(tally.records, self.tools):
            tally.result.received += 1
            if isinstance(event, dict):
                numbers.append(number)
                events.append(event)
            else:
                tally.refuse(number, event)
        return numbers, events


_WHY: Final = {
    "raw": "no action looks at the text: bytes pass untouched, checked to be UTF-8",
    "lines": "events are read to decide only: the records go out as they came",
    "events": "events are read, changed in one generated loop and written again",
    "interpreted": f"more than {MAX_SPLITS} actions split events: one event at a time",
}


def compile_job(job: Job, tools: JobTools) -> Plan:
    """Compile a job with the tools that its run has. Raises what a component's settings raise."""
    return Plan(job, tools)


def _one_a_line(records: Records, found: int) -> bool:
    """Whether the objects found stand one on each line.

    The decoder also takes two on one line and one across two. Here every newline but the last
    stands between `}` and `{`: between two objects, for inside one a comma would be missing.
    """
    raw = records.raw
    if found != records.count:
        return False
    if not found:
        return True
    return raw[:1] == b"{" and raw[-2:] == b"}\n" and len(_BETWEEN.findall(raw)) == found - 1


def _is_utf8(raw: bytes) -> bool:
    if raw.isascii():
        return True
    try:
        raw.decode()
    except UnicodeDecodeError:
        return False
    return True
