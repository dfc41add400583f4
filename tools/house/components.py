"""Every component has its page, and every setting of it a text that says what it means."""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping
from typing import Any

from tools.house.tree import Fault, Tree

BUILTIN = "src/lyftdata/builtin.py"


def check(tree: Tree) -> Iterator[Fault]:
    """Walk the registry, once there is one."""
    if BUILTIN not in tree.files:
        return
    registry = importlib.import_module("lyftdata.builtin").registry()
    for component in registry.all():
        path = component.spec.__module__.replace(".", "/")
        source = f"src/{path}.py"
        page = f"docs/reference/components/{component.kind}s/{component.name}.md"
        if page not in tree.files:
            message = f"{component.kind} {component.name} has no page: run `make docs`"
            yield Fault(source, 1, "undocumented-component", message, page)
        for name in _silent(component.spec.model_json_schema(by_alias=True)):
            message = f"{component.name}: {name} needs a text under it"
            yield Fault(source, 1, "undocumented-setting", message)


def _silent(schema: Mapping[str, Any]) -> Iterator[str]:
    """Settings without a description, in the block itself and in blocks that it holds."""
    blocks = {"": schema, **schema.get("$defs", {})}
    for title, block in blocks.items():
        for name, setting in block.get("properties", {}).items():
            if not setting.get("description"):
                yield f"{title}.{name}" if title else name
