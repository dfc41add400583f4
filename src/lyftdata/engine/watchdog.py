"""Interrupts a batch that takes too much CPU, and finds the event that does.

The batch is done again event by event; an event that takes too long becomes a dead letter that
names the action. Works by a timer signal (a regular expression looks at signals while it matches),
so only in the main thread; elsewhere nothing is interrupted. What an action keeps for itself
between events may have seen the events before the interruption twice.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from types import FrameType
from typing import TypeVar

from lyftdata.core.errors import EventError
from lyftdata.engine.compiler import Plan
from lyftdata.engine.records import INPUT, Records
from lyftdata.engine.result import Result

T = TypeVar("T")
MAX_EVENT_S = 1.0


class Overrun(BaseException):
    """Raised by the timer wherever the code is; not to be caught by components."""


class Watchdog:
    """Guards the runs of one plan."""

    def __init__(self, plan: Plan, limit_s: float, alive: Callable[[], None]) -> None:
        self._plan, self._limit_s, self._alive = plan, limit_s, alive
        self._old: object = None
        main = threading.current_thread() is threading.main_thread()
        self.works = limit_s > 0 and main and bool(plan.actions)
        if self.works:
            self._old = signal.signal(signal.SIGVTALRM, _overrun)

    def close(self) -> None:
        """Give the signal back."""
        if self.works:
            signal.signal(signal.SIGVTALRM, self._old)  # type: ignore[arg-type]
            self.works = False

    def take_warnings(self) -> int:
        """Warnings that the plan counted since the last call."""
        return self._plan.tools.take_warnings()

    def run(self, records: Records) -> Result:
        """As `Plan.run`, within the limits."""
        if not self.works:
            return self._plan.run(records)
        mark = self._plan.tools.mark()
        try:
            return _limited(self._limit_s, lambda: self._plan.run(records))
        except Overrun:
            self._plan.tools.back(mark)
            return self._one_by_one(records)

    def poison(self, record: Records) -> Result:
        """The result of a record that is known to kill the process."""
        error = EventError(
            "this record ended the job's process again and again; it was passed",
            code="poison-event",
        )
        return self._plan.tally(record).buried(None, INPUT, error)

    def _one_by_one(self, records: Records) -> Result:
        total = Result()
        for number, line in enumerate(records.lines()):
            self._alive()
            result = self._one(Records(line + b"\n", records.kind, records.fields))
            total.take(result)
            if result.aborted is not None:
                total.aborted, total.records = result.aborted, number
                break
        return total

    def _one(self, record: Records) -> Result:
        plan = self._plan
        mark = plan.tools.mark()
        try:
            limit = min(self._limit_s, MAX_EVENT_S)
            return _limited(limit, lambda: plan.interpret(record))
        except Overrun:
            plan.tools.back(mark)
            name, index = plan.interpreter.place()
            error = EventError(
                f"{name} took more than {limit:g} s for this event; make its expression or pattern"
                " simpler, or filter such events first",
                code="event-timeout",
            )
            return plan.tally(record).buried(index, name, error)


def _limited(seconds: float, call: Callable[[], T]) -> T:
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        return call()
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)


def _overrun(_number: int, _frame: FrameType | None) -> None:
    raise Overrun
