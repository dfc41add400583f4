"""`make bench`: our engine and its rivals on the same seeded events, in one interleaved run.

MB are 10^6 bytes of input; CPU seconds are user and system time of the whole process tree, less
what the same engine takes for a file of two lines (its start). Results are checked outside the
timed part. Prints a table with what was lost, and writes the rows to `build/bench.json`.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from bench import data, footprint
from bench.engines import Engine, engines

WORKLOADS: Final = ("W1", "W2", "W3")
TARGETS: Final = {"W1": ("cat", 0.5), "W2": ("", 2.0), "W3": ("", 3.0)}
"""Against whom, and how many times their MB per CPU-second; "" is the best of the JSON rivals."""
_JSON_RIVALS: Final = ("jq", "miller", "tenzir")
_MEMORY: Final = Path("/dev/shm")  # noqa: S108  # a folder of our own is made in it
"""Results are written to memory, so that no disk is measured."""
_ROOT: Final = Path(__file__).parent.parent


@dataclass(frozen=True, slots=True)
class Row:
    """One line of `build/bench.json`."""

    workload: str
    engine: str
    version: str
    mb_per_cpu_s: float
    wall_mb_s: float
    checked: str


@dataclass(frozen=True, slots=True)
class Cost:
    """What one process tree took, in seconds."""

    cpu: float
    wall: float


def main() -> int:
    """Measure, print, write; exit 1 when a result of ours is wrong or a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=600_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="measure this engine alone")
    parser.add_argument("--out", type=Path, default=_ROOT / "build" / "bench.json")
    options = parser.parse_args()
    source = _ROOT / "build" / "bench" / f"events-{options.events}.ndjson"
    data.write(source, options.events, options.seed)
    found, missing = engines()
    found = [one for one in found if options.only in ("", one.name)]
    rows = []
    memory = _MEMORY if _MEMORY.is_dir() else None
    with tempfile.TemporaryDirectory(prefix="lyftdata-bench-", dir=memory) as folder:
        for workload in WORKLOADS:
            rows += _workload(workload, found, source, Path(folder), options.rounds)
    _report(rows, missing, source)
    prints = footprint.measure()
    print("\n".join(prints.lines()))
    options.out.write_text(json.dumps([asdict(row) for row in rows], indent=2) + "\n")
    wrong = [row for row in rows if row.engine == "lyftdata" and row.checked != "equal"]
    return 1 if wrong or not prints.within else 0


def _workload(
    workload: str, found: list[Engine], source: Path, folder: Path, rounds: int
) -> list[Row]:
    small = folder / "two.ndjson"
    small.write_bytes(b"".join(source.read_bytes()[:4096].splitlines(keepends=True)[:2]))
    costs: dict[str, list[tuple[Cost, Cost]]] = {}
    checked: dict[str, str] = {}
    able = [one for one in found if one.command(workload, source, folder) is not None]
    for turn in range(rounds + 1):
        for engine in able:
            target = folder / f"{workload}-{engine.name}"
            start = _run(engine, workload, small, target)
            full = _run(engine, workload, source, target)
            if turn == 0:
                checked[engine.name] = _check(workload, source, target)
                continue
            costs.setdefault(engine.name, []).append((start, full))
            print(f"\r{workload} round {turn}/{rounds} {engine.name:<10}", end="", file=sys.stderr)
    print(file=sys.stderr)
    megabytes = source.stat().st_size / 1e6
    return [
        Row(
            workload,
            engine.name,
            engine.version,
            round(megabytes / _cpu(costs[engine.name]), 1),
            round(megabytes / statistics.median(full.wall for _, full in costs[engine.name]), 1),
            checked[engine.name],
        )
        for engine in able
    ]


def _cpu(costs: list[tuple[Cost, Cost]]) -> float:
    """CPU seconds beyond the start, by the medians of both."""
    start = statistics.median(one.cpu for one, _ in costs)
    return max(statistics.median(one.cpu for _, one in costs) - start, 1e-3)


def _run(engine: Engine, workload: str, source: Path, target: Path) -> Cost:
    command = engine.command(workload, source, target)
    if command is None:
        raise SystemExit(f"{engine.name} has no {workload}")
    target.unlink(missing_ok=True)
    state = Path(tempfile.mkdtemp(dir=target.parent))
    environment = {**os.environ, "LYFTDATA_JOBS_DIR": str(state)}
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(command, env=environment, capture_output=True, check=False)
    wall, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    shutil.rmtree(state)
    if done.returncode != 0:
        raise SystemExit(f"{engine.name} failed on {workload}: {done.stderr.decode()[-2000:]}")
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(cpu, wall)


def _check(workload: str, source: Path, target: Path) -> str:
    """`equal`: as asked; `same count`: some values are written otherwise; else what is wrong."""
    wanted = [line for line in (_wanted(workload, one) for one in source.open("rb")) if line]
    given = target.read_bytes().splitlines()
    if len(wanted) != len(given):
        return f"wrong: {len(given)} lines, not {len(wanted)}"
    if workload == "W1":
        return "equal" if wanted == given else "same count"
    pairs = zip(wanted, given, strict=True)
    return (
        "equal" if all(json.loads(one) == json.loads(two) for one, two in pairs) else "same count"
    )


def _wanted(workload: str, line: bytes) -> bytes | None:
    if workload == "W1":
        return line.rstrip(b"\n")
    event: dict[str, Any] = json.loads(line)
    if workload == "W2":
        return line if event["zone"] == "zone-3" else None
    if event["level"] != "info":
        return None
    event["env"], event["ip"] = "production", event.pop("client")
    del event["agent"], event["request"]
    return json.dumps(event, separators=(",", ":"), ensure_ascii=False).encode()


def _report(rows: list[Row], missing: list[str], source: Path) -> None:
    cpu = platform.processor() or platform.machine()
    print(f"machine: {os.cpu_count()} CPUs, {cpu}, {platform.platform()}")
    print(f"python {platform.python_version()}; input {source.stat().st_size / 1e6:.0f} MB")
    if missing:
        print(f"not on this machine: {', '.join(missing)}")
    print(f"{'':<4}{'engine':<12}{'MB/CPU-s':>10}{'wall MB/s':>11}  {'result':<12}version")
    for row in rows:
        print(
            f"{row.workload:<4}{row.engine:<12}{row.mb_per_cpu_s:>10.1f}{row.wall_mb_s:>11.1f}"
            f"  {row.checked:<12}{row.version}"
        )
    for workload in WORKLOADS:
        _verdict(workload, {row.engine: row for row in rows if row.workload == workload})


def _verdict(workload: str, rows: dict[str, Row]) -> None:
    rival, factor = TARGETS[workload]
    rivals = [rows[name] for name in ((rival,) if rival else _JSON_RIVALS) if name in rows]
    if "lyftdata" not in rows or not rivals:
        return
    best = max(rivals, key=lambda row: row.mb_per_cpu_s)
    ratio = rows["lyftdata"].mb_per_cpu_s / best.mb_per_cpu_s
    word = "reached" if ratio >= factor else "MISSED"
    print(f"{workload}: {ratio:.2f}x {best.engine}; target {factor}x {word}")
    lost = [row for row in rows.values() if row.mb_per_cpu_s > rows["lyftdata"].mb_per_cpu_s]
    for row in lost:
        print(f"{workload}: we lose to {row.engine} ({row.mb_per_cpu_s:.0f} MB/CPU-s)")


if __name__ == "__main__":
    sys.exit(main())
