"""Functions on numbers; numeric texts count as numbers."""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any, Final

from lyftdata.expressions.errors import EvaluationError
from lyftdata.expressions.functions.entry import Example, Function, integer_argument
from lyftdata.expressions.lexer import read_number
from lyftdata.expressions.values import Number, as_number

_EXACT: Final = Context(prec=700)
_MAX_BASED: Final = 1000


def tonumber(value: Any, base: Any = None) -> Number | None:
    """The number that a text means, in a base from 2 to 36 if one is given, or nil."""
    if base is not None:
        return _based(value, integer_argument(base, "tonumber"))
    if type(value) is int or type(value) is float:
        return value
    return read_number(value) if isinstance(value, str) else None


def _based(value: Any, base: int) -> int | None:
    if not 2 <= base <= 36:
        raise EvaluationError(f"tonumber: base {base} is not from 2 to 36", value=value)
    text = value.strip() if isinstance(value, str) else ""
    if len(text) > _MAX_BASED or not text.isascii() or not text.lstrip("+-").isalnum():
        return None
    try:
        return int(text, base)
    except ValueError:
        return None


def floor(number: Any) -> int:
    """The largest whole number that is not above."""
    return math.floor(as_number(number, "floor"))


def ceil(number: Any) -> int:
    """The smallest whole number that is not below."""
    return math.ceil(as_number(number, "ceil"))


def round_number(number: Any, digits: Any = 0) -> Number:
    """The nearest whole number, or with so many decimal digits; halves go away from 0."""
    value, places = as_number(number, "round"), integer_argument(digits, "round")
    if not 0 <= places <= 15:
        raise EvaluationError(f"round takes 0 to 15 digits, not {places}", value=digits)
    if type(value) is int:
        return value
    rounded = Decimal(repr(value)).quantize(
        Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP, context=_EXACT
    )
    return float(rounded) if places else int(rounded)


def absolute(number: Any) -> Number:
    """The number without its sign."""
    return abs(as_number(number, "abs"))


def smallest(*numbers: Any) -> Number:
    """The smallest of the numbers, or of the numbers in one list."""
    return min(_all_numbers(numbers, "min"))


def largest(*numbers: Any) -> Number:
    """The largest of the numbers, or of the numbers in one list."""
    return max(_all_numbers(numbers, "max"))


def square_root(number: Any) -> float:
    """The square root."""
    try:
        return math.sqrt(as_number(number, "sqrt"))
    except (ValueError, OverflowError) as error:
        raise EvaluationError(f"sqrt has no result: {error}", value=number) from error


def logarithm(number: Any, base: Any = math.e) -> float:
    """The logarithm, natural if no base is given."""
    try:
        return math.log(as_number(number, "log"), as_number(base, "log"))
    except (ValueError, ZeroDivisionError) as error:
        raise EvaluationError("log takes a number above 0 and a base other than 1") from error


def _all_numbers(numbers: tuple[Any, ...], what: str) -> list[Number]:
    given = numbers[0] if len(numbers) == 1 and isinstance(numbers[0], list) else numbers
    if not given:
        raise EvaluationError(f"{what} of an empty list")
    return [as_number(one, what) for one in given]


ENTRIES: Final = (
    Function(
        "tonumber(value[, base])",
        tonumber,
        1,
        2,
        (Example('tonumber("0x10")', 16), Example('tonumber("ff", 16)', 255)),
    ),
    Function("floor(number)", floor, 1, 1, (Example("floor(-1.5)", -2),), aliases=("math.floor",)),
    Function("ceil(number)", ceil, 1, 1, (Example("ceil(1.2)", 2),), aliases=("math.ceil",)),
    Function(
        "round(number[, digits])",
        round_number,
        1,
        2,
        (Example("round(2.5)", 3), Example("round(2.675, 2)", 2.68)),
    ),
    Function("abs(number)", absolute, 1, 1, (Example("abs(-3)", 3),), aliases=("math.abs",)),
    Function(
        "min(number, ...)", smallest, 1, None, (Example("min(3, 1)", 1),), aliases=("math.min",)
    ),
    Function(
        "max(number, ...)", largest, 1, None, (Example("max(3, 1)", 3),), aliases=("math.max",)
    ),
    Function("sqrt(number)", square_root, 1, 1, (Example("sqrt(9)", 3.0),), aliases=("math.sqrt",)),
    Function(
        "log(number[, base])", logarithm, 1, 2, (Example("log(8, 2)", 3.0),), aliases=("math.log",)
    ),
)
