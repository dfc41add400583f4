"""Regular expressions for text from outside: compiled once, refused when explosive.

A group that repeats without bound and itself holds an unbounded repeat, as in `(a+)+`, can take
exponential time on hostile text. Such a pattern is refused; a possessive (`a++`) or atomic `(?>a+)`
inner repeat makes it safe.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

MAX_PATTERN: Final = 4096
_PIECE = re.compile(
    r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|(?P<atomic>\(\?>)|(?P<open>\((?:\?(?:[:=!]|<[=!]|P?<\w+>"
    r"|[a-zA-Z-]+:))?)|(?P<close>\))|(?P<repeat>[*+]|\{[0-9]*,[0-9]*\})(?P<mode>[+?]?)|.",
    re.DOTALL,
)
_BOUNDED: Final = 16


class PatternError(ValueError):
    """A text that is no regular expression, or one that may explode."""


@lru_cache(maxsize=512)
def compile_pattern(pattern: str) -> re.Pattern[str]:
    """The compiled pattern. Raises `PatternError`."""
    if len(pattern) > MAX_PATTERN:
        raise PatternError(
            f"a regular expression of {len(pattern)} characters; at most {MAX_PATTERN}"
        )
    try:
        compiled = re.compile(pattern)
    except (re.error, OverflowError, RecursionError) as error:
        raise PatternError(f"{pattern!r} is no regular expression: {error}") from error
    if _may_explode(pattern):
        raise PatternError(
            f"{pattern!r} repeats a repeat, which can take for ever on some texts; "
            "make the inner one possessive, as in (a++)+"
        )
    return compiled


def _may_explode(pattern: str) -> bool:
    """Whether an unbounded repeat stands inside another, possessive and atomic ones aside."""
    holds_repeat = [False]
    atomic: list[bool] = []
    closed = False
    for piece in _PIECE.finditer(pattern):
        if piece["open"] or piece["atomic"]:
            atomic.append(bool(piece["atomic"]))
            holds_repeat.append(False)
        elif piece["close"] and atomic:
            held, was_atomic = holds_repeat.pop(), atomic.pop()
            closed = held and not was_atomic
            holds_repeat[-1] |= closed
            continue
        elif piece["repeat"] and piece["mode"] != "+" and not _is_bounded(piece["repeat"]):
            if closed:
                return True
            holds_repeat[-1] = True
        closed = False
    return False


def _is_bounded(repeat: str) -> bool:
    if repeat in ("*", "+"):
        return False
    most = repeat[1:-1].partition(",")[2]
    return bool(most) and int(most) <= _BOUNDED
