"""`time`: timestamps of any format into others, or the time now."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, ClassVar, Final, TypeAlias

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from lyftdata.actions import _paths as fieldwork
from lyftdata.core.errors import EventError
from lyftdata.core.event import MISSING, Json, get_path
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
from lyftdata.spec.types import FieldPath, Interval, Text, TimeFormat
from lyftdata.times import (
    TimeFormatError,
    TimestampError,
    compile_formatter,
    compile_parser,
)

_REMEMBERED: Final = 4096
_DAY: Final = "%Y-%m-%d"
_TIME_OF_DAY: Final = re.compile(r"([01][0-9]|2[0-4]):([0-5][0-9])(?::([0-5][0-9]))?")
_BEGIN_AND_END: Final = 2
_Reader: TypeAlias = Callable[[Any], int]


class _NoClock:
    """Stands in for a clock while formats are checked; it is never read."""

    def wall_ns(self) -> int:
        return 0

    def monotonic_ns(self) -> int:
        return 0


class TimeRange(Spec):
    """A part of the day, and what to set on events within it."""

    range: list[Text]
    """Begin and end as `HH:MM` or `HH:MM:SS` in the output time zone; the end itself is outside. A
    range whose end is before its begin goes over midnight."""
    output_tag: Text = ""
    """Text to put into the field `tag`; empty for none."""
    output_fields: dict[FieldPath, Text] = Field(default_factory=dict)
    """Fields to set, with their values."""

    @model_validator(mode="after")
    def _two_times(self) -> TimeRange:
        if any("{{" in one for one in self.range):
            return self
        if len(self.range) != _BEGIN_AND_END or any(_seconds(one) < 0 for one in self.range):
            text = "a range is two times of day, as in ['08:00', '17:30']"
            raise PydanticCustomError("invalid-time-range", "{text}", {"text": text})
        return self


class TimeSpec(ActionSpec):
    """Reads a timestamp, and writes it in another format, time zone or field. Output fields that
    exist are replaced."""

    ordered_maps: ClassVar[frozenset[str]] = frozenset({"output-fields"})

    input_field: FieldPath | None = None
    """The timestamp to read. Without it the time is now, by the job's clock."""
    input_format: TimeFormat = "default_iso"
    """How it is written: strftime, or `default_iso`, `epoch_secs`, `epoch_msecs`, `epoch_usecs`,
    `epoch_nsecs`. A format without a year takes the year that brings the time nearest to now."""
    input_formats: list[TimeFormat] = Field(default_factory=list)
    """Several formats, instead of one; the first that fits is taken."""
    input_timezone: Text = "UTC"
    """IANA time zone of texts that name no offset themselves."""
    output_field: FieldPath | None = None
    """Field for the result. Default: `@timestamp`, if no other output is named."""
    output_fields: dict[FieldPath, TimeFormat] = Field(default_factory=dict)
    """Further fields, each with a format of its own."""
    output_format: TimeFormat = "default_iso"
    """Format of `output-field`; `default_iso` has milliseconds and, in UTC, a `Z`. The `epoch_...`
    formats give numbers."""
    output_timezone: Text = "UTC"
    """IANA time zone of the results, of `zero-time` and of `when`."""
    add_time: Interval = 0
    """Added to the time that was read, as `1h30m`."""
    subtract_time: Interval = 0
    """Taken from the time that was read."""
    zero_time: bool = False
    """Set the time of day to 00:00:00 in the output time zone, after adding and subtracting."""
    when: list[TimeRange] = Field(default_factory=list)
    """Parts of the day; the first that holds the time sets its fields."""
    time_range_start_field: FieldPath | None = None
    """Field for the begin of the time range that the time is the end of, in the output format."""
    time_range_length_field: FieldPath | None = None
    """Field that holds the length of that range in seconds; read with `time-range-start-field`."""
    on_error: fieldwork.OnError = "warn"
    """What follows when the value is no time in any of the formats: `warn` leaves the event as it
    is and counts a warning, `drop` drops it, `error` makes it an error of the event."""
    suppress_warnings: bool = False
    """Count no warnings."""

    @model_validator(mode="after")
    def _formats_and_zones(self) -> TimeSpec:
        if (self.time_range_start_field is None) != (self.time_range_length_field is None):
            text = "time-range-start-field and time-range-length-field need each other"
            raise PydanticCustomError("time-range", "{text}", {"text": text})
        _check_zone("input-timezone", self.input_timezone)
        _check_zone("output-timezone", self.output_timezone)
        for fmt in self.formats:
            _check_input("input-formats" if self.input_formats else "input-format", fmt)
        return self

    @property
    def formats(self) -> list[str]:
        """The formats to try, in order."""
        return self.input_formats or [self.input_format]

    @property
    def outputs(self) -> dict[str, str]:
        """Field -> format."""
        field = self.output_field
        if field is None and not self.output_fields:
            field = "@timestamp"
        return ({} if field is None else {field: self.output_format}) | self.output_fields


