"""The entries of a list as events of their own: what `expand-events` and `expand` share."""

from __future__ import annotations

from copy import deepcopy
from typing import Any, Literal

from lyftdata.actions import _paths as fieldwork
from lyftdata.actions._reading import converted
from lyftdata.core.errors import EventError
from lyftdata.core.event import MISSING, Json, get_path, remove_path
from lyftdata.spec.component import ActionSpec, ActionTools, Step, Touches
from lyftdata.spec.types import FieldPath


class ExpandEventsSpec(ActionSpec):
    """Makes an event of each entry of a list. `expand` is the same, and keeps the other fields."""

    input_field: FieldPath
    """The list. A text that holds a JSON list is taken as that list."""
    output_field: FieldPath | None = None
    """Where the entry goes in its event. Without it the fields of an entry that is an object become
    fields of its event, and any other entry goes to the input field."""
    keep_fields: bool = False
    """Whether each event also gets the other fields of the original; those of the entry win. The
    list itself is not kept."""
    index_field: FieldPath | None = None
    """Field for the position of the entry, counted from 0."""
    on_empty: Literal["drop", "keep"] = "drop"
    """What becomes of an event whose list is empty: `drop` drops it, `keep` lets it pass."""
    on_error: fieldwork.OnError = "warn"
    """What follows when the field holds no list: `warn` leaves the event as it is and counts a
    warning, `drop` drops it, `error` makes it an error of the event."""
    suppress_warnings: bool = False
    """Count no warnings."""


def prepare(spec: ExpandEventsSpec, tools: ActionTools) -> Step:
    """The step: the events made of the entries."""
    path, on_error, quiet = spec.input_field, spec.on_error, spec.suppress_warnings

    def step(event: Json) -> Json | list[Json] | None:
        value = get_path(event, path)
        if value is MISSING or value is None:
            fieldwork.warn_missing(tools, path, quiet=quiet)
            return event
        entries = _entries(value)
        if entries is None:
            error = EventError(f"{path} holds no list", code="not-a-list", field=path, value=value)
            return fieldwork.refuse(tools, error, on_error, quiet=quiet, event=event)
        if not entries:
            return event if spec.on_empty == "keep" else None
        remove_path(event, path)
        return [_made(spec, event, at, entry) for at, entry in enumerate(entries)]

    return step


def _entries(value: Any) -> list[Any] | None:
    if isinstance(value, str) and value.lstrip()[:1] == "[":
        value = converted(value, "json")
    return value if isinstance(value, list) else None


def _made(spec: ExpandEventsSpec, rest: Json, at: int, entry: Any) -> Json:
    made: Json = deepcopy(rest) if spec.keep_fields else {}
    if spec.output_field is not None:
        fieldwork.write_field(made, spec.output_field, entry)
    elif isinstance(entry, dict):
        made.update(entry)
    else:
        fieldwork.write_field(made, spec.input_field, entry)
    if spec.index_field is not None:
        fieldwork.write_field(made, spec.index_field, at)
    return made


def touches(spec: ExpandEventsSpec) -> Touches:
    return fieldwork.touches(spec, reads=None, writes=None, flags={"drops": True, "splits": True})


TOLERATES = (
    ("the field is missing or null", "unchanged, warning `no-such-field`"),
    ("the field holds no list", "as `on-error` says; default: unchanged, warning `not-a-list`"),
    ("the list is empty", "as `on-empty` says; default: the event is dropped"),
    ("an output path leads through a value that is no object", "error `path-through-scalar`"),
)
