"""Functions that read the job's clock, counters and randomness; repeatable where those are."""

from __future__ import annotations

from typing import Any, Final

from lyftdata.core.errors import LyftError
from lyftdata.expressions.errors import EvaluationError
from lyftdata.expressions.functions.entry import Example, Function, text_argument
from lyftdata.expressions.tools import ExpressionTools
from lyftdata.expressions.values import as_number

_NS_PER_MS: Final = 1_000_000


def count(tools: ExpressionTools, key: str) -> int:
    """How often this place was computed: 1, 2, 3...; `count("name")` shares one counter by name."""
    number = tools.counters.get(key, 0) + 1
    tools.counters[key] = number
    return number


def uuid(tools: ExpressionTools) -> str:
    """A new unique identifier."""
    return tools.uuid()


def now(tools: ExpressionTools) -> int:
    """The time in whole seconds since 1970, UTC."""
    return tools.clock.wall_ns() // 1_000_000_000


def now_ms(tools: ExpressionTools) -> int:
    """The time in whole milliseconds since 1970, UTC."""
    return tools.clock.wall_ns() // _NS_PER_MS


def iso(tools: ExpressionTools, ms: Any = None) -> str:
    """Milliseconds since 1970 (now, if none are given) as an ISO 8601 text in UTC."""
    return str(_formatted(tools, ms, "default_iso"))


def format_time(tools: ExpressionTools, ms: Any, fmt: Any) -> str | int:
    """Milliseconds since 1970 in a time format such as `%Y-%m-%d`, in UTC."""
    return _formatted(tools, ms, text_argument(fmt, "format_time"))


def random(tools: ExpressionTools) -> float:
    """A random number from 0 up to, not including, 1."""
    return tools.random.random()


def _formatted(tools: ExpressionTools, ms: Any, fmt: str) -> str | int:
    ns = tools.clock.wall_ns() if ms is None else int(as_number(ms, "a time") * _NS_PER_MS)
    try:
        return tools.format_time(ns, fmt)
    except LyftError as error:
        raise EvaluationError(str(error), value=ms) from error


ENTRIES: Final = (
    Function("count([name])", count, 0, 1, (Example("2 * count()", 2),), form="special"),
    Function("uuid()", uuid, 0, 0, (Example("uuid()", ...),), form="tools"),
    Function("now()", now, 0, 0, (Example("now()", ...),), form="tools"),
    Function("now_ms()", now_ms, 0, 0, (Example("now_ms()", ...),), form="tools"),
    Function(
        "iso([ms])", iso, 0, 1, (Example("iso(0)", "1970-01-01T00:00:00.000Z"),), form="tools"
    ),
    Function(
        "format_time(ms, format)",
        format_time,
        2,
        2,
        (Example('format_time(0, "%Y/%m/%d")', "1970/01/01"),),
        form="tools",
    ),
    Function(
        "random()",
        random,
        0,
        0,
        (Example("random()", ...),),
        form="tools",
        aliases=("math.random",),
    ),
)
