"""`key-value`: a text of pairs such as `level=info took=5` into fields."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, Final, Literal

from pydantic import model_validator
from pydantic_core import PydanticCustomError

from lyftdata.actions import _paths as fieldwork
from lyftdata.actions._reading import auto_value
from lyftdata.core.errors import EventError
from lyftdata.core.event import MISSING, Json, get_path, remove_path
from lyftdata.spec.component import ActionDef, ActionSpec, ActionTools, Example, Step, Touches
from lyftdata.spec.types import FieldPath, Text

_ESCAPED: Final = re.compile(r"\\(.)", re.DOTALL)
_MEANT: Final = {"n": "\n", "t": "\t", "r": "\r", '"': '"', "'": "'", "\\": "\\"}


class KeyValueSpec(ActionSpec):
    """Finds pairs of key and value in a text. Each becomes a field at the top of the event, which
    replaces one that exists already. Words that are no pair are passed over."""

    input_field: FieldPath = fieldwork.RAW
    """The text."""
    delim: Text = " "
    """What stands between pairs. Blank means any white space."""
    key_value_delim: Text = "="
    """What stands between key and value. Values in `"` or `'` may hold anything; there `\\"` is a
    quote and `\\n` a new line."""
    autoconvert: bool = False
    """Make numbers and booleans of values without quotes that are written as JSON writes them."""
    remove: bool = False
    """Remove the input field after pairs have been found."""
    multiple: Literal["last", "first", "array"] = "last"
    """What to do with a key that comes more than once: keep the last or the first value, or collect
    all in a list."""
    on_error: fieldwork.OnError = "warn"
    """What follows when there is no pair at all: `warn` leaves the event as it is and counts a
    warning, `drop` drops it, `error` makes it an error of the event."""
    suppress_warnings: bool = False
    """Count no warnings."""

    @model_validator(mode="after")
    def _delimiters_differ(self) -> KeyValueSpec:
        fault = ""
        if not self.delim or not self.key_value_delim:
            fault = "a delimiter is at least one character"
        elif self.delim == self.key_value_delim:
            fault = "delim and key-value-delim are the same"
        if fault:
            raise PydanticCustomError("bad-separator", "{text}", {"text": fault, "at": ["delim"]})
        return self


def pairs_of(spec: KeyValueSpec) -> Callable[[str], Iterator[tuple[str, str, bool]]]:
    """A function from a text to its pairs, and whether the value was quoted."""
    joint = re.escape(spec.key_value_delim)
    between = r"\s+"
    if spec.delim.strip():
        joint, between = rf"\s*{joint}\s*", r"\s*" + re.escape(spec.delim)
    # Every match takes a whole stretch up to the next delimiter, so that no text is read twice.
    stretch = re.compile(
        rf"(?P<key>(?:(?!{between})(?!{joint}).)*+)"
        rf"(?:(?P<joint>{joint})(?:\"(?P<double>(?:[^\"\\]|\\.)*+)\""
        rf"|'(?P<single>(?:[^'\\]|\\.)*+)'|(?P<bare>(?:(?!{between}).)*+)))?"
        rf"(?:(?!{between}).)*+(?:{between}|\Z)",
        re.DOTALL,
    )

    def pairs(text: str) -> Iterator[tuple[str, str, bool]]:
        for found in stretch.finditer(text):
            key = found["key"].strip()
            if not key or found["joint"] is None:
                continue
            quoted = found["double"] if found["double"] is not None else found["single"]
            if quoted is not None:
                yield key, _ESCAPED.sub(_unescaped, quoted), True
            else:
                yield key, found["bare"].strip(), False

    return pairs


def _unescaped(found: re.Match[str]) -> str:
    return _MEANT.get(found[1], found[0])


def prepare(spec: KeyValueSpec, tools: ActionTools) -> Step:
    """The step: the event with a field for each key."""
    path, on_error, quiet = spec.input_field, spec.on_error, spec.suppress_warnings
    pairs = pairs_of(spec)

    def step(event: Json) -> Json | None:
        value = get_path(event, path)
        if value is MISSING or value is None:
            fieldwork.warn_missing(tools, path, quiet=quiet)
            return event
        found = _collected(spec, pairs(value)) if isinstance(value, str) else {}
        if not found:
            error = EventError(
                f"{path} holds no pair with {spec.key_value_delim!r}",
                code="no-pairs",
                field=path,
                value=value,
            )
            return fieldwork.refuse(tools, error, on_error, quiet=quiet, event=event)
        if spec.remove:
            remove_path(event, path)
        event.update(found)
        return event

    return step


def _collected(spec: KeyValueSpec, pairs: Iterator[tuple[str, str, bool]]) -> Json:
    found: Json = {}
    several: dict[str, list[Any]] = {}
    for key, text, quoted in pairs:
        value = text if quoted or not spec.autoconvert else auto_value(text)
        if key not in found or spec.multiple == "last":
            found[key] = value
        elif spec.multiple == "array":
            several.setdefault(key, [found[key]]).append(value)
    return found | several


def _touches(spec: KeyValueSpec) -> Touches:
    return fieldwork.touches(
        spec, reads=[spec.input_field], writes=None, flags={"drops": spec.on_error == "drop"}
    )


component = ActionDef(
    name="key-value",
    spec=KeyValueSpec,
    touches=_touches,
    prepare=prepare,
    category="parsing",
    examples=(
        Example(
            title="Pairs between words",
            config="{autoconvert: true, remove: true}",
            given={"_raw": 'done level=info took=5 msg="all \\"well\\""'},
            expect=({"level": "info", "took": 5, "msg": 'all "well"'},),
        ),
        Example(
            title="Other delimiters, and keys that repeat",
            config="{input-field: q, delim: '&', key-value-delim: '=', multiple: array}",
            given={"q": "a=1&b=2&a=3"},
            expect=({"q": "a=1&b=2&a=3", "a": ["1", "3"], "b": "2"},),
        ),
        Example(
            title="A text without pairs is left alone",
            config="{}",
            given={"_raw": "just words"},
            expect=({"_raw": "just words"},),
        ),
        Example(
            title="Or sent to dead letters",
            config="on-error: error",
            given={"_raw": ""},
            expect=(),
            error="no-pairs",
        ),
    ),
    tolerates=(
        ("the input field is missing or null", "unchanged, warning `no-such-field`"),
        ("there is no pair", "as `on-error` says; default: unchanged, warning `no-pairs`"),
        ("a word is no pair", "it is passed over"),
    ),
)
