"""Turns what job processes say into what the server is told."""

from __future__ import annotations

from typing import Final

import msgspec

from lyftdata.core.clock import Clock
from lyftdata.wire.counting import grown
from lyftdata.wire.messages import JobState, LogRecord, RunReport
from lyftdata.worker import frames
from lyftdata.worker.outbox import Outbox
from lyftdata.worker.process import OnLine
from lyftdata.worker.requests import Answers

LINES_A_SECOND: Final = 20
TRACEBACK: Final = "Traceback (most recent call last):"
TRACEBACK_LINES: Final = 100
LEVEL_OF: Final = {
    "failed": "error",
    "degraded": "warning",
}


class Relay:
    """The listeners of all keepers."""

    def __init__(self, outbox: Outbox, answers: Answers, clock: Clock) -> None:
        self._outbox = outbox
        self._answers = answers
        self._clock = clock
        self._runs: dict[str, RunReport] = {}
        self._totals: dict[str, dict[str, int]] = {}
        self._lost: dict[str, RunReport] = {}
        """Of each job, the lost run that no other has gone on from yet."""
        self._said: dict[str, str] = {}

    def state(self, state: JobState) -> None:
        """Report it, and log each transition once."""
        self._outbox.state(state)
        said = f"{state.state}: {state.reason}"
        if self._said.get(state.job) == said:
            return
        self._said[state.job] = said
        level = LEVEL_OF.get(state.state, "info")
        self._log(level, said, job=state.job, code=state.code or f"job-{state.state}")

    def frame(self, job: str, version: int, frame: frames.Frame) -> None:
        """One frame of a job process."""
        match frame:
            case frames.Totals():
                run = self._runs.get(job)
                self._totals[job] = frame.totals
                self._outbox.counters(job, run.run if run else "", frame.totals)
            case frames.Sample():
                self._outbox.samples(job, frame.at_ns, frame.events)
                self._answers.sampled(job, frame.at_ns, frame.events)
            case frames.Log():
                self._outbox.log(_record(job, frame))
            case frames.RunBegan() | frames.RunEnded():
                self._run(job, version, frame)
            case frames.Ended(totals=totals) if totals:
                self._outbox.counters(job, "", totals)
            case _:
                pass

    def over(self, job: str, why: str) -> None:
        """The job's process has ended: a run that it did not end itself is lost."""
        run = self._runs.pop(job, None)
        if run is None:
            return
        now = self._clock.wall_ns()
        lost = msgspec.structs.replace(
            run,
            at_ns=now,
            state="lost",
            ended_ns=now,
            reason=why,
            counters=grown(self._totals.get(job, {}), run.start_totals),
        )
        self._lost[job] = lost
        self._outbox.run(lost)

    def line(self, job: str) -> OnLine:
        """The taker of what a job prints: a few lines a second become log records."""
        return Printed(self._outbox, self._clock, job).line

    def _run(self, job: str, version: int, frame: frames.RunBegan | frames.RunEnded) -> None:
        ended = isinstance(frame, frames.RunEnded)
        report = RunReport(
            sequence=0,
            at_ns=self._clock.wall_ns(),
            job=job,
            version=version,
            run=frame.run,
            state=frame.state if isinstance(frame, frames.RunEnded) else "running",
            started_ns=frame.started_ns,
            ended_ns=frame.ended_ns if isinstance(frame, frames.RunEnded) else 0,
            reason=frame.reason if isinstance(frame, frames.RunEnded) else "",
            counters=frame.counters if isinstance(frame, frames.RunEnded) else {},
            start_totals=frame.totals if isinstance(frame, frames.RunBegan) else {},
        )
        if ended:
            self._runs.pop(job, None)
        else:
            self._runs[job] = report
            self._followed(job, report.run)
        self._outbox.run(report)

    def _followed(self, job: str, run: str) -> None:
        lost = self._lost.pop(job, None)
        if lost is not None:
            reason = f"{lost.reason} as run {run}"
            self._outbox.run(msgspec.structs.replace(lost, reason=reason))

    def _log(self, level: str, message: str, *, job: str, code: str) -> None:
        self._outbox.log(
            LogRecord(at_ns=self._clock.wall_ns(), level=level, message=message, job=job, code=code)
        )


class Printed:
    """Lines that one job process printed, thinned out to what a log can hold."""

    def __init__(self, outbox: Outbox, clock: Clock, job: str) -> None:
        self._outbox = outbox
        self._clock = clock
        self._job = job
        self._second = 0
        self._in_second = 0
        self._left_out = 0
        self._traceback: list[str] = []

    def line(self, stream: str, text: str) -> None:
        """One line; the lines of a traceback together are one record."""
        if self._traceback and (not text or text[0].isspace()):
            self._traceback = [*self._traceback[-TRACEBACK_LINES:], text]
        elif text.startswith(TRACEBACK):
            self._traceback = [text]
        elif self._traceback:
            record, self._traceback = "\n".join((*self._traceback, text)), []
            self._tell(stream, record)
        else:
            self._tell(stream, text)

    def _tell(self, stream: str, text: str) -> None:
        """One record; those beyond the rate are counted and told with the next one."""
        now = self._clock.wall_ns()
        if now // 1_000_000_000 != self._second:
            self._second, self._in_second = now // 1_000_000_000, 0
        self._in_second += 1
        if self._in_second > LINES_A_SECOND:
            self._left_out += 1
            return
        left_out, self._left_out = self._left_out, 0
        self._outbox.log(
            LogRecord(
                at_ns=now,
                level="info" if stream == "stdout" else "warning",
                message=text,
                job=self._job,
                code="printed",
                fields={"stream": stream} | ({"left_out_before": left_out} if left_out else {}),
            )
        )


def _record(job: str, frame: frames.Log) -> LogRecord:
    return LogRecord(
        at_ns=frame.at_ns,
        level=frame.level,
        message=frame.message,
        job=job,
        run=frame.run,
        code=frame.code,
        count=frame.count,
        fields=frame.fields,
    )
