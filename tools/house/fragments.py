"""A change that users see brings a fragment: changelog.d/NAME.added.md and the like."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator

from tools.house.tree import Fault, Tree

FOLDER = "changelog.d/"
NAME = re.compile(r"changelog\.d/[a-z0-9-]+\.(added|changed|fixed|removed|security)\.md")
README = FOLDER + "README.md"
SEEN_BY_USERS = ("src/", "ui/src/")


def check(tree: Tree) -> Iterator[Fault]:
    """Check the names, and that a branch with changes has a fragment of its own."""
    found = [name for name in tree.under(FOLDER, ends=("",)) if name != README]
    for name in found:
        if not NAME.fullmatch(name):
            message = "name it NAME.added|changed|fixed|removed|security.md"
            yield Fault(name, 1, "fragment-name", message, README)
        elif not tree.read(name).strip():
            yield Fault(name, 1, "empty-fragment", "say in a sentence what users get", README)
    changed = _changed(tree)
    touched = any(name.startswith((FOLDER, "CHANGELOG.md")) for name in changed)
    if any(name.startswith(SEEN_BY_USERS) for name in changed) and not touched:
        yield Fault(README, 1, "no-fragment", "src changed and nothing tells users of it", README)


def _changed(tree: Tree) -> list[str]:
    """What differs from the branch that we started from; nothing where there is none."""
    command = ["git", "diff", "--name-only", "origin/main...HEAD"]
    done = subprocess.run(command, cwd=tree.root, check=False, capture_output=True, text=True)
    return done.stdout.split() if done.returncode == 0 else []
