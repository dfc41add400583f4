"""Every environment variable that the source reads is told in the reference."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tools.house.tree import Fault, Tree

VARIABLE = re.compile(r"\bLYFTDATA_[A-Z][A-Z_]*[A-Z]\b")
PAGE = "docs/reference/settings.md"


def check(tree: Tree) -> Iterator[Fault]:
    """Compare variables in the source with the page of settings."""
    told = set(VARIABLE.findall(tree.read(PAGE))) if PAGE in tree.files else set()
    seen: set[str] = set()
    for name in tree.under("src/"):
        for at, line in enumerate(tree.read(name).splitlines(), start=1):
            for variable in VARIABLE.findall(line):
                if variable not in told and variable not in seen:
                    seen.add(variable)
                    yield Fault(name, at, "undocumented-setting", f"{variable} is missing", PAGE)
