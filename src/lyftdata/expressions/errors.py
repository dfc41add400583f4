"""Faults of an expression: in its text (`ExpressionError`), in a value (`EvaluationError`)."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from lyftdata.core.errors import CodedError, EventError

if TYPE_CHECKING:
    from collections.abc import Iterable


class ExpressionError(CodedError):
    """The text is no expression or template; `offset` counts characters from 0, `hint` mends it."""

    code = "invalid-expression"

    def __init__(self, message: str, offset: int, hint: str = "", *, code: str = "") -> None:
        super().__init__(f"{message} (at character {offset + 1})" + (f"; {hint}" if hint else ""))
        self.message = message
        self.offset = offset
        self.hint = hint
        if code:
            self.exact_code = code


class EvaluationError(EventError):
    """The expression is well formed, but not for the values of this event."""

    code = "evaluation-error"


def nearest(name: str, known: Iterable[str]) -> str:
    """`did you mean 'x'?` for the known name next to `name`, or nothing."""
    found = get_close_matches(name, list(known), n=1, cutoff=0.6)
    return f"did you mean {found[0]!r}?" if found else ""
