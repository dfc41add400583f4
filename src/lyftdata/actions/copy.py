"""`copy`: put the value of a field into another field too."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import ClassVar

from lyftdata.actions import _paths as fieldwork
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
from lyftdata.spec.types import FieldPath


class CopySpec(ActionSpec):
    """Copies fields. The original stays; a copied object or list is one of its own."""

    ordered_maps: ClassVar[frozenset[str]] = frozenset({"fields"})

    fields: dict[FieldPath, FieldPath]
    """Path of the original -> path of the copy, done one after the other in the order written.
    Missing objects on the way are created."""
    overwrite: bool = False
    """Whether a field that stands at the path of the copy already is replaced. Otherwise it is left
    alone and a warning is counted."""
    suppress_warnings: bool = False
    """Count no warning for a missing field or a taken name."""


def prepare(spec: CopySpec, tools: ActionTools) -> Step:
    """The step: the event with the copies."""
    copiers = [_copier(spec, tools, old, new) for old, new in spec.fields.items()]

    def step(event: Json) -> Json:
        for copier in copiers:
            copier(event)
        return event

    return step


def _copier(spec: CopySpec, tools: ActionTools, old: str, new: str) -> Callable[[Json], None]:
    overwrite, quiet = spec.overwrite, spec.suppress_warnings

    def copier(event: Json) -> None:
        value = get_path(event, old)
        if value is MISSING:
            fieldwork.warn_missing(tools, old, quiet=quiet)
        elif overwrite or get_path(event, new) is MISSING:
            fieldwork.write_field(event, new, deepcopy(value))
        elif not quiet:
            tools.warn("field-exists", tools.place, field=new)

    return copier


def emit(spec: CopySpec, code: Code, tools: ActionTools) -> bool:
    """Texts in place, anything else by a call."""
    for old, new in spec.fields.items():
        value = code.temp()
        free = "" if spec.overwrite else f" and {fieldwork.lacks_source(code, new)}"
        code.add(
            f"{value} = {fieldwork.read_source(code, old)}",
            f"if type({value}) is str{free}: {fieldwork.write_source(code, new, value)}",
            f"else: {code.bind(_copier(spec, tools, old, new))}(e)",
        )
    return True


def _touches(spec: CopySpec) -> Touches:
    targets = spec.fields.values()
    flags = {"keys_only": all(map(fieldwork.is_plain, [*spec.fields, *targets]))}
    return fieldwork.touches(spec, reads=[*spec.fields, *targets], writes=targets, flags=flags)


component = ActionDef(
    name="copy",
    spec=CopySpec,
    touches=_touches,
    prepare=prepare,
    emit=emit,
    category="field editing",
    examples=(
        Example(
            title="Keep the original beside a copy",
            config="fields: {message: original}",
            given={"message": "hi"},
            expect=({"message": "hi", "original": "hi"},),
        ),
        Example(
            title="Out of an object, by JSON Pointer",
            config="fields: {/http/status: status}",
            given={"http": {"status": 200}},
            expect=({"http": {"status": 200}, "status": 200},),
        ),
        Example(
            title="A field that is missing is tolerated",
            config="fields: {a: b}",
            given={"c": 1},
            expect=({"c": 1},),
        ),
        Example(
            title="No object can be made inside a text",
            config="fields: {a: b.c}",
            given={"a": 1, "b": "text"},
            expect=(),
            error="path-through-scalar",
        ),
    ),
    tolerates=(
        ("a field is missing", "nothing is copied, warning `no-such-field`"),
        ("the target exists and `overwrite` is not set", "as it was, warning `field-exists`"),
        ("the target leads through a value that is no object", "error `path-through-scalar`"),
    ),
)
