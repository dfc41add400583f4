"""Value types of the job language. Each parses its text once and carries its widget in the schema.

A fault is raised as a `PydanticCustomError` whose type is the stable diagnostic code.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Annotated, Any, TypeAlias

from pydantic import (
    BeforeValidator,
    PlainSerializer,
    PlainValidator,
    ValidationInfo,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

from lyftdata.core.errors import CodedError
from lyftdata.expressions import (
    DurationError,
    Expression,
    ExpressionError,
    Template,
    format_duration,
    parse_duration,
    parse_expression,
    parse_template,
)
from lyftdata.lua import InvalidScript, Script
from lyftdata.times import TimeFormatError, check_cron, compile_formatter


def _fault(code: str, error: object) -> PydanticCustomError:
    return PydanticCustomError(code, "{text}", {"text": str(error)})


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    raise PydanticCustomError("bad-type", "this takes a text")


def _located(code: str, error: ExpressionError) -> PydanticCustomError:
    """The fault with what a diagnostic needs to point inside the text."""
    suggested = _SUGGESTED.search(error.hint)
    context = {
        "text": str(error),
        "message": error.message,
        "offset": error.offset,
        "suggestion": suggested[1] if suggested else "",
    }
    return PydanticCustomError(code, "{text}", context)


_SUGGESTED = re.compile(r"did you mean '([^']+)'")


def _expression(value: Any, info: ValidationInfo) -> Expression:
    if isinstance(value, Expression):
        return value
    known = (info.context or {}).get("user_functions")
    try:
        return parse_expression(_text(value), user_functions=known)
    except ExpressionError as error:
        raise _located(error.kind, error) from error


def _condition(value: Any) -> Expression:
    """As `_expression`, but the functions of a `script.load` file are not known in it."""
    if isinstance(value, Expression):
        return value
    try:
        return parse_expression(_text(value))
    except ExpressionError as error:
        raise _located(error.kind, error) from error


def text_template(value: Any) -> Template:
    """A text cut at its `${...}`. Raises a `PydanticCustomError`, `invalid-template`."""
    if isinstance(value, Template):
        return value
    try:
        parsed = parse_template(_text(value))
        for fmt, _ in parsed.time_formats:
            compile_formatter(fmt)
    except ExpressionError as error:
        raise _located("invalid-template", error) from error
    except TimeFormatError as error:
        raise _fault("invalid-template", error) from error
    return parsed


def _interval(value: Any) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and value == 0:
        return 0
    try:
        return parse_duration(_text(value))
    except DurationError as error:
        raise _fault("invalid-duration", error) from error


_NAMED_GROUP = re.compile(r"\(\?<(?=[A-Za-z_])")


def _regex(value: Any) -> re.Pattern[str]:
    if isinstance(value, re.Pattern):
        return value
    try:
        return re.compile(_NAMED_GROUP.sub("(?P<", _text(value)))
    except re.error as error:
        raise _fault("invalid-regex", f"not a regular expression: {error}") from error


def _checked(check: Callable[[str], object], code: str) -> Callable[[Any], str]:
    def validate(value: Any) -> str:
        text = _text(value)
        if "{{" in text:
            return text
        try:
            check(text)
        except CodedError as error:
            raise _fault(code, error) from error
        return text

    return validate


def _lua(value: Any) -> str:
    text = _text(value)
    try:
        Script(text)
    except InvalidScript as error:
        raise PydanticCustomError(
            "invalid-script", "{text}", {"text": str(error), "line": error.line}
        ) from error
    return text


def _field(value: Any) -> str:
    text = _text(value)
    if not text:
        raise PydanticCustomError("invalid-field", "a field needs a name, as in status or user.id")
    return text


FieldPath: TypeAlias = Annotated[
    str,
    BeforeValidator(_field),
    WithJsonSchema({"type": "string", "format": "field", "minLength": 1}),
]
"""A field of the event: `a.b`, `a/b` or the JSON Pointer `/a/b`."""

Text: TypeAlias = Annotated[str, BeforeValidator(_text), WithJsonSchema({"type": "string"})]
"""A text; a bare number or boolean in YAML is taken as its text."""

Expr: TypeAlias = Annotated[
    Expression,
    PlainValidator(_expression),
    PlainSerializer(lambda value: value.text, return_type=str),
    WithJsonSchema({"type": "string", "format": "lua-expression"}),
]
"""A Lua expression over the event's fields, parsed."""

Condition: TypeAlias = Annotated[
    Expression,
    PlainValidator(_condition),
    PlainSerializer(lambda value: value.text, return_type=str),
    WithJsonSchema({"type": "string", "format": "lua-expression"}),
]
"""As `Expr`, for the engine to evaluate: only built-in functions."""

TemplateText: TypeAlias = Annotated[
    Template,
    PlainValidator(text_template),
    PlainSerializer(lambda value: value.text, return_type=str),
    WithJsonSchema({"type": "string", "format": "template"}),
]
"""A text with `${...}` expansions, cut at them."""

Interval: TypeAlias = Annotated[
    int,
    PlainValidator(_interval),
    PlainSerializer(format_duration, return_type=str),
    WithJsonSchema({"type": "string", "format": "time-interval"}),
]
"""A duration such as `500ms`, `2h`, `36h45m`; in code nanoseconds."""

Regex: TypeAlias = Annotated[
    re.Pattern[str],
    PlainValidator(_regex),
    PlainSerializer(lambda value: value.pattern, return_type=str),
    WithJsonSchema({"type": "string", "format": "regex"}),
]
"""A regular expression; groups may be written `(?<name>...)` or `(?P<name>...)`."""

Cron: TypeAlias = Annotated[
    str,
    PlainValidator(_checked(check_cron, "invalid-cron")),
    WithJsonSchema({"type": "string", "format": "cron"}),
]
"""Six cron fields, seconds first, UTC."""

TimeFormat: TypeAlias = Annotated[
    str,
    PlainValidator(_checked(compile_formatter, "invalid-time-format")),
    WithJsonSchema({"type": "string", "format": "time-format"}),
]
"""`default_iso`, `epoch_secs`, `epoch_msecs` or a strftime text."""

LuaText: TypeAlias = Annotated[
    str,
    PlainValidator(_lua),
    WithJsonSchema({"type": "string", "format": "lua"}),
]
"""A Lua script, compiled once to check it."""

Multiline: TypeAlias = Annotated[
    str,
    BeforeValidator(_text),
    WithJsonSchema({"type": "string", "format": "multiline-text"}),
]
"""A block of text."""
