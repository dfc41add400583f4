"""YAML values with `${...}` in their texts and keys: what `add` writes into events."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Annotated, Any, Final, TypeAlias

from pydantic import PlainSerializer, PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from lyftdata.actions import _paths as fieldwork
from lyftdata.core.event import Json
from lyftdata.expressions import Template
from lyftdata.spec.component import ActionTools, Code
from lyftdata.spec.types import text_template

MAX_INLINE: Final = 40
"""Values nested deeper are built by a call, not by generated code."""


def filled(value: Any, place: str) -> Callable[[Json, ActionTools], Any]:
    """A function that makes a fresh value for an event, all its expansions filled."""
    if isinstance(value, Template):
        return fieldwork.placed_template(value, place).fill
    if isinstance(value, list):
        entries = [filled(one, place) for one in value]
        return lambda event, tools: [entry(event, tools) for entry in entries]
    if isinstance(value, dict):
        pairs = [(_key(key, place), filled(one, place)) for key, one in value.items()]
        return lambda event, tools: {key(event, tools): entry(event, tools) for key, entry in pairs}
    return lambda event, tools: value  # noqa: ARG005


def value_source(value: Any, code: Code, place: str) -> str:
    """Python source of the fresh value; the same as `filled` gives."""
    if isinstance(value, Template):
        return fieldwork.placed_template(value, place).source("e", code.bind)
    if isinstance(value, list):
        return "[" + ", ".join([value_source(one, code, place) for one in value]) + "]"
    if isinstance(value, dict):
        pairs = [
            f"{value_source(text_template(key), code, place)}: {value_source(one, code, place)}"
            for key, one in value.items()
        ]
        return "{" + ", ".join(pairs) + "}"
    return repr(value)


def depth(value: Any) -> int:
    """How deep lists and objects are nested in a value."""
    if isinstance(value, dict | list):
        inner = value.values() if isinstance(value, dict) else value
        return 1 + max((depth(one) for one in inner), default=0)
    return 0


def templates(value: Any) -> Iterator[Template]:
    """All texts with expansions in a value, those in keys among them."""
    if isinstance(value, Template):
        yield value
    elif isinstance(value, list):
        for one in value:
            yield from templates(one)
    elif isinstance(value, dict):
        for key, one in value.items():
            yield from templates(text_template(key))
            yield from templates(one)


def _key(key: str, place: str) -> Callable[[Json, ActionTools], Any]:
    return filled(text_template(key), place)


def _parsed(value: Any) -> Any:
    if isinstance(value, Template):
        return value
    if isinstance(value, str):
        return text_template(value)
    if isinstance(value, dict):
        found = {str(key): _parsed(one) for key, one in value.items()}
        for key in found:
            text_template(key)
        return found
    if isinstance(value, list | tuple):
        return [_parsed(one) for one in value]
    if isinstance(value, float) and not math.isfinite(value):
        raise PydanticCustomError("bad-type", "JSON has no such number; write a text instead")
    if value is None or isinstance(value, int | float):
        return value
    raise PydanticCustomError("bad-type", "this takes a JSON value")


def _written(value: Any) -> Any:
    if isinstance(value, Template):
        return value.text
    if isinstance(value, list):
        return [_written(one) for one in value]
    if isinstance(value, dict):
        return {key: _written(one) for key, one in value.items()}
    return value


Value: TypeAlias = Annotated[
    Any,
    PlainValidator(_parsed),
    PlainSerializer(_written),
    WithJsonSchema({"title": "any value; texts may hold ${...}"}),
]
"""Any YAML value. Its texts with expansions are `Template`s, in lists and objects too."""
