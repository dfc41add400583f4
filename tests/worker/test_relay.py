"""What job processes say becomes what the server is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from lyftdata.state.jobs_dir import JobsDir
from lyftdata.times.clock import SystemClock
from lyftdata.wire import messages
from lyftdata.worker import frames
from lyftdata.worker.outbox import Outbox
from lyftdata.worker.relay import Relay
from lyftdata.worker.requests import Answers
from tests.worker.test_outbox import told


@pytest.fixture
def outbox() -> Outbox:
    return Outbox(SystemClock())


@pytest.fixture
def relay(outbox: Outbox, tmp_path: Path) -> Relay:
    return Relay(outbox, Answers(JobsDir(tmp_path)), SystemClock())


def logged(outbox: Outbox) -> list[str]:
    return [
        record.message
        for one in told(outbox)
        if isinstance(one, messages.LogBatch)
        for record in one.records
    ]


def test_a_traceback_is_one_record(outbox: Outbox, relay: Relay) -> None:
    tell = relay.line("j")
    lines = [
        "before",
        "Traceback (most recent call last):",
        '  File "a.py", line 1, in <module>',
        "    boom()",
        "ValueError: boom",
        "after",
    ]
    for line in lines:
        tell("stderr", line)
    assert logged(outbox) == ["before", "\n".join(lines[1:5]), "after"]


def test_a_lost_run_ends_with_what_it_did_itself(outbox: Outbox, relay: Relay) -> None:
    relay.frame("j", 1, frames.RunBegan(run="r", started_ns=1, totals={"received": 10}))
    relay.frame("j", 1, frames.Totals(totals={"received": 25, "in_flight": 3}))
    relay.over("j", "killed")
    lost = [one for one in told(outbox) if isinstance(one, messages.RunReport)][-1]
    assert (lost.state, lost.counters) == ("lost", {"received": 15, "in_flight": 3})
