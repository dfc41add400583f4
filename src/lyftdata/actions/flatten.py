"""`flatten`: nested objects and lists into fields at the top, named by their paths."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from pydantic import model_validator
from pydantic_core import PydanticCustomError

from lyftdata.actions import _paths as fieldwork
from lyftdata.core.event import Json
from lyftdata.spec.component import ActionDef, ActionSpec, ActionTools, Example, Step, Touches
from lyftdata.spec.options import Options
from lyftdata.spec.types import Text


class Which(Options):
    """Which fields to flatten: exactly one of these."""

    bare: ClassVar[dict[str, Any]] = {"all-fields": {"all-fields": True}}

    all_fields: bool | None = None
    """True: every field of the event. False: none."""
    subset: list[Text] | None = None
    """Names of the top-level fields to flatten."""


class FlattenSpec(ActionSpec):
    """Replaces nested objects and lists by one field for each value inside, in the same place. A
    field that bears such a name already is replaced if it comes earlier, and wins if it comes
    later."""

    fields: Which
    """Which fields to flatten."""
    separator: Text = "."
    """What stands between the parts of a name. Positions in lists count from 0."""
    preserve_empty_arrays: bool = False
    """Keep empty lists as they are; else they vanish."""
    preserve_empty_objects: bool = False
    """Keep empty objects as they are; else they vanish."""

    @model_validator(mode="after")
    def _separator_is_there(self) -> FlattenSpec:
        if not self.separator:
            text = "an empty separator would run names together"
            raise PydanticCustomError(
                "bad-separator", "{text}", {"text": text, "at": ["separator"]}
            )
        return self


def prepare(spec: FlattenSpec, tools: ActionTools) -> Step:  # noqa: ARG001
    """The step: a new event without nesting in the fields named."""
    subset = None if spec.fields.all_fields else frozenset(spec.fields.subset or ())

    def step(event: Json) -> Json:
        flat: Json = {}
        for key, value in event.items():
            if isinstance(value, dict | list) and (subset is None or key in subset):
                flat.update(_leaves(spec, key, value))
            else:
                flat[key] = value
        return flat

    return step


def _leaves(spec: FlattenSpec, name: str, value: Any) -> Iterator[tuple[str, Any]]:
    """Name and value of each value inside, in order; without recursion, since events nest deep."""
    waiting: list[tuple[str, Any]] = [(name, value)]
    while waiting:
        path, one = waiting.pop()
        if isinstance(one, dict):
            inner = list(one.items())
            kept = spec.preserve_empty_objects
        elif isinstance(one, list):
            inner = [(str(at), entry) for at, entry in enumerate(one)]
            kept = spec.preserve_empty_arrays
        else:
            yield path, one
            continue
        if not inner and kept:
            yield path, one
        waiting.extend((f"{path}{spec.separator}{key}", entry) for key, entry in reversed(inner))


def _touches(spec: FlattenSpec) -> Touches:
    subset = None if spec.fields.all_fields else spec.fields.subset or ()
    if subset is None or subset:
        return fieldwork.touches(spec, reads=subset, writes=None)
    return fieldwork.touches(spec)


component = ActionDef(
    name="flatten",
    spec=FlattenSpec,
    touches=_touches,
    prepare=prepare,
    category="field editing",
    examples=(
        Example(
            title="Everything",
            config="fields: {all-fields: true}",
            given={"a": {"b": 1, "c": [2, {"d": 3}]}, "e": 4},
            expect=({"a.b": 1, "a.c.0": 2, "a.c.1.d": 3, "e": 4},),
        ),
        Example(
            title="Only some fields, with another separator",
            config="{fields: {subset: [a]}, separator: _}",
            given={"a": {"b": 1}, "c": {"d": 2}},
            expect=({"a_b": 1, "c": {"d": 2}},),
        ),
        Example(
            title="What is empty vanishes unless it is kept",
            config="{fields: {all-fields: true}, preserve-empty-arrays: true}",
            given={"a": {"list": [], "object": {}}, "n": None},
            expect=({"a.list": [], "n": None},),
        ),
    ),
    tolerates=(
        ("a field of `subset` is missing or holds no object or list", "nothing happens"),
        ("two values get the same name", "the later one wins"),
    ),
)
