"""What must stay small: the CPU time of `lyftdata --help` and the memory of an idle job process."""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psutil

from bench.engines import OURS

MAX_HELP_CPU_S: Final = 0.3
MAX_IDLE_MIB: Final = 60.0
_SETTLE_S: Final = 3.0
_IDLE_JOB: Final = """\
name: idle
input:
  files: {path: "%s", json: true}
actions:
  - filter: {how: {expression: 'level == "info"'}}
  - script: {let: {n: count()}}
output:
  file-store: {path: "%s", object-name: {name: out}}
"""


@dataclass(frozen=True, slots=True)
class Footprint:
    """Seconds of CPU and mebibytes of resident memory."""

    help_cpu_s: float
    idle_mib: float

    @property
    def within(self) -> bool:
        """Whether both bounds hold."""
        return self.help_cpu_s < MAX_HELP_CPU_S and self.idle_mib < MAX_IDLE_MIB

    def lines(self) -> list[str]:
        """Both figures with their bounds."""
        return [
            f"lyftdata --help: {self.help_cpu_s:.3f} s CPU (bound {MAX_HELP_CPU_S} s)",
            f"idle job process: {self.idle_mib:.1f} MiB resident (bound {MAX_IDLE_MIB:.0f} MiB)",
        ]


def measure() -> Footprint:
    """Measure both; the help as the median of five calls."""
    return Footprint(statistics.median(_help_cpu() for _ in range(5)), _idle_mib())


def _help_cpu() -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([*OURS, "--help"], check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _idle_mib() -> float:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        job, source = folder / "job.yaml", folder / "in.ndjson"
        job.write_text(_IDLE_JOB % (source, folder / "out"))
        source.write_text('{"level":"info"}\n')
        process = subprocess.Popen(
            [*OURS, "run", "job", str(job)],
            env={**os.environ, "LYFTDATA_JOBS_DIR": str(folder / "state")},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            time.sleep(_SETTLE_S)
            running = psutil.Process(process.pid)
            tree = [running, *running.children(recursive=True)]
            return max(one.memory_info().rss for one in tree) / (1 << 20)
        finally:
            process.terminate()
            process.wait(30)