def _check_zone(key: str, zone: str) -> None:
    try:
        if "{{" not in zone:
            compile_formatter("default_iso", zone)
    except TimeFormatError as error:
        raise _fault(key, error) from error


def _check_input(key: str, fmt: str) -> None:
    try:
        if "{{" not in fmt:
            compile_parser(fmt, clock=_NoClock())
    except TimeFormatError as error:
        raise _fault(key, error) from error


def _fault(key: str, error: TimeFormatError) -> PydanticCustomError:
    return PydanticCustomError("invalid-time-format", "{text}", {"text": str(error), "at": [key]})


def _seconds(text: str) -> int:
    """Seconds since midnight of `HH:MM` or `HH:MM:SS`, -1 for any other text."""
    found = _TIME_OF_DAY.fullmatch(text)
    if found is None:
        return -1
    return int(found[1]) * 3600 + int(found[2]) * 60 + int(found[3] or 0)


class _Timer:
    """The action on one event, with a memory of what it made of values seen lately."""

    def __init__(self, spec: TimeSpec, tools: ActionTools) -> None:
        self._spec, self._tools = spec, tools
        self._readers = [
            compile_parser(fmt, spec.input_timezone, clock=tools.clock) for fmt in spec.formats
        ]
        zone = spec.output_timezone
        self._writers = [(path, compile_formatter(fmt, zone)) for path, fmt in spec.outputs.items()]
        self._start_writer = compile_formatter(spec.output_format, zone)
        self._midnight = compile_parser(_DAY, zone)
        self._day = compile_formatter(_DAY, zone)
        self._time_of_day = compile_formatter("%H:%M:%S", zone)
        self._shift = spec.add_time - spec.subtract_time
        self.known: dict[str | int, tuple[str | int, ...]] = {}
        self.remembers = remembers(spec)

    def step(self, event: Json) -> Json | None:
        """Read, write. Raises `EventError`."""
        spec = self._spec
        value: Any = None
        if spec.input_field is not None:
            value = get_path(event, spec.input_field)
            if value is MISSING or value is None:
                fieldwork.warn_missing(self._tools, spec.input_field, quiet=spec.suppress_warnings)
                return event
        try:
            results = self._results(event, value)
        except EventError as error:
            error.field = error.field or spec.input_field
            return fieldwork.refuse(
                self._tools, error, spec.on_error, quiet=spec.suppress_warnings, event=event
            )
        for path, result in results:
            fieldwork.write_field(event, path, result)
        return event

    def _results(self, event: Json, value: Any) -> list[tuple[str, Any]]:
        ns = self._read(value) + self._shift
        if self._spec.zero_time:
            ns = self._midnight(self._day(ns))
        made = tuple([write(ns) for _, write in self._writers])
        if self.remembers and type(value) in (str, int):
            if len(self.known) >= _REMEMBERED:
                self.known.clear()
            self.known[value] = made
        results: list[tuple[str, Any]] = [
            (path, one) for (path, _), one in zip(self._writers, made, strict=True)
        ]
        return results + self._within(ns) + self._range_start(event, ns)

    def _read(self, value: Any) -> int:
        if self._spec.input_field is None:
            return self._tools.clock.wall_ns()
        fault: EventError | None = None
        for read in self._readers:
            try:
                return read(value)
            except TimestampError as error:
                fault = fault or error
        raise fault or AssertionError("there is always a format")

    def _within(self, ns: int) -> list[tuple[str, Any]]:
        if not self._spec.when:
            return []
        now = _seconds(str(self._time_of_day(ns)))
        for one in self._spec.when:
            begin, end = map(_seconds, one.range)
            inside = begin <= now < end if begin <= end else now >= begin or now < end
            if inside:
                tag = [("tag", one.output_tag)] if one.output_tag else []
                return [*tag, *one.output_fields.items()]
        return []

    def _range_start(self, event: Json, ns: int) -> list[tuple[str, Any]]:
        start, length = self._spec.time_range_start_field, self._spec.time_range_length_field
        if start is None or length is None:
            return []
        seconds = get_path(event, length)
        if isinstance(seconds, bool) or not isinstance(seconds, int | float):
            raise EventError(
                f"{length} holds no number of seconds",
                code="invalid-length",
                field=length,
                value=None if seconds is MISSING else seconds,
            )
        return [(start, self._start_writer(ns - round(seconds * 1_000_000_000)))]


