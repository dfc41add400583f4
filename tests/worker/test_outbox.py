"""What a worker keeps to tell while the server is away."""

from __future__ import annotations

import msgspec
import pytest

from lyftdata.times.clock import SystemClock
from lyftdata.wire import messages
from lyftdata.worker.outbox import Outbox


def told(outbox: Outbox) -> list[messages.Message]:
    return [make(number) for number, make in enumerate(outbox.take(), start=1)]


def record(text: str) -> messages.LogRecord:
    return messages.LogRecord(at_ns=1, level="info", message=text)


def run(name: str) -> messages.RunReport:
    return messages.RunReport(
        sequence=0, at_ns=1, job="j", version=1, run=name, state="running", started_ns=1
    )


@pytest.mark.spec("WRK-7:reports")
def test_logs_beyond_the_bound_drop_the_oldest_and_are_counted() -> None:
    outbox = Outbox(SystemClock(), max_logs=3)
    for number in range(5):
        outbox.log(record(str(number)))
    (batch,) = told(outbox)
    assert isinstance(batch, messages.LogBatch)
    *kept, last = batch.records
    assert [one.message for one in kept] == ["2", "3", "4"]
    assert outbox.dropped == 2
    assert (last.code, last.count) == ("logs-dropped", 2)
    assert told(outbox) == []


def test_only_the_newest_counters_of_a_job_are_told() -> None:
    outbox = Outbox(SystemClock())
    outbox.counters("j", "r", {"received": 1})
    outbox.counters("j", "r", {"received": 2})
    (message,) = told(outbox)
    assert isinstance(message, messages.Counters)
    assert message.totals == {"received": 2}


def test_sequence_numbers_are_given_when_sent() -> None:
    outbox = Outbox(SystemClock())
    outbox.run(run("r1"))
    outbox.log(record("x"))
    assert [getattr(message, "sequence", 0) for message in told(outbox)] == [1, 2]


@pytest.mark.spec("WRK-7:reports")
def test_runs_and_counters_are_told_again_after_a_reconnect() -> None:
    outbox = Outbox(SystemClock())
    outbox.run(run("r1"))
    outbox.counters("j", "r1", {"received": 1})
    told(outbox)
    outbox.run(run("r2"))
    outbox.reconnected()
    again = told(outbox)
    assert [one.run for one in again if isinstance(one, messages.RunReport)] == ["r1", "r2"]
    assert any(isinstance(one, messages.Counters) for one in again)


def test_a_run_that_goes_on_is_told_again_however_long_ago_it_began() -> None:
    outbox = Outbox(SystemClock())
    outbox.run(run("old"))
    for number in range(60):
        outbox.run(run(f"r{number}"))
        outbox.run(msgspec.structs.replace(run(f"r{number}"), state="completed"))
    told(outbox)
    assert "old" in outbox.open_runs
    outbox.reconnected()
    again = [one for one in told(outbox) if isinstance(one, messages.RunReport)]
    assert (again[0].run, again[0].state) == ("old", "running")


def test_a_run_whose_end_was_not_heard_yet_is_still_held() -> None:
    outbox = Outbox(SystemClock())
    outbox.run(run("r1"))
    told(outbox)
    outbox.run(msgspec.structs.replace(run("r1"), state="lost"))
    assert outbox.open_runs == ["r1"]


def test_nothing_is_told_twice_without_a_reconnect() -> None:
    outbox = Outbox(SystemClock())
    outbox.run(run("r1"))
    told(outbox)
    assert told(outbox) == []
