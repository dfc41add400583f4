"""The engines that `make bench` compares: how each is called, and what it calls itself.

A rival gets the same task in its own words and writes to a file of its own. What a machine does not
have is left out and named.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_HERE: Final = Path(__file__).parent
RIVALS: Final = _HERE.parent / "build" / "rivals"
"""Where `make rivals` puts what comes from PyPI."""


@dataclass(frozen=True, slots=True)
class Engine:
    """`command(workload, source, target)` is an argument list, or None: no such task."""

    name: str
    version: str
    command: Callable[[str, Path, Path], list[str] | None]


def engines() -> tuple[list[Engine], list[str]]:
    """The engines of this machine, ours first, and the names of those that it has not."""
    found = [Engine("lyftdata", _version([*OURS, "--version"]), _lyftdata)]
    missing = []
    for name, program, command in (
        ("cat", "cat", _cat),
        ("jq", "jq", _jq),
        ("miller", "mlr", _miller),
        ("tenzir", str(RIVALS / "bin" / "tenzir"), _tenzir),
    ):
        path = shutil.which(program)
        if path is None:
            missing.append(name)
        else:
            version = _tenzir_version() if name == "tenzir" else _version([path, "--version"])
            found.append(Engine(name, version, command))
    return found, missing


OURS: Final = (sys.executable, "-m", "lyftdata.cli.main")


def _lyftdata(workload: str, source: Path, target: Path) -> list[str]:
    job = _HERE / "jobs" / f"{workload.lower()}.yaml"
    contexts = ["--context", f"in={source}", "--context", f"out={target}"]
    return [*OURS, "run", "job", str(job), *contexts]


def _cat(workload: str, source: Path, target: Path) -> list[str] | None:
    return _shell(f"cat {source} > {target}") if workload == "W1" else None


def _jq(workload: str, source: Path, target: Path) -> list[str]:
    program = {
        "W1": "-R -r .",
        "W2": """-c 'select(.zone == "zone-3")'""",
        "W3": """-c 'select(.level == "info") | .env = "production" | .ip = .client"""
        """ | del(.client, .agent, .request)'""",
    }[workload]
    return _shell(f"jq {program} {source} > {target}")


def _miller(workload: str, source: Path, target: Path) -> list[str]:
    program = {
        "W1": "--inidx --ifs '\\001' --onidx --ofs '\\001' cat",
        "W2": """--ijsonl --ojsonl filter '$zone == "zone-3"'""",
        "W3": """--ijsonl --ojsonl filter '$level == "info"' then put '$env = "production"'"""
        " then rename client,ip then cut -x -f agent,request",
    }[workload]
    return _shell(f"mlr --no-auto-flatten --no-auto-unflatten {program} {source} > {target}")


def _tenzir(workload: str, source: Path, target: Path) -> list[str]:
    if workload == "W1":
        steps, read, write = "", "read_lines", "write_lines"
    else:
        read, write = "read_ndjson", "write_ndjson"
        steps = '| where zone == "zone-3" '
    if workload == "W3":
        steps = '| where level == "info" | env = "production" | ip = client '
        steps += "| drop client, agent, request "
    pipeline = f'from_file "{source}" {{ {read} }} {steps}| to_file "{target}" {{ {write} }}'
    return [str(RIVALS / "bin" / "tenzir"), pipeline]


def _shell(text: str) -> list[str]:
    return ["/bin/sh", "-c", text]


def _version(command: list[str]) -> str:
    environment = {**os.environ, "NO_COLOR": "1"}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    text = done.stdout.strip()
    return text.splitlines()[0].strip() if text and done.returncode == 0 else "unknown"


def _tenzir_version() -> str:
    pip = [str(RIVALS / "bin" / "python"), "-c"]
    return _version([*pip, "from importlib.metadata import version; print(version('tenzir'))"])
