"""No committed file names a folder of somebody's machine or the address of a package registry."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tools.house.tree import Fault, Tree

MACHINE = re.compile(r"(?<![\w.])/(?:work|root|home/[a-z]+)/[\w.]")
REGISTRY = re.compile(
    r"\b(?:pypi\.org|files\.pythonhosted\.org|registry\.(?:npmjs\.org|yarnpkg\.com)"
    r"|(?:static\.|index\.)?crates\.io|proxy\.golang\.org|repo1?\.maven\.org|deb\.debian\.org)\b"
)
BINARY = (".png", ".ico", ".woff2", ".gz", ".zst", ".db")


def check(tree: Tree) -> Iterator[Fault]:
    """Look through every text file."""
    for name in tree.files:
        if name.endswith(BINARY):
            continue
        for at, line in enumerate(tree.read(name).splitlines(), start=1):
            if found := MACHINE.search(line):
                yield Fault(name, at, "machine-path", f"{found[0]}... is a folder of one machine")
            if found := REGISTRY.search(line):
                yield Fault(name, at, "registry-address", f"{found[0]} belongs in no file of ours")
