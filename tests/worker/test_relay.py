"""What the server hears of the runs of a job whose process dies."""

from __future__ import annotations

from pathlib import Path

from lyftdata.state.jobs_dir import JobsDir
from lyftdata.times.clock import SystemClock
from lyftdata.wire.messages import RunReport
from lyftdata.worker import frames
from lyftdata.worker.outbox import Outbox
from lyftdata.worker.relay import Relay
from lyftdata.worker.requests import Answers


class Heard:
    """A relay, and the last report of each run."""

    def __init__(self, folder: Path) -> None:
        clock = SystemClock()
        self._outbox = Outbox(clock)
        self.relay = Relay(self._outbox, Answers(JobsDir(folder)), clock)

    def began(self, run: str) -> None:
        self.relay.frame("j", 1, frames.RunBegan(run=run, started_ns=1))

    def ended(self, run: str) -> None:
        frame = frames.RunEnded(
            run=run, state="completed", reason="all", started_ns=1, ended_ns=2, counters={}
        )
        self.relay.frame("j", 1, frame)

    def runs(self) -> dict[str, RunReport]:
        made = [make(1) for make in self._outbox.take()]
        return {one.run: one for one in made if isinstance(one, RunReport)}


def test_a_run_whose_process_died_is_lost_and_names_the_run_that_follows(tmp_path: Path) -> None:
    heard = Heard(tmp_path)
    heard.began("r1")
    heard.relay.over("j", "the job process was killed by SIGKILL; the job goes on")
    assert heard.runs()["r1"].state == "lost"
    heard.began("r2")
    told = heard.runs()
    assert told["r1"].reason == ("the job process was killed by SIGKILL; the job goes on as run r2")
    assert told["r2"].state == "running"


def test_a_run_that_said_how_it_ended_stays_so(tmp_path: Path) -> None:
    heard = Heard(tmp_path)
    heard.began("r1")
    heard.ended("r1")
    heard.relay.over("j", "the job process ended with exit code 0")
    assert heard.runs()["r1"].state == "completed"
