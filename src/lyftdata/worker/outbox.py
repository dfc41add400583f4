"""What a worker has to tell the server, bounded, while the server is there or away. No I/O.

Counters, samples and job states keep the newest of each job; logs and runs are queues whose oldest
are dropped, counted. After a reconnect, runs that go on or ended of late are told again: the server
knows them by their id.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Final

import msgspec

from lyftdata.core.clock import Clock
from lyftdata.wire import messages
from lyftdata.wire.messages import AssignmentReport, Counters, LogBatch, LogRecord, RunReport

MAX_LOGS: Final = 5_000
MAX_RUNS: Final = 1_000
RUNS_AGAIN: Final = 50
LOGS_A_BATCH: Final = 500

Numbered = AssignmentReport | Counters | LogBatch | RunReport | messages.Samples
Make = Callable[[int], Numbered]
"""Makes the message when its sequence number is known."""


class Outbox:
    """Collects; `take` gives what is to be sent now."""

    def __init__(self, clock: Clock, *, max_logs: int = MAX_LOGS) -> None:
        self._clock = clock
        self._max_logs = max_logs
        self._states: dict[str, messages.JobState] = {}
        self._counters: dict[str, tuple[int, str, dict[str, int]]] = {}
        self._told_counters: dict[str, tuple[int, str, dict[str, int]]] = {}
        self._samples: dict[str, tuple[int, list[str]]] = {}
        self._runs: deque[RunReport] = deque(maxlen=MAX_RUNS)
        self._told_runs: deque[RunReport] = deque(maxlen=RUNS_AGAIN)
        self._going: dict[str, RunReport] = {}
        self._logs: deque[LogRecord] = deque()
        self.dropped = 0
        """Log lines and runs that did not fit, since the start of this process."""
        self._dropped_told = 0

    def state(self, state: messages.JobState) -> None:
        """A job's state changed."""
        self._states[state.job] = state

    def counters(self, job: str, run: str, totals: dict[str, int]) -> None:
        """A job's counters as they stand."""
        self._counters[job] = (self._clock.wall_ns(), run, totals)

    def samples(self, job: str, at_ns: int, events: list[str]) -> None:
        """Events that just came out of a job."""
        self._samples[job] = (at_ns, events)

    def run(self, report: RunReport) -> None:
        """A run began or ended; `sequence` is set when it is sent."""
        if len(self._runs) == MAX_RUNS:
            self.dropped += 1
        self._runs.append(report)
        if report.state == "running":
            self._going[report.run] = report
        else:
            self._going.pop(report.run, None)

    @property
    def open_runs(self) -> list[str]:
        """Ids of the runs that go on, and of those whose end may not have been heard yet."""
        reports = (*self._told_runs, *self._runs)
        return sorted(self._going.keys() | {report.run for report in reports})

    def log(self, record: LogRecord) -> None:
        """One log line."""
        if len(self._logs) >= self._max_logs:
            self._logs.popleft()
            self.dropped += 1
        self._logs.append(record)

    def reconnected(self) -> None:
        """The connection is new: what was told last on the old one may have been lost."""
        self._states.clear()  # hello carries them all
        again = {report.run for report in (*self._told_runs, *self._runs)}
        older = [report for run, report in self._going.items() if run not in again]
        for report in reversed((*older, *self._told_runs)):
            self._runs.appendleft(report)
        self._told_runs.clear()
        self._counters = self._told_counters | self._counters

    def take(self) -> list[Make]:
        """Everything that waits, states and runs first, as makers of numbered messages."""
        makers: list[Make] = [self._state_maker(state) for state in self._states.values()]
        makers += [_run_maker(run) for run in self._runs]
        makers += [_counter_maker(job, *told) for job, told in self._counters.items()]
        makers += [_sample_maker(job, *told) for job, told in self._samples.items()]
        if self.dropped > self._dropped_told:
            self._logs.append(self._lost())
        makers += self._log_makers()
        self._told_runs.extend(self._runs)
        self._told_counters |= self._counters
        for box in (self._states, self._runs, self._counters, self._samples):
            box.clear()
        return makers

    def _lost(self) -> LogRecord:
        lost, self._dropped_told = self.dropped - self._dropped_told, self.dropped
        return LogRecord(
            at_ns=self._clock.wall_ns(),
            level="warning",
            message=f"{lost} log lines and run reports were dropped: they came faster than the "
            "server took them, or while it was away",
            code="logs-dropped",
            count=lost,
        )

    def _log_makers(self) -> list[Make]:
        makers: list[Make] = []
        while self._logs:
            records = [self._logs.popleft() for _ in range(min(LOGS_A_BATCH, len(self._logs)))]
            makers.append(_log_maker(records))
        return makers

    def _state_maker(self, state: messages.JobState) -> Make:
        at_ns = self._clock.wall_ns()
        return lambda sequence: AssignmentReport(sequence=sequence, at_ns=at_ns, job=state)


def _run_maker(run: RunReport) -> Make:
    return lambda sequence: msgspec.structs.replace(run, sequence=sequence)


def _counter_maker(job: str, at_ns: int, run: str, totals: dict[str, int]) -> Make:
    return lambda sequence: Counters(
        sequence=sequence, at_ns=at_ns, job=job, run=run, totals=totals
    )


def _sample_maker(job: str, at_ns: int, events: list[str]) -> Make:
    return lambda sequence: messages.Samples(sequence=sequence, at_ns=at_ns, job=job, events=events)


def _log_maker(records: list[LogRecord]) -> Make:
    return lambda sequence: LogBatch(sequence=sequence, records=records)
