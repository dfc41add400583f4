"""Every error code stands on the page of codes, and every code on the page exists."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from tools.house.tree import Fault, Tree

PAGE = "docs/reference/errors.md"
CODE = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
COMPOSED = re.compile(r"f\"([a-z-]+-)\{")
_RAISERS = {"PydanticCustomError", "_fault"}


def check(tree: Tree) -> Iterator[Fault]:
    """Compare codes in the source with the headings of the page."""
    used = {code: place for place, code in _codes(tree)}
    if not used:
        return
    headings = _headings(tree)
    for code, (path, line) in used.items():
        if code not in headings:
            yield Fault(path, line, "undocumented-code", f"`## {code}` is missing", PAGE)
    texts = "\n".join(tree.read(name) for name in tree.under("src/"))
    composed = set(COMPOSED.findall(texts))
    for code, line in headings.items():
        if f'"{code}"' not in texts and not any(code.startswith(start) for start in composed):
            yield Fault(PAGE, line, "unused-code", f"no source has the code {code!r}")
    if list(headings) != sorted(headings):
        yield Fault(PAGE, 1, "unsorted-codes", "sort the headings by code")


def _headings(tree: Tree) -> dict[str, int]:
    if PAGE not in tree.files:
        return {}
    lines = enumerate(tree.read(PAGE).splitlines(), start=1)
    return {line[3:].strip().strip("`"): at for at, line in lines if line.startswith("## ")}


def _codes(tree: Tree) -> Iterator[tuple[tuple[str, int], str]]:
    for name in tree.under("src/"):
        for node in ast.walk(tree.parse(name)):
            for value in _values(node):
                text = value.value if isinstance(value, ast.Constant) else None
                if isinstance(text, str) and CODE.fullmatch(text):
                    yield (name, value.lineno), text


def _values(node: ast.AST) -> Iterator[ast.expr]:
    match node:
        case ast.ClassDef(body=body):
            for line in body:
                match line:
                    case ast.Assign(targets=[ast.Name(id="code")], value=value):
                        yield value
                    case ast.AnnAssign(target=ast.Name(id="code"), value=ast.expr() as value):
                        yield value
        case ast.Call(func=ast.Name(id=name), args=[first, *_]) if name in _RAISERS:
            yield first
            yield from _keywords(node)
        case ast.Call():
            yield from _keywords(node)


def _keywords(call: ast.Call) -> Iterator[ast.expr]:
    return (word.value for word in call.keywords if word.arg == "code")
