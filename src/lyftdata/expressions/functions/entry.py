"""One row of the table of functions, and how functions read their arguments."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

from lyftdata.expressions.errors import EvaluationError
from lyftdata.expressions.values import as_number, shown, text_of


class Example(NamedTuple):
    """An expression without fields and the JSON value it gives (`...` where it differs)."""

    text: str
    value: Any


@dataclass(frozen=True, slots=True)
class Function:
    """A function: what it is called with, what runs, how it is shown.

    `form` is `plain` (arguments are values), `tools` (the tools come first) or `special` (the code
    generator treats the arguments itself; `run` only documents it).
    """

    signature: str
    run: Callable[..., Any]
    fewest: int
    most: int | None
    examples: tuple[Example, ...]
    form: str = "plain"
    boolean: bool = False
    aliases: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """What it is called."""
        return self.signature.partition("(")[0]

    @property
    def summary(self) -> str:
        """One sentence for the reference."""
        return " ".join((self.run.__doc__ or "").split())


def text_argument(value: Any, what: str) -> str:
    """A text, or the text of a number. Raises `EvaluationError`."""
    if isinstance(value, str):
        return value
    if type(value) is int or type(value) is float:
        return text_of(value)
    raise EvaluationError(f"{what} takes a text, not {shown(value)}", value=value)


def integer_argument(value: Any, what: str) -> int:
    """A whole number. Raises `EvaluationError`."""
    number = as_number(value, what)
    if number != number // 1:
        raise EvaluationError(f"{what} takes a whole number, not {shown(value)}", value=value)
    return int(number)
