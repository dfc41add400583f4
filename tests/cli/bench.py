"""Runs the real commands as processes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path


def lyftdata(
    *arguments: str, folder: Path, command: str = "main", text: str = "", **environ: str
) -> subprocess.CompletedProcess[str]:
    """One run of the command, with its state in `folder`."""
    known = {key: value for key, value in os.environ.items() if not key.startswith("LYFTDATA_")}
    return subprocess.run(
        [sys.executable, "-m", f"lyftdata.cli.{command}", *arguments],
        check=False,
        capture_output=True,
        text=True,
        input=text,
        cwd=folder,
        timeout=60,
        env={
            **known,
            "LYFTDATA_JOBS_DIR": str(folder / "state"),
            "LYFTDATA_CONFIG_DIR": str(folder / "config"),
            **environ,
        },
    )
