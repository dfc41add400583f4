"""Tests carry ids that the inventory has: `@pytest.mark.spec("JOB-4:filter")`."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tools.house.tree import Fault, Tree
from tools.spec_report import read_rows, unknown

PAGE = "docs/spec.md"


def check(tree: Tree) -> Iterator[Fault]:
    """Compare the literal arguments of the marks with the rows and parts."""
    if PAGE not in tree.files:
        return
    known = [mark for row in read_rows(tree.read(PAGE)) for mark in row.marks]
    for name in tree.under("tests/"):
        for node in ast.walk(tree.parse(name)):
            match node:
                case ast.Call(func=ast.Attribute(attr="spec", value=ast.Attribute(attr="mark"))):
                    yield from _faults(name, node, known)


def _faults(name: str, call: ast.Call, known: list[str]) -> Iterator[Fault]:
    for value in call.args:
        if isinstance(value, ast.Constant) and (fault := unknown(str(value.value), known)):
            yield Fault(name, value.lineno, "unknown-promise", fault, PAGE)
