"""Collects the fragments of changelog.d into CHANGELOG.md: `-m tools.changelog 0.2.0 DATE`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
KINDS = ("added", "changed", "fixed", "removed", "security")


def section(title: str, fragments: Mapping[str, str]) -> str:
    """The part of one release, from fragments by file name."""
    lines = [f"## {title}"]
    for kind in KINDS:
        texts = [
            " ".join(text.split())
            for name, text in sorted(fragments.items())
            if name.endswith(f".{kind}.md")
        ]
        if texts:
            lines += ["", f"### {kind.capitalize()}", "", *(f"- {text}" for text in texts)]
    return "\n".join(lines) + "\n"


def insert(log: str, part: str) -> str:
    """Put the part of a release before those of older ones."""
    head, mark, older = log.partition("\n## ")
    return f"{head.rstrip()}\n\n{part}" + (f"{mark}{older}" if mark else "")


def main() -> int:
    """Write the release's part and remove the fragments; 1 when there is none."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("version")
    options.add_argument("date", help="YYYY-MM-DD")
    chosen = options.parse_args()
    paths = [path for kind in KINDS for path in (ROOT / "changelog.d").glob(f"*.{kind}.md")]
    if not paths:
        print("changelog.d has no fragments: nothing to release")
        return 1
    fragments = {path.name: path.read_text("utf-8") for path in paths}
    log = ROOT / "CHANGELOG.md"
    part = section(f"{chosen.version} ({chosen.date})", fragments)
    log.write_text(insert(log.read_text("utf-8"), part), "utf-8")
    for path in paths:
        path.unlink()
    return 0


if __name__ == "__main__":
    sys.exit(main())
