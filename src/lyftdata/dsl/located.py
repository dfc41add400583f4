"""YAML that remembers where every node stands: values for the specs, places for diagnostics.

`scan_yaml` collects all problems and goes on; `load_yaml` raises them. Knows nothing of jobs.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from lyftdata.core.diagnostic import Diagnostic, Place
from lyftdata.core.errors import Invalid
from lyftdata.dsl.inside import offset_in
from lyftdata.dsl.scalars import ScalarFault, plain_scalar, tagged_scalar
from lyftdata.dsl.tree import MAX_DEPTH, Node, SyntaxFault, parse_tree

MAX_NODES: Final = 200_000
"""How many nodes a document may have with its aliases expanded."""

Path: TypeAlias = tuple[str | int, ...]
_LINE_END: Final = re.compile(r"\r\n|\n|\r")
_MAP_TAGS: Final = ("", "!", "tag:yaml.org,2002:map")
_LIST_TAGS: Final = ("", "!", "tag:yaml.org,2002:seq")


@dataclass(slots=True)
class Document:
    """The value of a YAML text, and where each part of it stands."""

    file: str
    text: str
    value: Any = None
    problems: list[Diagnostic] = field(default_factory=list)
    """What is wrong with the YAML itself."""
    nodes: dict[Path, Node] = field(default_factory=dict)
    keys: dict[Path, Node] = field(default_factory=dict)
    """The node of the key that leads to a path."""
    readable: bool = True
    """False when the text could not be read as YAML at all: `value` says nothing then."""
    _lines: list[int] = field(default_factory=list)

    def place(self, path: Sequence[str | int]) -> Place:
        """Where the value at `path` stands; of the nearest part around it that exists."""
        node = self.node(path)
        return self.span(node.start, node.end) if node else Place(1, 1, 1, 1)

    def key_place(self, path: Sequence[str | int]) -> Place:
        """Where the key that leads to `path` stands; for list items the item itself."""
        at = tuple(path)
        while at:
            node = self.keys.get(at) or self.nodes.get(at)
            if node is not None:
                return self.span(node.start, self._first_line_end(node))
            at = at[:-1]
        return Place(1, 1, 1, 1)

    def node(self, path: Sequence[str | int]) -> Node | None:
        """The node at `path`, or the nearest one around it."""
        at = tuple(path)
        while at not in self.nodes and at:
            at = at[:-1]
        return self.nodes.get(at)

    def at(self, path: Sequence[str | int]) -> Any:
        """The value at `path`, None when there is none."""
        value = self.value
        for part in path:
            try:
                value = value[part]
            except (KeyError, IndexError, TypeError):
                return None
        return value

    def span(self, start: int, end: int) -> Place:
        """The place between two character offsets."""
        end = max(start, end)
        while end > start + 1 and self.text[end - 1 : end].isspace():
            end -= 1
        line, column = self._point(start)
        end_line, end_column = self._point(end)
        return Place(line, column, end_line, end_column)

    def inside(self, path: Sequence[str | int], offset: int, length: int = 1) -> Place | None:
        """The place of characters of the text at `path`; None where it is not written as it is."""
        node = self.nodes.get(tuple(path))
        return self.inside_node(node, offset, length) if node else None

    def inside_node(self, node: Node, offset: int, length: int) -> Place | None:
        """As `inside`, for a node."""
        if node.kind != "scalar":
            return None
        start = offset_in(self.text, node, offset)
        return None if start is None else self.span(start, start + length)

    def _point(self, offset: int) -> tuple[int, int]:
        if not self._lines:
            self._lines = [0, *(found.end() for found in _LINE_END.finditer(self.text))]
        line = bisect.bisect_right(self._lines, offset)
        return line, offset - self._lines[line - 1] + 1

    def _first_line_end(self, node: Node) -> int:
        newline = self.text.find("\n", node.start, node.end)
        return node.end if newline < 0 else newline


def load_yaml(text: str, file: str) -> Document:
    """The document in `text`. Raises `Invalid` with every problem of the YAML."""
    document = scan_yaml(text, file)
    if document.problems:
        raise Invalid(document.problems)
    return document


def scan_yaml(text: str, file: str) -> Document:
    """The document in `text` with its `problems`, as far as it can be read."""
    text = text.removeprefix("\ufeff")
    document = Document(file, text)
    try:
        root = parse_tree(text)
        document.value = _Builder(document).value(root, (), root)
    except SyntaxFault as fault:
        document.readable = False
        place = document.span(fault.start, fault.end)
        document.problems = [Diagnostic(file, place, fault.kind, str(fault))]
    return document


class _Builder:
    def __init__(self, document: Document) -> None:
        self._document = document
        self._left = MAX_NODES

    def value(self, node: Node, path: Path, shown: Node) -> Any:
        """The value of `node`; `shown` is the node to point at, the alias if it came by one."""
        self._left -= 1
        if self._left < 0:
            message = f"more than {MAX_NODES} values, with aliases expanded"
            raise SyntaxFault(message, shown.start, shown.end, code="too-large")
        if len(path) > MAX_DEPTH:
            message = f"nested deeper than {MAX_DEPTH}, with aliases expanded"
            raise SyntaxFault(message, shown.start, shown.end, code="too-deep")
        self._document.nodes[path] = shown
        if node.alias is not None:
            return self.value(node.alias, path, node)
        if node.kind == "map":
            return self._map(node, path, shown)
        if node.kind == "list":
            self._check_tag(node, _LIST_TAGS)
            return [
                self.value(item, (*path, index), item if shown is node else shown)
                for index, item in enumerate(node.items)
            ]
        return self._scalar(node, path)

    def _map(self, node: Node, path: Path, shown: Node) -> Any:
        placeholder = _placeholder(self._document.text, node)
        if placeholder:
            self._report(
                node,
                path,
                "unquoted-placeholder",
                f"a placeholder needs quotes, else YAML reads it as a map; write {placeholder}",
                placeholder,
            )
            return placeholder.strip('"')
        self._check_tag(node, _MAP_TAGS)
        result: dict[str, Any] = {}
        for key_node, value_node in node.pairs:
            key = self._key(key_node, path)
            if key is None:
                continue
            inner = (*path, key)
            if key in result:
                first = self._document.span(self._document.keys[inner].start, 0)
                message = f"{key!r} stands here twice; the first is in line {first.line}"
                self._report(key_node, inner, "duplicate-key", message)
                continue
            self._document.keys[inner] = key_node if shown is node else shown
            result[key] = self.value(value_node, inner, value_node if shown is node else shown)
        return result

    def _key(self, node: Node, path: Path) -> str | None:
        real = node.alias or node
        if real.kind != "scalar":
            self._report(node, path, "bad-key", "a key must be a text, not a map or a list")
            return None
        if not real.style and real.text == "<<":
            message = "merge keys are not supported; write the fields out, or use an alias"
            self._report(node, path, "merge-key", message)
            return None
        key = self._scalar(real, path, of_key=True)
        if isinstance(key, str):
            return key
        message = f"the key {real.text!r} must be a text; put it in quotes"
        self._report(node, path, "bad-key", message, f'"{real.text}"' if real.text else "")
        return None

    def _scalar(self, node: Node, path: Path, *, of_key: bool = False) -> Any:
        try:
            if node.tag:
                return tagged_scalar(node.tag, node.text)
            return node.text if node.style else plain_scalar(node.text)
        except ScalarFault as fault:
            if not of_key:
                self._report(node, path, fault.kind, str(fault))
            return node.text

    def _check_tag(self, node: Node, allowed: tuple[str, ...]) -> None:
        if node.tag not in allowed:
            message = f"the tag {node.tag!r} means nothing here; leave it out"
            self._report(node, (), "unknown-tag", message)

    def _report(
        self, node: Node, path: Path, code: str, message: str, suggestion: str = ""
    ) -> None:
        document = self._document
        place = document.span(node.start, node.end)
        value = document.text[node.start : node.end].strip()[:80]
        document.problems.append(
            Diagnostic(document.file, place, code, message, path, value, suggestion)
        )


def _placeholder(text: str, node: Node) -> str:
    """`"{{name}}"` when the map is one that somebody wrote without quotes."""
    if node.style != "flow" or len(node.pairs) != 1 or node.pairs[0][0].kind != "map":
        return ""
    source = text[node.start : node.end]
    found = re.fullmatch(r"\{\{\s*([^{}\n]*?)\s*\}\}", source)
    return f'"{source}"' if found else ""
