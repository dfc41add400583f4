"""When an input runs (`trigger`), and the moving time range of such a run (`window`).

Shared by every input that polls. Settings only: the engine's schedule does the waiting.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar, Final, TypeAlias

from pydantic import BeforeValidator, PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from lyftdata.spec.base import Spec
from lyftdata.spec.options import Options
from lyftdata.spec.types import Cron, Interval, Text
from lyftdata.times import TimestampError, compile_parser

_START_FORMATS: Final = ("default_iso", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d")


def _moment(value: object) -> str:
    text = str(value).strip()
    if "{{" in text:
        return text
    try:
        start_ns(text)
    except TimestampError as error:
        raise PydanticCustomError(
            "invalid-time",
            "{text}",
            {"text": f"{text!r} is no time; write it like 2026-01-31 08:00:00"},
        ) from error
    return text


def start_ns(text: str) -> int:
    """A `start-time` (UTC unless it names an offset) in epoch ns. Raises `TimestampError`."""
    for fmt in _START_FORMATS:
        try:
            return compile_parser(fmt)(text)
        except TimestampError:
            continue
    raise TimestampError(f"{text!r} is no time; write it like 2026-01-31 08:00:00")


Moment: TypeAlias = Annotated[
    str, PlainValidator(_moment), WithJsonSchema({"type": "string", "format": "date-time"})
]


def _text_or_list(value: object) -> object:
    return [value] if isinstance(value, str) else value


Texts: TypeAlias = Annotated[tuple[Text, ...], BeforeValidator(_text_or_list)]


class WindowStart(Options):
    """Where the first window begins, or where the end of the last one is kept."""

    start_time: Moment | None = None
    """Start of the first window: `2026-01-31 08:00:00` (UTC) or ISO 8601."""
    tracked: Text | None = None
    """Path of a file that keeps the end of the last window that succeeded."""


class WindowSpec(Spec):
    """The moving time range of a run: it ends when the run is due, `size` long, moved by `offset`.

    The end of the last window that succeeded is kept, and the next one begins there."""

    size: Interval | None = None
    """How long the range is; left out, as long as the interval of the trigger."""
    offset: Interval = 0
    """How far start and end are moved back, to let late data settle."""
    start: WindowStart | None = None
    """Where to begin at the very first run."""


class CronSpec(Spec):
    """Fires at clock times, in UTC."""

    shorthand: ClassVar[str] = "cron"
    old_spellings: ClassVar[Mapping[str, str]] = {"random_offset": "random-offset"}

    cron: Cron
    """Six fields: second, minute, hour, day of month, month, day of week; or `@hourly` etc."""
    random_offset: Interval = 0
    """Fire later by a time up to this, drawn once per deployment, so that a fleet spreads out."""
    window: WindowSpec | None = None
    """The time range of each run, for `${time|start_...}` and `${time|end_...}`."""
    immediate: bool = False
    """Fire once at the start as well."""
    block: bool = False
    """Hold further firings while the output is retrying."""


class IntervalSpec(Spec):
    """Fires at once, then at equal distances from the start."""

    shorthand: ClassVar[str] = "duration"
    old_spellings: ClassVar[Mapping[str, str]] = {
        "random_offset": "random-offset",
        "interval": "duration",
    }

    duration: Interval
    """The time between firings; `0s` fires once."""
    random_offset: Interval = 0
    """Fire later by a time up to this, drawn once per deployment, so that a fleet spreads out."""
    window: WindowSpec | None = None
    """The time range of each run, for `${time|start_...}` and `${time|end_...}`."""
    block: bool = False
    """Hold further firings while the output is retrying."""


class MessageSpec(Spec):
    """Fires for each message of the bus that passes all filters; `{}` for any message."""

    filter_kind: Text | None = None
    """`system` or `user`."""
    filter_source: Texts | None = None
    """Who sent it: `server`, `worker` or `job`."""
    filter_type: Texts | None = None
    """Types of message, such as `user-generated`."""
    filter_job: Text | None = None
    """Name of the job that it is about."""
    filter_worker: Text | None = None
    """Id of the worker that it is about."""
    filter_tag: Text | None = None
    """Tag of a user message."""


class TriggerSpec(Options):
    """When the input runs. Left out, it runs exactly once."""

    cron: CronSpec | None = None
    """Clock times, as six cron fields in UTC."""
    interval: IntervalSpec | None = None
    """At once, then every so often."""
    message: MessageSpec | None = None
    """For each message of the bus that passes the filters."""

    @property
    def window(self) -> WindowSpec | None:
        """The window of a timed trigger."""
        timed = self.cron or self.interval
        return timed.window if timed else None

    @property
    def random_offset(self) -> int:
        """The bound of the random offset in ns; 0 for messages."""
        timed = self.cron or self.interval
        return timed.random_offset if timed else 0
