"""Time: the system clock, durations, timestamps in any format, cron. Above core, below the engine.

The only room that reads the machine's clock or imports a calendar or time zone library.
"""

from lyftdata.expressions.durations import DurationError, format_duration, parse_duration
from lyftdata.times.clock import SystemClock
from lyftdata.times.cron import CronError, check_cron, next_fire
from lyftdata.times.format import compile_formatter, format_time
from lyftdata.times.parse import compile_parser
from lyftdata.times.patterns import TimeFormatError, TimestampError

__all__ = [
    "CronError",
    "DurationError",
    "SystemClock",
    "TimeFormatError",
    "TimestampError",
    "check_cron",
    "compile_formatter",
    "compile_parser",
    "format_duration",
    "format_time",
    "next_fire",
    "parse_duration",
]
