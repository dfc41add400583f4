"""`convert`: values of other kinds (text to number, JSON text to objects) and in other units."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any, ClassVar, Final, Literal, TypeAlias

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from lyftdata.actions import _paths as fieldwork
from lyftdata.actions._reading import DEFAULTS, MAX_DIGITS, Conversion, auto_value, converted
from lyftdata.actions._units import UNITS, moved
from lyftdata.core.event import MISSING, Json, get_path
from lyftdata.expressions.errors import nearest
from lyftdata.spec.base import Spec
from lyftdata.spec.component import (
    ActionDef,
    ActionSpec,
    ActionTools,
    Code,
    Example,
    Step,
    Touches,
)
from lyftdata.spec.types import FieldPath, Text

Preprocess: TypeAlias = Literal[
    "trim",
    "strip-whitespace",
    "remove-currency-literal",
    "remove-percent-literal",
    "remove-thousands-separator",
]

_CURRENCY: Final = re.compile(r"[$€£¥₹₩₽¢]|\b(?:USD|EUR|GBP|JPY|CHF|CNY|ZAR|AUD|CAD|INR)\b")
_PREPARE: Final[dict[str, Callable[[str], str]]] = {
    "trim": str.strip,
    "strip-whitespace": lambda text: "".join(text.split()),
    "remove-currency-literal": lambda text: _CURRENCY.sub("", text).strip(),
    "remove-percent-literal": lambda text: text.strip().removesuffix("%").rstrip(),
    "remove-thousands-separator": lambda text: text.replace(",", ""),
}
_FORMATS: Final[dict[str, tuple[str, ...]]] = {
    "plain": (),
    "currency": ("remove-currency-literal", "remove-thousands-separator"),
    "percent": ("remove-percent-literal",),
    "comma-number": ("trim", "remove-thousands-separator"),
}


class ConversionSpec(Spec):
    """One field and the kind that its value is to have."""

    field: FieldPath
    """The field to convert, in place."""
    conversion: Conversion
    """`num`: a number, whole ones to the last digit. `int`: a whole number, decimals cut. `float`:
    a decimal number. `str`: the text of a value, objects and lists as JSON. `bool`: true, yes, on,
    t, y, 1 or false, no, off, f, n, 0. `json`: the value that a JSON text means, to the last digit;
    what is no text stays. `split`: the words of a text as a list, numbers and booleans among them
    as such."""


def _unit(value: str) -> str:
    if value not in UNITS:
        hint = nearest(value, UNITS) or f"there are {', '.join(UNITS)}"
        raise PydanticCustomError("bad-unit", "{text}", {"text": f"no unit {value!r}; {hint}"})
    return value


class UnitSpec(Spec):
    """One field whose number is to be in another unit."""

    field: FieldPath
    """The field to convert, in place. A value with a unit of its own (`1GiB`) is taken by that."""
    from_: Text
    """Unit of values that carry none: B, K M G T P or KiB MiB ... (powers of 1024), KB MB GB TB PB
    (powers of 1000), ns us ms s min h d."""
    to: Text
    """Unit of the result, of the same kind. A whole number where it comes out whole."""

    @model_validator(mode="after")
    def _of_one_kind(self) -> UnitSpec:
        if "{{" in self.from_ + self.to:
            return self
        if UNITS[_unit(self.from_)][0] != UNITS[_unit(self.to)][0]:
            text = f"{self.from_} and {self.to} measure different things"
            raise PydanticCustomError("bad-unit", "{text}", {"text": text})
        return self


class ConvertSpec(ActionSpec):
    """Converts values in place. For each field: `format`, then `preprocess`, then the conversion,
    then the unit."""

    ordered_maps: ClassVar[frozenset[str]] = frozenset()

    conversions: list[ConversionSpec] = Field(default_factory=list)
    """What to convert, in order."""
    units: list[UnitSpec] = Field(default_factory=list)
    """What to bring into other units, after the conversions."""
    auto: bool = False
    """Convert every text at the top of the event that is written as JSON writes a number or a
    boolean. Codes such as `007` stay texts. Never a warning."""
    null_behaviour: Literal["keep", "default"] = "keep"
    """What becomes of null in `conversions`: it stays, or becomes the default of the kind (0, "",
    false, for `json` null, for `split` an empty list)."""
    format: Literal["currency", "percent", "comma-number", "plain"] = "plain"
    """How texts are written: `currency` takes off signs and codes of currencies and thousands
    separators, `percent` takes off %, `comma-number` thousands separators. Nothing is scaled."""
    preprocess: list[Preprocess] = Field(default_factory=list)
    """What to do to texts before they are converted, in order, after `format`."""
    on_error: Literal["warn", "default", "drop"] = "warn"
    """What follows when a value does not convert: `warn` leaves it as it is and counts a warning,
    `default` puts the default of the kind (0 for units), `drop` drops the event."""
    suppress_warnings: bool = False
    """Count no warnings."""

    @model_validator(mode="after")
    def _does_something(self) -> ConvertSpec:
        if self.conversions or self.units or self.auto:
            return self
        text = "this converts nothing; give conversions, units or auto: true"
        raise PydanticCustomError("nothing-to-do", "{text}", {"text": text})


_Reader: TypeAlias = Callable[[Any], Any]
_One: TypeAlias = Callable[[Json], bool]
"""Converts one field of an event; False when the event is to be dropped."""


def prepare(spec: ConvertSpec, tools: ActionTools) -> Step:
    """The step: the event with its values converted; None for `on-error: drop`."""
    cleaned = _cleaner(spec)
    ones = _conversions(spec, tools, cleaned) + _units(spec, tools, cleaned)
    auto = spec.auto

    def step(event: Json) -> Json | None:
        for one in ones:
            if not one(event):
                return None
        if auto:
            _convert_all(event, cleaned)
        return event

    return step


def _cleaner(spec: ConvertSpec) -> Callable[[Any], Any]:
    passes = [_PREPARE[name] for name in (*_FORMATS[spec.format], *spec.preprocess)]

    def cleaned(value: Any) -> Any:
        if isinstance(value, str):
            for one in passes:
                value = one(value)
        return value

    return cleaned


def _conversions(spec: ConvertSpec, tools: ActionTools, cleaned: _Reader) -> list[_One]:
    def reader(conversion: str) -> _Reader:
        return lambda value: converted(cleaned(value), conversion)

    return [
        _converter(spec, tools, one.field, reader(one.conversion), DEFAULTS[one.conversion])
        for one in spec.conversions
    ]


def _units(spec: ConvertSpec, tools: ActionTools, cleaned: _Reader) -> list[_One]:
    def reader(one: UnitSpec) -> _Reader:
        return lambda value: moved(cleaned(value), one.from_, one.to)

    return [_converter(spec, tools, one.field, reader(one), 0) for one in spec.units]


def _converter(
    spec: ConvertSpec, tools: ActionTools, path: str, read: _Reader, default: Any
) -> _One:
    quiet, on_error = spec.suppress_warnings, spec.on_error
    nulls_stay = spec.null_behaviour == "keep"

    def convert(event: Json) -> bool:
        value = get_path(event, path)
        if value is MISSING:
            fieldwork.warn_missing(tools, path, quiet=quiet)
            return True
        if value is None:
            if not nulls_stay:
                fieldwork.write_field(event, path, _fresh(default))
            return True
        found = read(value)
        if found is not MISSING:
            fieldwork.write_field(event, path, found)
            return True
        if on_error == "default":
            fieldwork.write_field(event, path, _fresh(default))
        elif not quiet:
            tools.warn("not-convertible", tools.place, field=path, value=value)
        return on_error != "drop"

    return convert


def _fresh(default: Any) -> Any:
    return [] if isinstance(default, list) else default


def _convert_all(event: Json, cleaned: _Reader) -> None:
    for key, value in event.items():
        if isinstance(value, str):
            found = auto_value(cleaned(value))
            if not isinstance(found, str):
                event[key] = found


def emit(spec: ConvertSpec, code: Code, tools: ActionTools) -> bool:
    """The usual digits and numbers in place, anything else by a call per field; not `auto`."""
    if spec.auto:
        return False
    cleaned = _cleaner(spec)
    ones: Sequence[_One] = _conversions(spec, tools, cleaned)
    clean = spec.format != "plain" or bool(spec.preprocess)
    for conversion, convert in zip(spec.conversions, ones, strict=True):
        _emit_conversion(code, conversion, convert, clean=clean)
    for convert in _units(spec, tools, cleaned):
        code.add(f"if not {code.bind(convert)}(e): {code.DROP}")
    return True


def _emit_conversion(code: Code, one: ConversionSpec, convert: _One, *, clean: bool) -> None:
    call = f"if not {code.bind(convert)}(e): {code.DROP}"
    value, field = code.temp(), one.field
    if not fieldwork.is_plain(field):
        code.add(call)
    elif one.conversion in ("num", "int"):
        digits = f"{value}.isascii() and {value}.isdigit() and len({value}) <= {MAX_DIGITS}"
        code.add(
            f"{value} = e.get({field!r})",
            f"if type({value}) is str and {digits}: e[{field!r}] = int({value})",
            f"elif type({value}) is not int:",
            f"    {call}",
        )
    elif one.conversion == "str" and not clean:
        code.add(f"if type(e.get({field!r})) is not str:", f"    {call}")
    else:
        code.add(call)


def _touches(spec: ConvertSpec) -> Touches:
    paths = [one.field for one in spec.conversions] + [one.field for one in spec.units]
    everything = spec.auto
    return fieldwork.touches(
        spec,
        reads=None if everything else paths,
        writes=None if everything else paths,
        flags={"drops": spec.on_error == "drop"},
    )


component = ActionDef(
    name="convert",
    spec=ConvertSpec,
    touches=_touches,
    prepare=prepare,
    emit=emit,
    category="parsing",
    examples=(
        Example(
            title="Texts to numbers, every digit kept",
            config="conversions: [{field: status, conversion: num}, {field: id, conversion: num}]",
            given={"status": "200", "id": "12345678901234567890123"},
            expect=({"status": 200, "id": 12345678901234567890123},),
        ),
        Example(
            title="JSON text back to structure",
            config="conversions: [{field: body, conversion: json}]",
            given={"body": '{"n": 1.5}'},
            expect=({"body": {"n": 1.5}},),
        ),
        Example(
            title="Money and units",
            config="{conversions: [{field: price, conversion: num}], format: currency,"
            " units: [{field: took, from: ms, to: s}]}",
            given={"price": "$1,234.50", "took": "500"},
            expect=({"price": 1234.5, "took": 0.5},),
        ),
        Example(
            title="A unit of its own goes before `from`",
            config="units: [{field: size, from: M, to: KB}]",
            given={"size": "1GiB"},
            expect=({"size": 1073741.824},),
        ),
        Example(
            title="Drop what does not convert",
            config="{conversions: [{field: n, conversion: num}], on-error: drop}",
            given={"n": "many"},
            expect=(),
        ),
        Example(
            title="A default for what does not convert and for null",
            config="{conversions: [{field: a, conversion: num}, {field: b, conversion: bool}],"
            " on-error: default, null-behaviour: default}",
            given={"a": "-", "b": None},
            expect=({"a": 0, "b": False},),
        ),
    ),
    tolerates=(
        ("a field is missing", "warning `no-such-field`"),
        (
            "a value does not convert",
            "as `on-error` says; default: kept, warning `not-convertible`",
        ),
        ("the value is null", "as `null-behaviour` says"),
    ),
)
