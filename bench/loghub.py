"""`make loghub DATA=DIR`: parse real logs with the example jobs and compare with their labels.

For each set the job of `examples/jobs/loghub` runs as a user would run it; every labelled column
but the line and template ids is compared, text trimmed on both sides, a missing column equal to an
empty one. Exits 1 unless every line is equal.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, Final

SETS: Final = ("Apache", "HDFS", "Linux", "OpenSSH", "OpenStack", "Zookeeper")
_NOT_COMPARED: Final = ("LineId", "EventId", "EventTemplate")
_JOBS: Final = Path(__file__).parent.parent / "examples" / "jobs" / "loghub"


def main() -> int:
    """Run all sets and print how many lines are equal."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with the six log sets")
    data: Path = parser.parse_args().data.resolve()
    equal = total = 0
    for name in SETS:
        labels = _labels(data / f"{name}_2k.log_structured.csv")
        with tempfile.TemporaryDirectory() as folder:
            events = _parsed(name.lower(), data, Path(folder))
        same = sum(_same(event, label) for event, label in zip(events, labels, strict=False))
        print(f"{name:<10} equal={same} of {len(labels)} (events={len(events)})")
        equal, total = equal + same, total + len(labels)
    print(f"equal={equal} of {total}")
    return 0 if equal == total else 1


def _labels(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def _parsed(job: str, data: Path, folder: Path) -> list[dict[str, Any]]:
    command = [sys.executable, "-m", "lyftdata.cli.main", "run", "job", str(_JOBS / f"{job}.yaml")]
    command += ["--context", f"folder={data}", "--context", f"out={folder}"]
    environment = {**os.environ, "LYFTDATA_JOBS_DIR": str(folder / "state")}
    subprocess.run(command, check=True, env=environment, stdout=subprocess.DEVNULL)
    lines = (folder / f"{job}.ndjson").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def _same(event: dict[str, Any], label: dict[str, str]) -> bool:
    columns = [name for name in label if name not in _NOT_COMPARED]
    return all(_text(event.get(name)) == _text(label[name]) for name in columns)


def _text(value: object) -> str:
    return "" if value is None else str(value).strip()


if __name__ == "__main__":
    sys.exit(main())
