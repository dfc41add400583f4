"""The short forms of the long campaigns: they run, and what they check holds."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from bench import data
from bench.soak import soak


def test_the_same_seed_gives_the_same_events() -> None:
    assert list(data.events(50, 3)) == list(data.events(50, 3))


def test_every_workload_gives_the_right_result(tmp_path: Path) -> None:
    out = tmp_path / "bench.json"
    command = [sys.executable, "-m", "bench.run", "--events", "2000", "--rounds", "1"]
    done = subprocess.run(
        [*command, "--only", "lyftdata", "--out", str(out)],
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    rows = json.loads(out.read_text())
    assert [(row["workload"], row["checked"]) for row in rows] == [
        ("W1", "equal"),
        ("W2", "equal"),
        ("W3", "equal"),
    ]


@pytest.mark.spec("RUN-8")
def test_a_steady_job_neither_loses_nor_grows(tmp_path: Path) -> None:
    assert soak(tmp_path, 10) == 0
