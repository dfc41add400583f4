"""The meaning of a job, written for reading: one event at a time, one action after the other.

The oracle of the compiler, the form for batches that were interrupted, and what a trace records.
"""

from __future__ import annotations

from lyftdata.core.errors import EventError, JobAborted
from lyftdata.core.event import Json
from lyftdata.engine.prepared import Prepared, keeps_lines
from lyftdata.engine.records import INPUT, read_all
from lyftdata.engine.result import Abort, Result, Tally
from lyftdata.expressions import EvaluationError, evaluate, truthy
from lyftdata.spec.component import Takes


def holds(action: Prepared, event: Json) -> bool:
    """Whether the action's condition is met; one that cannot be evaluated is not, and warns."""
    if action.condition is None:
        return True
    try:
        return truthy(evaluate(action.condition.node, event, action.tools))
    except EvaluationError as error:
        action.tools.warn("condition-failed", error=error)
        return False


class Interpreter:
    """Runs records through the actions, event by event."""

    def __init__(self, actions: tuple[Prepared, ...], takes: Takes) -> None:
        self._actions = actions
        self._takes = takes
        self._current: Prepared | None = None

    def place(self) -> tuple[str, int | None]:
        """Name and index of the action that ran last: where an interruption found it."""
        if self._current is None:
            return INPUT, None
        return self._current.name, self._current.index

    def run(self, tally: Tally) -> Result:
        """Fill the tally from its records. Raises `Abort`."""
        records, tools = tally.records, tally.tools
        keeps = keeps_lines(self._actions, records, self._takes)
        for number, event in read_all(records, tools):
            tally.result.received += 1
            if isinstance(event, EventError):
                tally.refuse(number, event)
                continue
            self._walk(event, 0, number, tally, keeps=keeps, made=False)
        return tally.finish(self._takes, keeps=keeps)

    def _walk(
        self, event: Json, at: int, number: int, tally: Tally, *, keeps: bool, made: bool
    ) -> None:
        for action in self._actions[at:]:
            self._current = action
            try:
                given = action.step(event) if holds(action, event) else event
            except EventError as error:
                if not tally.fail(action.index, error, number, event, made=made):
                    return
                continue
            except JobAborted as cause:
                raise Abort(number, cause) from cause
            if given is None:
                tally.result.filtered += 1
                return
            if isinstance(given, list):
                self._spread(given, action.index + 1, number, tally)
                return
            event = given
        self._deliver(event, number, tally, keeps=keeps, made=made)

    def _spread(self, parts: list[Json], at: int, number: int, tally: Tally) -> None:
        for part in tally.split(parts):
            self._walk(part, at, number, tally, keeps=False, made=True)

    def _deliver(self, event: Json, number: int, tally: Tally, *, keeps: bool, made: bool) -> None:
        if keeps:
            tally.out.append(tally.lines()[number])
        elif self._takes.form == "field":
            tally.text(event, self._takes.field, number, made=made)
        else:
            tally.out.append(event)
