"""A run that is ended, killed, or started twice: nothing is lost, nothing comes twice."""

from __future__ import annotations

import signal
from functools import partial
from pathlib import Path

import pytest

from tests.journeys.bench import ledger, lyftdata, run_job, started

COPY = """name: copy
input:
  files: {{path: {folder}/in.log}}
actions:
  - script: {{run: "for i = 1, 3000 do end"}}
output:
  file: {{path: {folder}/out.log, input-field: _raw}}
"""


def prepared(folder: Path, lines: int) -> str:
    """The job, and its input with numbered lines."""
    (folder / "in.log").write_text("".join(f"{number}\n" for number in range(lines)))
    text = COPY.format(folder=folder)
    (folder / "job.yaml").write_text(text)
    return text


def written(folder: Path) -> int:
    target = folder / "out.log"
    return target.stat().st_size if target.exists() else 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_drains_and_ends_in_order(tmp_path: Path, number: signal.Signals) -> None:
    prepared(tmp_path, 1000)
    with started("run", "job", "job.yaml", folder=tmp_path) as running:
        running.wait_for("output", lambda: written(tmp_path))
        running.process.send_signal(number)
        assert running.end() == 0
        assert "stopped: asked to stop" in running.said
    lines = (tmp_path / "out.log").read_text().splitlines()
    assert lines == [str(one) for one in range(len(lines))]


def wrote_over(folder: Path, least: float) -> bool:
    return written(folder) > least


def test_a_kill_in_mid_file_and_a_second_run_give_the_exact_result(tmp_path: Path) -> None:
    text = prepared(tmp_path, 200_000)
    whole = (tmp_path / "in.log").read_bytes()
    kills = 0
    for share in (0.1, 0.3, 0.6):
        with started("run", "job", "job.yaml", folder=tmp_path) as running:
            running.wait_for("some of it", partial(wrote_over, tmp_path, len(whole) * share))
            kills += written(tmp_path) < len(whole)
            running.process.kill()
            running.process.wait(30)
    assert kills, "no kill met the job at work"
    totals = ledger(run_job(tmp_path, text))
    assert (tmp_path / "out.log").read_bytes() == whole
    assert (totals["received"], totals["delivered"], totals["in_flight"]) == (200_000, 200_000, 0)


def test_the_same_job_does_not_run_twice_at_once(tmp_path: Path) -> None:
    prepared(tmp_path, 10)
    with started("run", "job", "job.yaml", folder=tmp_path) as running:
        running.wait_for("output", lambda: written(tmp_path))
        second = lyftdata("run", "job", "job.yaml", "--until-idle", folder=tmp_path)
        second.refused("job-locked", "'copy'", f"process {running.process.pid}", "stop that one")
        assert running.process.poll() is None
