"""What the rules look at: the files of the project that git knows or would take."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """A rule that is broken, where, and the page to read."""

    path: str
    line: int
    rule: str
    message: str
    page: str = "CONTRIBUTING.md"

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.rule}: {self.message} ({self.page})"


@dataclass(frozen=True, slots=True)
class Tree:
    """The root folder and the paths below it, relative, with slashes."""

    root: Path
    files: tuple[str, ...]

    def under(self, *starts: str, ends: tuple[str, ...] = (".py",)) -> Iterator[str]:
        """The files in one of these folders with one of these endings."""
        return (name for name in self.files if name.startswith(starts) and name.endswith(ends))

    def read(self, name: str) -> str:
        """The text of a file; bytes that are no UTF-8 are replaced."""
        return (self.root / name).read_text("utf-8", errors="replace")

    def parse(self, name: str) -> ast.Module:
        """The syntax tree of a Python file."""
        return ast.parse(self.read(name), name)


def read_tree(root: Path) -> Tree:
    """List the files that are committed or could be; ignored ones are not looked at."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=root, check=True, capture_output=True).stdout
    names = {name for name in listed.decode().split("\0") if name}
    return Tree(root, tuple(sorted(name for name in names if (root / name).is_file())))
