"""Kills of job process, worker and server while events flow; a worker whose server is away."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from bench.crash import Feed, countdown
from bench.testbed import Testbed

AWAY_S = 12.0
"""Longer than the lease of a worker."""
COPY = """name: copy
input:
  files: {{path: {folder}/source.ndjson, json: true}}
output:
  file: {{path: {folder}/out.ndjson}}
"""


@pytest.mark.spec("WRK-4:restart", "JOB-3:runs", "RUN-8")
def test_kills_lose_nothing_repeat_nothing_and_leave_nothing_unexplained() -> None:
    arguments = ["--seed", "1", "--kills", "6", "--events", "12000"]
    done = subprocess.run(
        [sys.executable, "-m", "bench.crash", *arguments],
        check=False,
        capture_output=True,
        text=True,
        timeout=110,
    )
    last = done.stdout.splitlines()[-1:]
    assert last == ["lost=0 duplicated=0 ledger=balanced kills=6"], done.stdout + done.stderr
    assert done.returncode == 0, done.stdout


@pytest.mark.spec("WRK-7:runs", "WRK-7:reports")
def test_a_worker_goes_on_without_its_server_and_tells_all_when_it_is_back(tmp_path: Path) -> None:
    source, out = tmp_path / "source.ndjson", tmp_path / "out.ndjson"
    source.touch()
    with Testbed(tmp_path / "state") as bed:
        bed.deploy(COPY.format(folder=tmp_path))
        (first,) = bed.wait_for("a run", lambda: bed.get("/api/jobs/copy/runs")["items"])
        bed.kill(bed.pids("server")[0], 9)
        feed = Feed(source, 1200, countdown(AWAY_S))
        feeder = threading.Thread(target=feed.run, daemon=True)
        feeder.start()
        bed.wait_for("half of the events", lambda: lines(out) >= 600)
        bed.kill(bed.pids("job process")[0], 9)
        feeder.join()
        bed.wait_for("all events without a server", lambda: lines(out) == 1200)
        assert bed.pids("server") == []
        bed.start()
        bed.wait_for("the counters", lambda: bed.totals("copy").get("delivered") == 1200)
        runs = bed.wait_for("both runs", lambda: two(bed.get("/api/jobs/copy/runs")["items"]))
        said = bed.get("/api/jobs/copy/logs?limit=200")["items"]
        bed.wait_for("the state", lambda: bed.job("copy")["state"] == "running")
    ids = [json.loads(line)["id"] for line in out.read_text().splitlines()]
    assert ids == list(range(1200))
    second, lost = runs
    assert (lost["id"], lost["state"], second["state"]) == (first["id"], "lost", "running")
    assert "SIGKILL" in lost["reason"]
    assert second["id"] in lost["reason"]
    assert any("killed by SIGKILL" in one["message"] for one in said)


@pytest.mark.spec("WRK-4:drain")
def test_an_orderly_end_of_the_server_ends_its_runs_in_order(tmp_path: Path) -> None:
    source = tmp_path / "source.ndjson"
    source.write_text('{"id":0}\n')
    with Testbed(tmp_path / "state") as bed:
        bed.deploy(COPY.format(folder=tmp_path))
        bed.wait_for("a delivery", lambda: lines(tmp_path / "out.ndjson") == 1)
        (run,) = bed.wait_for("a run", lambda: bed.get("/api/jobs/copy/runs")["items"])
        bed.kill(bed.pids("server")[0], signal.SIGTERM)
        bed.wait_for("the end", lambda: not any(bed.pids(name) for name in ("server", "worker")))
        bed.start()
        second, first = bed.wait_for(
            "the next run", lambda: two(bed.get("/api/jobs/copy/runs")["items"])
        )
    assert (first["id"], first["state"], first["reason"]) == (
        run["id"],
        "cancelled",
        "asked to stop",
    )
    assert second["state"] == "running"


def lines(path: Path) -> int:
    return path.read_bytes().count(b"\n") if path.exists() else 0


def two(runs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return runs if len(runs) == 2 else []
