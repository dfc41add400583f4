"""Components do not know each other; what several share stands in a file with an underscore."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tools.house.tree import Fault, Tree

FOLDERS = ("inputs", "actions", "outputs")


def check(tree: Tree) -> Iterator[Fault]:
    """Look at what each file of the three folders imports of the same folder."""
    for folder in FOLDERS:
        for name in tree.under(f"src/lyftdata/{folder}/"):
            for line, module in _imports(tree.parse(name)):
                _, found, sibling = module.partition(f"lyftdata.{folder}.")
                if found and not sibling.startswith("_"):
                    message = f"imports its sibling {sibling}; share by a file with an underscore"
                    yield Fault(name, line, "sibling-import", message)


def _imports(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        match node:
            case ast.ImportFrom(module=str(module), names=names):
                yield from ((node.lineno, f"{module}.{alias.name}") for alias in names)
            case ast.Import(names=names):
                yield from ((node.lineno, alias.name) for alias in names)
