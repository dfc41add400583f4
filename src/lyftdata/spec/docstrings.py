"""The text under each field of a spec, read from the source only when somebody wants to see it.

Reading it at import would make every job process parse the source of all components.
"""

from __future__ import annotations

import ast
import inspect
import sys
from functools import cache

from pydantic import BaseModel


@cache
def field_docs(spec: type[BaseModel]) -> dict[str, str]:
    """Meaning by Python field name, those of base classes included."""
    found: dict[str, str] = {}
    for one in reversed(spec.__mro__):
        if issubclass(one, BaseModel) and one is not BaseModel:
            found |= _classes(one.__module__).get(_name(one), {})
    return found


def _name(spec: type[BaseModel]) -> str:
    return spec.__qualname__.rpartition("<locals>.")[2]


@cache
def _classes(module: str) -> dict[str, dict[str, str]]:
    """The field texts of every class in a module."""
    tree = ast.parse(inspect.getsource(sys.modules[module]))
    return {one.name: _texts(one) for one in ast.walk(tree) if isinstance(one, ast.ClassDef)}


def _texts(node: ast.ClassDef) -> dict[str, str]:
    texts: dict[str, str] = {}
    for field, after in zip(node.body, node.body[1:], strict=False):
        if not (isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name)):
            continue
        if isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant):
            texts[field.target.id] = inspect.cleandoc(str(after.value.value))
    return texts