def remembers(spec: TimeSpec) -> bool:
    """Whether equal inputs give equal outputs for ever: not so for now, nor without a year."""
    if spec.input_field is None or spec.when or spec.time_range_start_field is not None:
        return False
    try:
        for fmt in spec.formats:
            compile_parser(fmt, spec.input_timezone)
    except TimeFormatError:
        return False
    return True


def prepare(spec: TimeSpec, tools: ActionTools) -> Step:
    """The step: the event with the times written."""
    return _Timer(spec, tools).step


def emit(spec: TimeSpec, code: Code, tools: ActionTools) -> bool:
    """A look into the memory of values seen lately, the step where that knows nothing."""
    path, outputs = spec.input_field, [*spec.outputs]
    if path is None or not remembers(spec) or not all(map(fieldwork.is_plain, [path, *outputs])):
        return False
    timer = _Timer(spec, tools)
    value, made = code.temp(), code.temp()
    targets = ", ".join([f"e[{output!r}]" for output in outputs])
    code.add(
        f"{value} = e.get({path!r})",
        f"{made} = {code.bind(timer.known)}.get({value}) if type({value}) is str else None",
        f"if {made} is None:",
        f"    e = {code.bind(timer.step)}(e)",
        f"    if e is None: {code.DROP}",
        f"else: {targets}{',' if len(outputs) == 1 else ''} = {made}",
    )
    return True


def _touches(spec: TimeSpec) -> Touches:
    reads = [one for one in (spec.input_field, spec.time_range_length_field) if one is not None]
    writes = [*spec.outputs]
    if spec.time_range_start_field is not None:
        writes.append(spec.time_range_start_field)
    for one in spec.when:
        writes += [*one.output_fields, *(["tag"] if one.output_tag else [])]
    return fieldwork.touches(
        spec, reads=reads, writes=writes, flags={"drops": spec.on_error == "drop"}
    )


component = ActionDef(
    name="time",
    spec=TimeSpec,
    touches=_touches,
    prepare=prepare,
    emit=emit,
    category="derive",
    examples=(
        Example(
            title="The time of an access log",
            config="{input-field: at, input-format: '%d/%b/%Y:%H:%M:%S %z'}",
            given={"at": "10/Oct/2023:13:55:36 +0200"},
            expect=(
                {"at": "10/Oct/2023:13:55:36 +0200", "@timestamp": "2023-10-10T11:55:36.000Z"},
            ),
        ),
        Example(
            title="In place, to another zone and format",
            config="{input-field: at, input-formats: [epoch_secs, default_iso], output-field: at,"
            " output-format: '%H:%M', output-timezone: Asia/Tokyo}",
            given={"at": "2024-01-01T00:00:00Z"},
            expect=({"at": "09:00"},),
        ),
        Example(
            title="Several outputs, an hour later",
            config="{input-field: at, add-time: 1h,"
            " output-fields: {day: '%Y-%m-%d', ms: epoch_msecs}}",
            given={"at": "2023-12-31T23:30:00Z"},
            expect=({"at": "2023-12-31T23:30:00Z", "day": "2024-01-01", "ms": 1704069000000},),
        ),
        Example(
            title="What is no time is left alone",
            config="input-field: at",
            given={"at": "soon"},
            expect=({"at": "soon"},),
        ),
        Example(
            title="Or sent to dead letters",
            config="{input-field: at, on-error: error}",
            given={"at": "soon"},
            expect=(),
            error="invalid-timestamp",
        ),
    ),
    tolerates=(
        ("the input field is missing or null", "unchanged, warning `no-such-field`"),
        (
            "the value is no time in any of the formats",
            "as `on-error` says; default: unchanged, warning `invalid-timestamp`",
        ),
        ("the length field holds no number", "as `on-error` says, code `invalid-length`"),
        ("an output path leads through a value that is no object", "error `path-through-scalar`"),
    ),
)
