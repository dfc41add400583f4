"""`{{name}}` placeholders of a job filled from layers of contexts: text in, text out.

Scalars are filled one by one, so that no value can change the structure around it; a scalar that is
nothing but one placeholder becomes the value itself, a number or a map too. Everything else of the
text, comments included, stays to the letter. The job's own `context:` is the lowest layer.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from lyftdata.core.diagnostic import Diagnostic
from lyftdata.core.errors import Invalid
from lyftdata.core.event import MISSING, encode_json, get_path
from lyftdata.dsl.faults import near
from lyftdata.dsl.inside import source_of
from lyftdata.dsl.located import Document, Path, scan_yaml
from lyftdata.dsl.tree import Node
from lyftdata.expressions import MissingName, context_names, expand_contexts
from lyftdata.expressions.contexts import Layer

__all__ = ["Layer", "context_names_in", "render_job"]

_OWN: Final = "the job's own context"
_WHOLE: Final = re.compile(r"\s*\{\{\s*([^{}]*?)\s*\}\}\s*")
_ESCAPED: Final = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
_NOT_IN_LINES: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
_PER_EVENT: Final = "message-content"
"""The field whose unknown names are read from the event at run time."""


def render_job(text: str, *, layers: Sequence[Layer], file: str = "job.yaml") -> str:
    """`text` with its placeholders filled, the highest layer first.

    Raises `Invalid`: for a text that is no YAML, and with one `missing-context` for every
    placeholder that no layer has a value for, naming the layers looked at.
    """
    document = _read(text, file)
    own = document.value.get("context") if isinstance(document.value, dict) else None
    layers = (*layers, (_OWN, own if isinstance(own, dict) else {}))
    edits: list[tuple[int, int, str]] = []
    missing: list[Diagnostic] = []
    for node, path, is_key in _scalars(document):
        filled, unknown = _fill(node, layers, is_key=is_key)
        if unknown and path[-1:] != (_PER_EVENT,):
            missing += [_missing(document, node, path, one, layers) for one in unknown]
        elif filled != node.text:
            start, source = source_of(document.text, node)
            edits.append((start, node.end, _written(source, node, filled, layers)))
    if missing:
        raise Invalid(sorted(missing, key=lambda one: one.place))
    return _edited(document.text, edits)


def context_names_in(text: str, *, file: str = "job.yaml") -> frozenset[str]:
    """Names of the context values that the job uses. Raises `Invalid` for what is no YAML."""
    scalars = _scalars(_read(text, file))
    return frozenset(name for node, _, _ in scalars for name, _ in context_names(node.text))


def _read(text: str, file: str) -> Document:
    document = scan_yaml(text, file)
    if not document.readable:
        raise Invalid(document.problems)
    return document


def _scalars(document: Document) -> Iterator[tuple[Node, Path, bool]]:
    """Scalars with placeholders, each once, outside the job's own context; with their path."""
    seen: set[int] = set()
    places = [(node, path, False) for path, node in document.nodes.items()]
    places += [(node, path, True) for path, node in document.keys.items()]
    for node, path, is_key in places:
        if node.kind != "scalar" or "{{" not in node.text or id(node) in seen:
            continue
        if path[:1] == ("context",):
            continue
        seen.add(id(node))
        yield node, path, is_key


def _fill(node: Node, layers: Sequence[Layer], *, is_key: bool) -> tuple[Any, list[MissingName]]:
    whole = None if is_key or node.tag else _WHOLE.fullmatch(node.text)
    if whole:
        value = _native(whole[1], layers)
        if value is not None:
            return value, []
    return expand_contexts(node.text, layers)


def _native(name: str, layers: Sequence[Layer]) -> Any:
    for _, values in layers:
        value = get_path(dict(values), name) if name else MISSING
        if value is not None and value is not MISSING:
            return value
    return None


def _missing(
    document: Document, node: Node, path: Path, one: MissingName, layers: Sequence[Layer]
) -> Diagnostic:
    length = node.text.index("}}", one.offset) + 2 - one.offset
    place = document.inside_node(node, one.offset, length) or document.span(node.start, node.end)
    message = f"no context has a value {one.name!r}; looked in: {', '.join(one.looked_in)}"
    known = [key for _, values in layers for key in _names(values)]
    value = node.text[one.offset : one.offset + length]
    code = "missing-context"
    suggestion = near(one.name, known)
    return Diagnostic(document.file, place, code, message, path, value, suggestion)


def _names(values: Mapping[str, Any], prefix: str = "") -> Iterator[str]:
    for key, value in values.items():
        yield prefix + key
        if isinstance(value, dict) and not prefix:
            yield from _names(value, f"{key}.")


def _written(source: str, node: Node, filled: Any, layers: Sequence[Layer]) -> str:
    """The filled scalar as YAML source, with the line end that a block has at its end."""
    if node.style == "|" and _stays_a_line(node.text, layers):
        header, newline, lines = source.partition("\n")
        return header + newline + expand_contexts(lines, layers)[0]
    text = _quoted(filled) if isinstance(filled, str) else encode_json(filled).decode()
    text = _ESCAPED.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
    return text + source[len(source.rstrip()) :]


def _stays_a_line(text: str, layers: Sequence[Layer]) -> bool:
    """Whether every value can stand in a literal block as it is."""
    for name, _ in context_names(text):
        value = expand_contexts("{{" + name + "}}", layers)[0]
        if not value or value[0] in " \t" or _NOT_IN_LINES.search(value):
            return False
    return True


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _edited(text: str, edits: list[tuple[int, int, str]]) -> str:
    pieces, position = [], 0
    for start, end, replacement in sorted(edits):
        pieces += [text[position:start], replacement]
        position = end
    return "".join([*pieces, text[position:]])
