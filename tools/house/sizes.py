"""Files and functions stay small enough to be read at once."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tools.house.tree import Fault, Tree

FILE_LINES = 400
TEST_LINES = 300
FUNCTION_LINES = 50
GENERATED = ("ui/src/api/openapi.ts",)
LISTS = "src/lyftdata/store/migrations/"  # a migration is one list of steps, never edited again


def check(tree: Tree) -> Iterator[Fault]:
    """Compare lines per file and per function with the bounds."""
    limits = {"tests/": TEST_LINES, "ui/": FILE_LINES, "": FILE_LINES}
    for name in tree.under(
        "src/", "tests/", "tools/", "bench/", "packaging/", "ui/src/", ends=(".py", ".ts", ".tsx")
    ):
        if name in GENERATED:
            continue
        limit = next(value for start, value in limits.items() if name.startswith(start))
        lines = tree.read(name).count("\n")
        if lines > limit:
            yield Fault(name, limit + 1, "file-size", f"{lines} lines; at most {limit}")
        if name.endswith(".py") and not name.startswith(LISTS):
            yield from _functions(tree, name)


def _functions(tree: Tree, name: str) -> Iterator[Fault]:
    for node in ast.walk(tree.parse(name)):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        body = node.body[1:] if ast.get_docstring(node) else node.body
        lines = 1 + (node.end_lineno or node.lineno) - body[0].lineno if body else 0
        if lines > FUNCTION_LINES:
            message = f"{node.name} has {lines} lines; at most {FUNCTION_LINES}"
            yield Fault(name, node.lineno, "function-size", message)
