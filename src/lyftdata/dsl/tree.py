"""YAML text -> tree of nodes with offsets, from the parser's events; bounded in size and depth.

An alias is the same node once more: how often it may be expanded is decided in `located`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

import yaml

from lyftdata.core.errors import CodedError

MAX_TEXT: Final = 1024 * 1024
MAX_DEPTH: Final = 64
_BAD_CHARACTER: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]"
)
_Loader = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader


class SyntaxFault(CodedError):
    """The text is no single YAML document. `start` and `end` are character offsets."""

    code = "invalid-yaml"

    def __init__(self, message: str, start: int, end: int = 0, *, code: str = "") -> None:
        super().__init__(message, code=code)
        self.start = start
        self.end = max(end, start)


@dataclass(slots=True, eq=False)
class Node:
    """A scalar (`text`), list (`items`) or map (`pairs`), from `start` to `end` in the text."""

    kind: str
    start: int
    end: int
    tag: str = ""
    anchored: bool = False
    style: str = ""
    """Of a scalar: empty for plain, else one of the signs of quotes and blocks."""
    text: str = ""
    items: list[Node] = field(default_factory=list)
    pairs: list[tuple[Node, Node]] = field(default_factory=list)
    alias: Node | None = None
    """The node that an alias (`*name`) stands for; then nothing else is set."""


def parse_tree(text: str) -> Node:
    """The root of the only document in `text`. Raises `SyntaxFault` at the first fault."""
    if len(text) > MAX_TEXT:
        raise SyntaxFault(
            f"the text has {len(text)} characters; at most {MAX_TEXT}", 0, code="too-large"
        )
    bad = _BAD_CHARACTER.search(text)
    if bad:
        raise SyntaxFault(
            f"the character {bad[0]!r} may not stand in YAML; in double quotes write an escape",
            bad.start(),
            bad.end(),
        )
    try:
        return _Composer(text).document()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise _syntax(text, _words(error), mark.index if mark else 0) from error
    except yaml.YAMLError as error:
        raise SyntaxFault(str(error), 0) from error


class _Composer:
    def __init__(self, text: str) -> None:
        self._events: Iterator[yaml.Event] = yaml.parse(text, Loader=_Loader)
        self._anchors: dict[str, Node] = {}
        self._length = len(text)

    def document(self) -> Node:
        next(self._events)
        if isinstance(next(self._events), yaml.StreamEndEvent):
            return Node("scalar", 0, 0)
        root = self._node(next(self._events), 0)
        next(self._events)
        after = next(self._events)
        if not isinstance(after, yaml.StreamEndEvent):
            start = _start(after)
            message = "a second document starts here; one file holds one document"
            raise SyntaxFault(message, start, code="several-documents")
        return root

    def _node(self, event: yaml.Event, depth: int) -> Node:
        start, end = _start(event), _end(event)
        if depth > MAX_DEPTH:
            raise SyntaxFault(f"nested deeper than {MAX_DEPTH}", start, end, code="too-deep")
        if isinstance(event, yaml.AliasEvent):
            return self._alias(str(event.anchor), start, end)
        node = Node("scalar", start, end)
        if isinstance(event, yaml.ScalarEvent):
            node.text, node.style = event.value, event.style or ""
            node.tag = event.tag or ""
        elif isinstance(event, yaml.SequenceStartEvent):
            self._sequence(node, event, depth)
        elif isinstance(event, yaml.MappingStartEvent):
            self._mapping(node, event, depth)
        anchor = getattr(event, "anchor", None)
        if anchor is not None:
            self._anchors[anchor] = node
            node.anchored = True
        return node

    def _alias(self, name: str, start: int, end: int) -> Node:
        if name not in self._anchors:
            raise SyntaxFault(
                f"*{name} refers to nothing before it", start, end, code="unknown-alias"
            )
        return Node("alias", start, end, alias=self._anchors[name])

    def _sequence(self, node: Node, event: yaml.SequenceStartEvent, depth: int) -> None:
        node.kind, node.tag = "list", event.tag or ""
        node.style = "flow" if event.flow_style else ""
        while not isinstance(inner := next(self._events), yaml.SequenceEndEvent):
            node.items.append(self._node(inner, depth + 1))
        node.end = _end(inner)

    def _mapping(self, node: Node, event: yaml.MappingStartEvent, depth: int) -> None:
        node.kind, node.tag = "map", event.tag or ""
        node.style = "flow" if event.flow_style else ""
        while not isinstance(inner := next(self._events), yaml.MappingEndEvent):
            key = self._node(inner, depth + 1)
            node.pairs.append((key, self._node(next(self._events), depth + 1)))
        node.end = _end(inner)


def _start(event: yaml.Event) -> int:
    return event.start_mark.index if event.start_mark else 0


def _end(event: yaml.Event) -> int:
    return event.end_mark.index if event.end_mark else 0


_MENDING: Final = {
    "found character that cannot start any token": (
        "this character cannot start a value; indent with spaces, not tabs, and put quotes"
        " round texts that begin with a special sign"
    ),
    "mapping values are not allowed": (
        "a ':' makes no sense here; put quotes round a text with ': ' in it,"
        " or check the indentation"
    ),
    "did not find expected key": "expected a key here; check the indentation of this block",
    "could not find expected ':'": "expected 'key: value'; a ':' is missing",
    "did not find expected ',' or '}'": "expected ',' or '}'",
    "did not find expected ',' or ']'": "expected ',' or ']'",
    "did not find expected '-' indicator": "expected '- ' to go on with the list",
    "found unexpected end of stream": "the text ends inside quotes or brackets",
}


_NESTING: Final = "exceeded maximum nesting depth"


def _words(error: yaml.MarkedYAMLError) -> str:
    problem = error.problem or "not YAML"
    for known, words in _MENDING.items():
        if problem.startswith(known):
            return words
    return f"{problem} {error.context}" if error.context else problem


def _syntax(text: str, message: str, offset: int) -> SyntaxFault:
    if message.startswith(_NESTING):
        return SyntaxFault(f"nested deeper than {MAX_DEPTH}", offset, code="too-deep")
    line_start = text.rfind("\n", 0, offset) + 1
    line_end = text.find("\n", offset)
    line = text[line_start : line_end if line_end >= 0 else len(text)]
    if re.search(r"[:\-]\s+\{\{", line):
        message = 'put quotes round a value that starts with a placeholder: "{{name}}..."'
        return SyntaxFault(message, line_start + line.index("{{"), code="unquoted-placeholder")
    return SyntaxFault(f"not YAML: {message}", offset)
