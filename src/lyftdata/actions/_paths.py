"""How actions reach fields: reading, writing, source for generated code, and `Touches`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, Literal, TypeAlias

from lyftdata.core.errors import EventError
from lyftdata.core.event import (
    MISSING,
    Json,
    PathError,
    encode_json,
    get_path,
    set_path,
    split_path,
)
from lyftdata.expressions import Expression, Template, parse_expression, parse_template
from lyftdata.spec.component import ActionSpec, ActionTools, Code, Touches

OnError: TypeAlias = Literal["warn", "drop", "error"]
"""What follows when a value cannot be read: event goes on, event is filtered, or dead letter."""

RAW: Final = "_raw"


def is_plain(path: str) -> bool:
    """Whether a path can only mean a top-level key of this very name."""
    return "." not in path and "/" not in path


def roots(paths: Iterable[str]) -> frozenset[str]:
    """The top-level keys that paths may mean: of `a.b` both `a` and the literal key `a.b`."""
    return frozenset(key for path in paths for key in (path, split_path(path)[0]))


def write_field(event: Json, path: str, value: Any) -> None:
    """Write at a path. Raises `EventError` where the way leads through a scalar."""
    try:
        set_path(event, path, value)
    except PathError as error:
        raise EventError(
            f"{error}; rename or remove that field first",
            code="path-through-scalar",
            field=path,
            value=value,
        ) from error


def text_of(value: Any) -> str | None:
    """The text of a value: itself, or its JSON; None for a missing field and for null."""
    if isinstance(value, str):
        return value
    if value is None or value is MISSING:
        return None
    return encode_json(value).decode()


def read_source(code: Code, path: str) -> str:
    """Source of the value at a path, `MISSING` when there is none."""
    missing = code.bind(MISSING)
    if is_plain(path):
        return f"e.get({path!r}, {missing})"
    return f"{code.bind(get_path)}(e, {path!r})"


def lacks_source(code: Code, path: str) -> str:
    """Source that is true when there is no field at a path."""
    if is_plain(path):
        return f"{path!r} not in e"
    return f"{code.bind(get_path)}(e, {path!r}) is {code.bind(MISSING)}"


def write_source(code: Code, path: str, value: str) -> str:
    """A statement that writes the source `value` at a path."""
    if is_plain(path):
        return f"e[{path!r}] = {value}"
    return f"{code.bind(write_field)}(e, {path!r}, {value})"


def placed(expression: Expression, place: str) -> Expression:
    """The same expression, knowing its place, so that each place counts on its own."""
    return parse_expression(expression.text, place=place, user_functions=None)


def placed_template(template: Template, place: str) -> Template:
    """The same template, knowing its place, so that its warnings name it."""
    return parse_template(template.text, place=place)


def touches(
    spec: ActionSpec,
    *,
    reads: Iterable[str] | None = (),
    writes: Iterable[str] | None = (),
    flags: Mapping[str, bool] | None = None,
) -> Touches:
    """`Touches` of paths, with what the condition reads. A field that is written may stay, so it
    counts as read by whoever asks for order; that is the compiler's business.
    """
    condition = spec.condition
    marks = dict(flags or {})
    if condition is not None and condition.uses_state:
        marks["state"] = True
    if reads is not None:
        reads = roots([*reads, *(condition.fields if condition else ())])
    return Touches(
        reads=None if reads is None else frozenset(reads),
        writes=None if writes is None else roots(writes),
        **marks,
    )


def warn_missing(tools: ActionTools, field: str, *, quiet: bool) -> None:
    """Count a missing input field, unless the action was told to be quiet."""
    if not quiet:
        tools.warn("no-such-field", tools.place, field=field)


def refuse(
    tools: ActionTools, error: EventError, on_error: OnError, *, quiet: bool, event: Json
) -> Json | None:
    """What `on-error` says about a value that could not be read: the event, or None to filter it.

    Raises `error` for `error`.
    """
    if on_error == "error":
        raise error
    if not quiet:
        tools.warn(error.kind, tools.place, field=error.field, value=error.value)
    return event if on_error == "warn" else None
