"""`add`: set fields to constants or to texts made from the event."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from lyftdata.actions import _paths as fieldwork
from lyftdata.actions import _values as values
from lyftdata.core.event import MISSING, Json, get_path
from lyftdata.spec.component import (
    ActionDef,
    ActionSpec,
    ActionTools,
    Code,
    Example,
    Step,
    Touches,
)
from lyftdata.spec.types import FieldPath, text_template


class AddSpec(ActionSpec):
    """Adds fields to the event. A field that exists is left alone unless `overwrite` is set."""

    ordered_maps: ClassVar[frozenset[str]] = frozenset({"output-fields"})

    output_fields: dict[FieldPath, values.Value]
    """Field -> value, of any type, nested lists and objects too. Texts and keys may hold `${...}`;
    what they give is always a text. Fields are set in the order written: later ones may use what
    earlier ones have set. A dotted path creates the objects on its way."""
    overwrite: bool = False
    """Whether to replace a field that exists; one that holds null exists."""


def _touches(spec: AddSpec) -> Touches:
    texts = list(values.templates(spec.output_fields))
    free = any(text_template(path).expansions for path in spec.output_fields)
    reads = {path for text in texts for path in text.fields}
    if not spec.overwrite:
        reads |= spec.output_fields.keys()
    constant = all(text.literal is not None for text in texts)
    return fieldwork.touches(
        spec,
        reads=None if free and not spec.overwrite else reads,
        writes=None if free else spec.output_fields.keys(),
        flags={"keys_only": constant and all(map(fieldwork.is_plain, spec.output_fields))},
    )


def prepare(spec: AddSpec, tools: ActionTools) -> Step:
    """The step: the event with the fields set. Raises `EventError` where a path is barred."""
    adders = [
        (_path(path, tools), values.filled(value, f"{tools.place}.{path}"))
        for path, value in spec.output_fields.items()
    ]
    overwrite = spec.overwrite

    def step(event: Json) -> Json:
        for path_of, value_of in adders:
            path = path_of(event, tools)
            if overwrite or get_path(event, path) is MISSING:
                fieldwork.write_field(event, path, value_of(event, tools))
        return event

    return step


def _path(path: str, tools: ActionTools) -> Callable[[Json, ActionTools], str]:
    template = text_template(path)
    if not template.expansions:
        return lambda event, tools: path  # noqa: ARG005
    placed = fieldwork.placed_template(template, f"{tools.place}.{path}")
    return placed.fill


def emit(spec: AddSpec, code: Code, tools: ActionTools) -> bool:
    """Plain assignments, unless a key holds expansions or a value is nested very deep."""
    if any(text_template(path).expansions for path in spec.output_fields):
        return False
    if values.depth(spec.output_fields) > values.MAX_INLINE:
        return False
    for path, value in spec.output_fields.items():
        source = values.value_source(value, code, f"{tools.place}.{path}")
        _emit_field(code, path, source, overwrite=spec.overwrite)
    return True


def _emit_field(code: Code, path: str, source: str, *, overwrite: bool) -> None:
    write = fieldwork.write_source(code, path, source)
    code.add(write if overwrite else f"if {fieldwork.lacks_source(code, path)}: {write}")


component = ActionDef(
    name="add",
    spec=AddSpec,
    touches=_touches,
    prepare=prepare,
    emit=emit,
    category="field editing",
    examples=(
        Example(
            title="A constant, and a text from the event",
            config='output-fields: {env: prod, line: "${method} ${path||/}"}',
            given={"method": "GET"},
            expect=({"method": "GET", "env": "prod", "line": "GET /"},),
        ),
        Example(
            title="An existing field is kept",
            config="output-fields: {env: prod}",
            given={"env": "test"},
            expect=({"env": "test"},),
        ),
        Example(
            title="Nested values and paths, with overwrite",
            config="{output-fields: {service: {name: api, of: ['${user}', 1]}, a.b: 2},"
            " overwrite: true}",
            given={"user": "ada", "service": None},
            expect=({"user": "ada", "service": {"name": "api", "of": ["ada", 1]}, "a": {"b": 2}},),
        ),
        Example(
            title="No object can be made inside a text",
            config="output-fields: {user.name: ada}",
            given={"user": "u1"},
            expect=(),
            error="path-through-scalar",
        ),
    ),
    tolerates=(
        ("the field exists and `overwrite` is not set", "it is left alone"),
        ("a `${...}` has neither value nor default", "it stays as written, with a warning"),
        ("a path leads through a value that is no object", "error `path-through-scalar`"),
    ),
)
