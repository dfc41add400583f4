"""`remove`: take fields out of the event."""

from __future__ import annotations

from typing import ClassVar

from lyftdata.actions import _paths as fieldwork
from lyftdata.core.errors import EventError
from lyftdata.core.event import MISSING, Json, remove_path
from lyftdata.spec.component import (
    ActionDef,
    ActionSpec,
    ActionTools,
    Code,
    Example,
    Step,
    Touches,
)
from lyftdata.spec.types import FieldPath


class RemoveSpec(ActionSpec):
    """Removes fields. A field that is not there is no fault, unless it is made one."""

    shorthand: ClassVar[str] = "fields"

    fields: list[FieldPath]
    """Paths of the fields to remove. An object that becomes empty stays; an entry taken out of a
    list moves those after it up."""
    error_on_missing: bool = False
    """Whether a field that is not there is an error of the event."""


def prepare(spec: RemoveSpec, tools: ActionTools) -> Step:  # noqa: ARG001
    """The step: the event without the fields."""
    paths, strict = tuple(spec.fields), spec.error_on_missing

    def step(event: Json) -> Json:
        for path in paths:
            if remove_path(event, path) is MISSING and strict:
                raise EventError(
                    f"there is no field {path!r} to remove", code="no-such-field", field=path
                )
        return event

    return step


def emit(spec: RemoveSpec, code: Code, tools: ActionTools) -> bool:  # noqa: ARG001
    """`dict.pop` for each plain name; not with `error-on-missing`."""
    if spec.error_on_missing:
        return False
    for path in spec.fields:
        if fieldwork.is_plain(path):
            code.add(f"e.pop({path!r}, None)")
        else:
            code.add(f"{code.bind(remove_path)}(e, {path!r})")
    return True


def _touches(spec: RemoveSpec) -> Touches:
    reads = spec.fields if spec.error_on_missing else ()
    flags = {"keys_only": not reads and all(map(fieldwork.is_plain, spec.fields))}
    return fieldwork.touches(spec, reads=reads, writes=spec.fields, flags=flags)


component = ActionDef(
    name="remove",
    spec=RemoveSpec,
    touches=_touches,
    prepare=prepare,
    emit=emit,
    category="field editing",
    examples=(
        Example(
            title="Remove fields by path",
            config="fields: [debug, user.password]",
            given={"debug": True, "user": {"name": "ada", "password": "x"}},
            expect=({"user": {"name": "ada"}},),
        ),
        Example(
            title="The short form; a missing field is no fault",
            config="[a, b]",
            given={"a": 1, "c": 3},
            expect=({"c": 3},),
        ),
        Example(
            title="Insist on the field",
            config="{fields: [a], error-on-missing: true}",
            given={"c": 3},
            expect=(),
            error="no-such-field",
        ),
    ),
    tolerates=(
        ("a field is missing", "nothing happens"),
        ("a field is missing and `error-on-missing` is set", "error `no-such-field`"),
    ),
)
