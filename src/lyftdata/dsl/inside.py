"""Where a character of a scalar's value stands in the source, if it is written there as it is."""

from __future__ import annotations

import re
from typing import Final

from lyftdata.dsl.tree import Node

_PROPERTIES: Final = re.compile(r"(?:[&!]\S*\s+)*")


def source_of(text: str, node: Node) -> tuple[int, str]:
    """Offset and source of a scalar without anchor and tag before it."""
    source = text[node.start : node.end]
    skipped = 0
    if node.anchored or node.tag:
        found = _PROPERTIES.match(source)
        skipped = found.end() if found else 0
    return node.start + skipped, source[skipped:]


def offset_in(text: str, node: Node, offset: int) -> int | None:
    """The offset in `text` of character `offset` of the scalar's value; None if unclear."""
    start, source = source_of(text, node)
    if node.style in ("'", '"'):
        return start + 1 + offset if source[1:-1] == node.text else None
    if not node.style:
        return start + offset if source.startswith(node.text) else None
    inner = _in_literal(source, node.text, offset) if node.style == "|" else None
    return None if inner is None else start + inner


def _in_literal(source: str, value: str, offset: int) -> int | None:
    row, column = value.count("\n", 0, offset), offset - (value.rfind("\n", 0, offset) + 1)
    lines = source.split("\n")
    if row + 1 >= len(lines):
        return None
    line, wanted = lines[row + 1].rstrip("\r"), value.split("\n")[row]
    if not line.endswith(wanted):
        return None
    return sum(len(one) + 1 for one in lines[: row + 1]) + len(line) - len(wanted) + column
