"""Runs samples through a job and records every event after every action: Run & Trace.

The interpreter's steps with a recorder; nothing is read from the input or written to the output.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from lyftdata.core.errors import EventError, JobAborted
from lyftdata.core.event import Json, encode_json
from lyftdata.dsl.job import Job
from lyftdata.engine.compiler import Plan
from lyftdata.engine.interpreter import holds
from lyftdata.engine.ports import Environment
from lyftdata.engine.prepared import Prepared
from lyftdata.engine.records import Records, read_record
from lyftdata.engine.result import Abort, Tally
from lyftdata.engine.tools import JobTools
from lyftdata.state.dead_letters import iso_time


@dataclass(slots=True)
class _Cell:
    status: str
    events: list[str] = field(default_factory=list)
    reason: str = ""
    warnings: list[str] = field(default_factory=list)
    nanoseconds: int = 0

    def shown(self, column: int) -> Json:
        return {
            "column": column,
            "status": self.status,
            "events": self.events,
            "reason": self.reason,
            "warnings": self.warnings,
            "nanoseconds": self.nanoseconds,
        }


def trace_job(
    job: Job, samples: Sequence[str], *, env: Environment, limit: int = 100, seconds: float = 10.0
) -> Json:
    """The Trace of the HTTP API. Raises what a component's settings raise."""
    return _Tracer(job, env).run(samples, limit, seconds)


class _Tracer:
    def __init__(self, job: Job, env: Environment) -> None:
        self._job, self._env = job, env
        self._logs: list[Json] = []
        self._tools = JobTools(
            clock=env.clock, ids=env.ids, random=env.random, log=self._log, message=env.message
        )
        self._plan = Plan(job, self._tools)
        self._ledger: dict[str, int] = {}

    def run(self, samples: Sequence[str], limit: int, seconds: float) -> Json:
        clock = self._env.clock
        began = clock.monotonic_ns()
        rows: list[Json] = []
        truncated = False
        for number, sample in enumerate(samples):
            if len(rows) >= limit or clock.monotonic_ns() - began > seconds * 1e9:
                truncated = True
                break
            try:
                cells = self._row(sample.encode())
            except Abort as abort:
                self._log("error", f"the job stopped: {abort.cause}", code=abort.cause.kind)
                break
            if cells:
                shown = [cell.shown(column) for column, cell in enumerate(cells, -1)]
                rows.append({"event": number, "cells": shown})
        names = ["input", *(one.name for one in self._job.actions), "output"]
        return {
            "columns": [{"index": index, "name": name} for index, name in enumerate(names, -1)],
            "rows": rows,
            "ledger": self._ledger,
            "logs": self._logs,
            "truncated": truncated,
            "duration_ms": round((clock.monotonic_ns() - began) / 1e6, 3),
        }

    def _row(self, line: bytes) -> list[_Cell]:
        """The cells of one sample, from the input to the output; none for a blank line."""
        line = line.replace(b"\n", b" ")
        tally = self._plan.tally(Records(line + b"\n", self._plan.kind))
        try:
            event = read_record(line, self._plan.kind, self._tools)
        except EventError as error:
            tally.refuse(0, error)
            tally.result.received = 1
            self._count(tally)
            return [_Cell("rejected", [line.decode("utf-8", "replace")], str(error))]
        if event is None:
            return []
        tally.result.received = 1
        cells = [_Cell("kept", [_json(event)], warnings=self._warned())]
        events = [event]
        for action in self._plan.actions:
            if not events:
                break
            cell = _Cell("kept")
            events = self._column(action, events, cell, tally, made=len(cells) > 1)
            cells.append(cell)
        if events:
            cells.append(self._output(events, tally))
        self._count(tally)
        return cells

    def _column(
        self, action: Prepared, events: list[Json], cell: _Cell, tally: Tally, *, made: bool
    ) -> list[Json]:
        began = self._env.clock.monotonic_ns()
        after: list[Json] = []
        statuses = []
        for event in events:
            before = _json(event)
            status, parts = self._step(action, event, cell, tally, made=made and len(events) > 1)
            if status == "kept" and _json(parts[0]) != before:
                status = "changed"
            statuses.append(status)
            after += parts
        cell.nanoseconds = self._env.clock.monotonic_ns() - began
        cell.status = next((one for one in _ORDER if one in statuses), "kept")
        if not after and "rejected" not in statuses:
            cell.status = "split" if "split" in statuses else "dropped"
        cell.events = [_json(event) for event in after]
        cell.warnings = self._warned()
        return after

    def _step(
        self, action: Prepared, event: Json, cell: _Cell, tally: Tally, *, made: bool
    ) -> tuple[str, list[Json]]:
        if not holds(action, event):
            return "skipped", [event]
        try:
            given = action.step(event)
        except EventError as error:
            cell.reason = f"{error.kind}: {error}"
            return "rejected", [event] if tally.fail(
                action.index, error, 0, event, made=made
            ) else []
        except JobAborted as cause:
            raise Abort(0, cause) from cause
        if given is None:
            tally.result.filtered += 1
            cell.reason = action.spec.why_dropped() or f"filtered by {action.tools.place}"
            return "dropped", []
        if isinstance(given, list):
            return "split", list(tally.split(given))
        return "kept", [given]

    def _output(self, events: list[Json], tally: Tally) -> _Cell:
        takes = self._plan.takes
        if takes.form != "field":
            tally.out += events
            return _Cell("kept", [_json(event) for event in events])
        cell = _Cell("kept")
        for event in events:
            tally.text(event, takes.field, 0)
        cell.events = [str(one) for one in tally.out]
        if len(tally.out) < len(events):
            cell.status, cell.reason = "rejected", f"the event has no field {takes.field!r}"
        return cell

    def _count(self, tally: Tally) -> None:
        for key, value in tally.counts().items():
            self._ledger[key] = self._ledger.get(key, 0) + value
        self._ledger.setdefault("expired", 0)
        self._ledger.setdefault("in_flight", 0)

    def _warned(self) -> list[str]:
        warned = [
            code if count == 1 else f"{code}, {count} times"
            for (code, _), count in self._tools.warnings.items()
        ]
        total = self._tools.take_warnings()
        self._ledger["warnings"] = self._ledger.get("warnings", 0) + total
        return warned

    def _log(self, level: str, message: str, *, code: str = "", **fields: Any) -> None:
        self._logs.append(
            {
                "id": str(len(self._logs) + 1),
                "at": iso_time(self._env.clock.wall_ns()),
                "level": level,
                "worker": "",
                "job": self._job.name,
                "run": "",
                "code": code,
                "message": message,
                "count": 1,
                "fields": {name: str(value) for name, value in fields.items()},
            }
        )


_ORDER = ("rejected", "split", "changed", "kept", "dropped", "skipped")


def _json(event: Json) -> str:
    return encode_json(event).decode()
