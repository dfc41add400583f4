"""`json`: parse a text that holds JSON."""

from __future__ import annotations

from typing import Any

from lyftdata.actions import _paths as fieldwork
from lyftdata.core.errors import EventError
from lyftdata.core.event import MISSING, DecodeError, Json, decode_json, get_path, remove_path
from lyftdata.spec.component import ActionDef, ActionSpec, ActionTools, Example, Step, Touches
from lyftdata.spec.types import FieldPath


class JsonSpec(ActionSpec):
    """Parses a JSON text into fields. Numbers keep every digit. What it finds replaces fields that
    exist already."""

    input_field: FieldPath = fieldwork.RAW
    """The text to parse."""
    output_field: FieldPath | None = None
    """Where to put the value, of whatever kind. Without it the value must be an object, and its
    fields become fields of the event."""
    remove: bool = False
    """Remove the input field after the text has been parsed."""
    on_error: fieldwork.OnError = "warn"
    """What follows when the text is no JSON (or no object, where one is needed): `warn` leaves the
    event as it is and counts a warning, `drop` drops the event, `error` makes it an error of the
    event, for dead letters."""
    suppress_warnings: bool = False
    """Count no warnings."""


def prepare(spec: JsonSpec, tools: ActionTools) -> Step:
    """The step: the event with the parsed fields."""
    path, target, remove = spec.input_field, spec.output_field, spec.remove
    on_error, quiet = spec.on_error, spec.suppress_warnings

    def step(event: Json) -> Json | None:
        value = get_path(event, path)
        if value is MISSING or value is None:
            fieldwork.warn_missing(tools, path, quiet=quiet)
            return event
        try:
            found = parsed(value, path, whole=target is None)
        except EventError as error:
            return fieldwork.refuse(tools, error, on_error, quiet=quiet, event=event)
        if remove:
            remove_path(event, path)
        if target is None:
            event.update(found)
        else:
            fieldwork.write_field(event, target, found)
        return event

    return step


def parsed(value: Any, path: str, *, whole: bool) -> Any:
    """The JSON value of a text; `whole` asks for an object. Raises `EventError`."""
    if not isinstance(value, str):
        reason = "it is no text"
    else:
        try:
            found = decode_json(value)
        except (DecodeError, UnicodeError, RecursionError) as error:
            reason = str(error)
        else:
            if not whole or isinstance(found, dict):
                return found
            reason = "it is no object; name an output-field for other values"
    raise EventError(
        f"{path} cannot be parsed as JSON: {reason}", code="invalid-json", field=path, value=value
    )


def _touches(spec: JsonSpec) -> Touches:
    writes = None if spec.output_field is None else [spec.output_field]
    if writes is not None and spec.remove:
        writes.append(spec.input_field)
    return fieldwork.touches(
        spec, reads=[spec.input_field], writes=writes, flags={"drops": spec.on_error == "drop"}
    )


component = ActionDef(
    name="json",
    spec=JsonSpec,
    touches=_touches,
    prepare=prepare,
    category="parsing",
    examples=(
        Example(
            title="A line of JSON becomes the event",
            config="remove: true",
            given={"_raw": '{"id": 12345678901234567890, "ok": true}'},
            expect=({"id": 12345678901234567890, "ok": True},),
        ),
        Example(
            title="Any value under a field of its own",
            config="{input-field: body, output-field: parsed.items}",
            given={"body": "[1, 2]"},
            expect=({"body": "[1, 2]", "parsed": {"items": [1, 2]}},),
        ),
        Example(
            title="A text that is no JSON is left alone",
            config="input-field: body",
            given={"body": "{half"},
            expect=({"body": "{half"},),
        ),
        Example(
            title="Or sent to dead letters",
            config="{input-field: body, on-error: error}",
            given={"body": "[1]"},
            expect=(),
            error="invalid-json",
        ),
    ),
    tolerates=(
        ("the input field is missing or null", "unchanged, warning `no-such-field`"),
        ("the text is no JSON", "as `on-error` says; default: unchanged, warning `invalid-json`"),
        ("the output path leads through a value that is no object", "error `path-through-scalar`"),
    ),
)
