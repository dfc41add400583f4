"""Runs of the `exec` input: failures, time limits, groups of processes."""

from __future__ import annotations

from pathlib import Path

import psutil
import pytest

from lyftdata.core.errors import PermanentError, TemporaryError
from lyftdata.core.event import Json
from lyftdata.inputs.exec import component
from lyftdata.spec.component import Batch, Input
from tests.delivery.harness import Tools, events, open_input, texts

pytestmark = pytest.mark.spec("JOB-4:input.exec")


def run(config: Json, folder: Path, tools: Tools | None = None) -> list[Batch]:
    source = open_input(component, config, folder, tools=tools)
    batches = []
    while not source.ended:
        batch = source.read(5)
        batches += [batch] if batch else []
    source.close()
    return batches


def read_on(source: Input) -> None:
    while not source.ended:
        source.read(5)


def test_a_failure_is_told_and_its_output_kept(tmp_path: Path) -> None:
    tools = Tools()
    batches = run({"command": "echo out; echo why >&2; exit 3"}, tmp_path, tools)
    assert texts(batches) == ["out"]
    assert tools.codes == ["command-failed", "command-stderr"]


def test_retry_gives_only_the_output_of_the_run_that_succeeds(tmp_path: Path) -> None:
    tools = Tools()
    mark = tmp_path / "tried"
    command = f"echo try; test -e {mark} || {{ touch {mark}; exit 1; }}"
    source = open_input(
        component, {"command": command, "retry": {"retries": 2}}, tmp_path / "s", tools=tools
    )
    with pytest.raises(TemporaryError, match="exit status 1"):
        read_on(source)
    tools.clock.pass_by(2)
    batches = []
    while not source.ended:
        batch = source.read(5)
        batches += [batch] if batch else []
    assert texts(batches) == ["try"]


def test_retries_run_out(tmp_path: Path) -> None:
    source = open_input(component, {"command": "exit 1", "retry": {"retries": 0}}, tmp_path)
    with pytest.raises(PermanentError, match="exit status 1"):
        read_on(source)


def ended(pid: int) -> bool:
    """Whether a process of somebody else is gone, or waits only for its parent to look."""
    try:
        process = psutil.Process(pid)
        psutil.wait_procs([process], timeout=10)
        return process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def test_a_command_over_its_time_is_ended_with_its_children(tmp_path: Path) -> None:
    tools = Tools()
    pid = tmp_path / "pid"
    command = f"sleep 1000 & echo $! > {pid}; echo started; wait"
    source = open_input(component, {"command": command, "timeout": "5s"}, tmp_path, tools=tools)
    batch = source.read(5)
    assert batch
    tools.clock.pass_by(6)
    while not source.ended:
        source.read(0.05)
    assert "command-timeout" in tools.codes
    assert ended(int(pid.read_text()))


def test_binary_output_is_one_event(tmp_path: Path) -> None:
    (batch,) = run({"command": "printf '\\000\\001'", "payload-mode": "binary"}, tmp_path)
    assert events(batch) == [{"_raw": "AAE="}]


def test_groups_are_marked_as_documents(tmp_path: Path) -> None:
    config = {"command": "seq 5", "json": True, "batch": {"mode": "fixed", "fixed-size": 2}}
    batches = run(config, tmp_path)
    assert [batch.count for batch in batches] == [2, 2, 1]
    assert all(batch.begins_document and batch.ends_document for batch in batches)


def test_line_endings_are_kept_on_demand(tmp_path: Path) -> None:
    (batch,) = run({"command": "printf 'a\\nb\\n'", "no-strip-linefeeds": True}, tmp_path)
    assert events(batch) == [{"_raw": "a\n"}, {"_raw": "b\n"}]


def test_the_environment_may_come_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "env.yaml").write_text("WHO: me\n")
    config = {"command": "echo $WHO", "env": {"file": str(tmp_path / "env.yaml")}}
    assert texts(run(config, tmp_path)) == ["me"]
