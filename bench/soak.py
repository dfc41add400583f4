"""`make soak MINUTES=30`: one steady job for long; memory must not grow, nothing may be lost.

The memory of server, worker and job process is read every few seconds. What each has after the
first fifth of the time is its start; at the end it may have grown by a tenth and 16 MiB, no more.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Final

import psutil

from bench.crash import Feed, balanced, countdown
from bench.testbed import Testbed

_JOB: Final = """\
name: soak
input:
  files: {path: "%s", json: true}
actions:
  - filter: {how: {expression: 'id %% 10 ~= 0'}}
  - script: {let: {n: count(), label: '"event " .. id'}}
  - extract: {input-field: text, pattern: '^event (?<number>[0-9]+)$'}
output:
  file-store:
    path: "%s"
    object-name: {name: events}
    preprocessors: [gzip]
    batch: {mode: fixed, fixed-size: 5000, timeout: 1s}
"""
_PROCESSES: Final = ("server", "worker", "job process")
_PER_SECOND: Final = 5000
_GROWTH: Final = 1.1
_ROOM: Final = 16 << 20


def main() -> int:
    """Run; the last line says what was lost and how the memory went."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=30)
    seconds = parser.parse_args().minutes * 60
    with tempfile.TemporaryDirectory(prefix="lyftdata-soak-") as folder:
        return soak(Path(folder), seconds)


def soak(folder: Path, seconds: float) -> int:
    """All of it in `folder`; returns the exit code."""
    source = folder / "source.ndjson"
    source.touch()
    feed = Feed(source, int(_PER_SECOND * seconds), countdown(seconds))
    feeder = threading.Thread(target=feed.run, daemon=True)
    with Testbed(folder / "state") as bed:
        bed.deploy(_JOB % (source, folder / "out"))
        bed.wait_for("the job to run", lambda: bed.job("soak")["state"] == "running")
        feeder.start()
        starts, ends = _watch(bed, seconds)
        feeder.join()
        bed.wait_for("all to be read", lambda: _settled(bed, feed.total), 120, give_up=False)
        totals = bed.totals("soak")
    lost = feed.total - totals["received"]
    grown = [name for name in _PROCESSES if ends[name] > starts[name] * _GROWTH + _ROOM]
    for name in _PROCESSES:
        print(f"{name:<12} {starts[name] >> 20} MiB -> {ends[name] >> 20} MiB")
    ledger = "balanced" if balanced(totals, feed.total) else f"NOT balanced {totals}"
    print(f"lost={lost} ledger={ledger} grown={','.join(grown) or 'none'} events={feed.total}")
    return 1 if lost or grown or not balanced(totals, feed.total) else 0


def _watch(bed: Testbed, seconds: float) -> tuple[dict[str, int], dict[str, int]]:
    """Memory of each process after a fifth of the time, and at the end."""
    time.sleep(seconds / 5)
    starts = _memory(bed)
    time.sleep(seconds * 4 / 5)
    return starts, _memory(bed)


def _memory(bed: Testbed) -> dict[str, int]:
    return {
        name: max(psutil.Process(pid).memory_info().rss for pid in bed.pids(name))
        for name in _PROCESSES
    }


def _settled(bed: Testbed, total: int) -> bool:
    totals = bed.totals("soak")
    return totals.get("received") == total and not totals.get("in_flight")


if __name__ == "__main__":
    sys.exit(main())
