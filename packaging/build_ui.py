"""Builds the page into the package, so that wheel and sdist carry it and users need no Node.

Hatch loads `BuildPage` at every build; `make` runs this file. `LYFTDATA_SKIP_UI=1` leaves the page
out, which makes a package without one (the API works; the server says so at `/`).
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).resolve().parent.parent
PAGE = Path("src/lyftdata/server/static/index.html")
NOT_SOURCES = {"node_modules", "dist"}


class BuildPage(BuildHookInterface[Any]):
    """Bring the page up to date before files are collected."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        root = Path(self.root)
        if needs_build(root, skip=os.environ.get("LYFTDATA_SKIP_UI", "")):
            build(root)


def needs_build(root: Path, *, skip: str) -> bool:
    """Whether there is a page to build and the built one is missing or older than a source."""
    if skip not in {"", "0"} or not (root / "ui" / "package.json").exists():
        return False
    built = root / PAGE
    return not built.exists() or built.stat().st_mtime < newest(root / "ui")


def newest(folder: Path) -> float:
    """The time of the youngest source file under `folder`."""
    return max(
        (
            path.stat().st_mtime
            for path in folder.rglob("*")
            if path.is_file() and NOT_SOURCES.isdisjoint(path.relative_to(folder).parts)
        ),
        default=0.0,
    )


def build(root: Path) -> None:
    """Install the page's packages unless they are there, and build it.

    Raises SystemExit without npm, CalledProcessError when npm fails.
    """
    npm = shutil.which("npm")
    if npm is None:
        raise SystemExit(
            "the page needs Node 20 with npm; set LYFTDATA_SKIP_UI=1 to build without a page"
        )
    page = ("--prefix", str(root / "ui"))
    if not (root / "ui" / "node_modules").exists():
        subprocess.run([npm, *page, "ci", "--no-audit", "--no-fund"], check=True)
    subprocess.run([npm, *page, "run", "build"], check=True)


if __name__ == "__main__":
    build(ROOT)
    sys.exit(0 if (ROOT / PAGE).exists() else f"npm built no {PAGE}")
