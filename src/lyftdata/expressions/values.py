"""What the operators mean for JSON values: Lua's rules, with integers that grow, never wrap.

Differences from Lua, each for the sake of data: numeric text equals its number, lists and objects
are compared by content, and a result that JSON cannot hold (infinity, not-a-number) is an error.
"""

from __future__ import annotations

import math
from typing import Any, Final, TypeAlias

from lyftdata.core.event import encode_json
from lyftdata.expressions.errors import EvaluationError
from lyftdata.expressions.lexer import read_number

Number: TypeAlias = int | float

MAX_BITS: Final = 14_000
"""Integers stay below this many bits (some 4200 digits): what the event codec can write."""
MAX_RESULT: Final = 16 * 1024 * 1024
"""The longest text that an expression may make, in characters."""
_SMALL: Final = 1 << 63


def truthy(value: Any) -> bool:
    """Lua truth: everything but nil and false; 0 and "" are true."""
    return value is not None and value is not False


def type_name(value: Any) -> str:
    """Lua's name for the type: nil, boolean, number, string or table."""
    if value is None:
        return "nil"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "number"
    return "string" if isinstance(value, str) else "table"


def shown(value: Any) -> str:
    """A value for a message: its type, and itself when that is short."""
    if value is None:
        return "nil"
    if isinstance(value, dict | list):
        return "an object" if isinstance(value, dict) else "a list"
    if isinstance(value, int) and value.bit_length() > 256:
        return "an integer of more than 256 bits"
    text = repr(value) if isinstance(value, str) else text_of(value)
    return f"the {type_name(value)} {text if len(text) <= 60 else text[:57] + '...'}"


def as_number(value: Any, what: str) -> Number:
    """A number, or the number that a text means. Raises `EvaluationError` naming `what`."""
    if type(value) is int or type(value) is float:
        return value
    number = read_number(value) if isinstance(value, str) else None
    if number is None:
        raise EvaluationError(f"{what} takes numbers, not {shown(value)}", value=value)
    return number


def text_of(value: Any) -> str:
    """The text of a value by Lua 5.4's rules for numbers; lists and objects as JSON."""
    if isinstance(value, str):
        return value
    if value is None:
        return "nil"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        text = f"{value:.14g}"
        return text if any(mark in text for mark in ".en") else text + ".0"
    return encode_json(value).decode()


def add(left: Any, right: Any) -> Number:
    """`left + right`."""
    if type(left) is int and type(right) is int:
        return _bounded(left + right)
    left, right = as_number(left, "+"), as_number(right, "+")
    if type(left) is int and type(right) is int:
        return _bounded(left + right)
    return _finite(_float(left) + _float(right), "+")


def subtract(left: Any, right: Any) -> Number:
    """`left - right`."""
    left, right = as_number(left, "-"), as_number(right, "-")
    if type(left) is int and type(right) is int:
        return _bounded(left - right)
    return _finite(_float(left) - _float(right), "-")


def multiply(left: Any, right: Any) -> Number:
    """`left * right`."""
    left, right = as_number(left, "*"), as_number(right, "*")
    if type(left) is int and type(right) is int:
        return _bounded(left * right)
    return _finite(_float(left) * _float(right), "*")


def divide(left: Any, right: Any) -> float:
    """`left / right`, always a float."""
    left, right = as_number(left, "/"), as_number(right, "/")
    if right == 0:
        raise EvaluationError(f"division by zero: {shown(left)} / 0", value=left)
    return _finite(_float(left) / _float(right), "/")


def floor_divide(left: Any, right: Any) -> Number:
    """`left // right`, rounded down; an integer when both are."""
    left, right = as_number(left, "//"), as_number(right, "//")
    if right == 0:
        raise EvaluationError(f"division by zero: {shown(left)} // 0", value=left)
    if type(left) is int and type(right) is int:
        return left // right
    return _finite(_float(left) / _float(right), "//") // 1.0


def modulo(left: Any, right: Any) -> Number:
    """`left % right`, with the sign of `right`."""
    left, right = as_number(left, "%"), as_number(right, "%")
    if right == 0:
        raise EvaluationError(f"division by zero: {shown(left)} % 0", value=left)
    if type(left) is int and type(right) is int:
        return left % right
    divisor = _float(right)
    rest = math.fmod(_float(left), divisor)
    return rest + divisor if rest * divisor < 0 else rest


def power(left: Any, right: Any) -> float:
    """`left ^ right`, always a float."""
    base, exponent = _float(as_number(left, "^")), _float(as_number(right, "^"))
    try:
        return math.pow(base, exponent)
    except (ValueError, OverflowError) as error:
        message = f"{text_of(left)} ^ {text_of(right)} is no number that JSON can hold"
        raise EvaluationError(message, value=left) from error


def negate(value: Any) -> Number:
    """`-value`."""
    return -as_number(value, "-")


def length(value: Any) -> int:
    """`#value`: characters of a text, entries of a list, keys of an object."""
    if isinstance(value, str | list | dict):
        return len(value)
    raise EvaluationError(f"# takes a text, list or object, not {shown(value)}", value=value)


def index(base: Any, key: Any) -> Any:
    """`base[key]`: nil when there is no such key; lists count from 1."""
    if isinstance(base, dict):
        return base.get(key) if isinstance(key, str) else None
    if not isinstance(base, list) or type(key) not in (int, float):
        return None
    if key != key // 1 or not 1 <= key <= len(base):
        return None
    return base[int(key) - 1]


def concat(*values: Any) -> str:
    """`a .. b .. c`: texts and numbers joined."""
    parts = []
    for value in values:
        if not isinstance(value, str):
            if type(value) is not int and type(value) is not float:
                raise EvaluationError(
                    f".. takes texts and numbers, not {shown(value)}", value=value
                )
            parts.append(text_of(value))
        else:
            parts.append(value)
    return checked_text("".join(parts))


def checked_text(text: str) -> str:
    """`text`, unless it is longer than an expression may make."""
    if len(text) > MAX_RESULT:
        raise EvaluationError(f"a text of {len(text)} characters; at most {MAX_RESULT}")
    return text


def same(left: Any, right: Any) -> bool:
    """`left == right`: never an error. Numeric text equals its number; a boolean is no number."""
    waiting = [(left, right)]
    while waiting:
        one, other = waiting.pop()
        if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
            waiting.extend(zip(one, other, strict=True))
        elif isinstance(one, dict) and isinstance(other, dict) and one.keys() == other.keys():
            waiting.extend((one[key], other[key]) for key in one)
        elif not _same_scalar(one, other):
            return False
    return True


def less(left: Any, right: Any) -> bool:
    """`left < right`."""
    one, other = _comparable(left, right, "<")
    return bool(one < other)


def less_equal(left: Any, right: Any) -> bool:
    """`left <= right`."""
    one, other = _comparable(left, right, "<=")
    return bool(one <= other)


def greater(left: Any, right: Any) -> bool:
    """`left > right`."""
    one, other = _comparable(left, right, ">")
    return bool(one > other)


def greater_equal(left: Any, right: Any) -> bool:
    """`left >= right`."""
    one, other = _comparable(left, right, ">=")
    return bool(one >= other)


def _same_scalar(one: Any, other: Any) -> bool:
    if type(one) is type(other):
        return bool(one == other) if not isinstance(one, list | dict) else False
    kinds = {type_name(one), type_name(other)}
    if kinds == {"number"}:
        return bool(one == other)
    if kinds != {"number", "string"}:
        return False
    number, text = (other, one) if isinstance(one, str) else (one, other)
    return bool(read_number(text) == number)


def _comparable(left: Any, right: Any, operator: str) -> tuple[Any, Any]:
    kinds = type_name(left), type_name(right)
    if kinds in (("number", "number"), ("string", "string")):
        return left, right
    if set(kinds) == {"number", "string"}:
        one = read_number(left) if isinstance(left, str) else left
        other = read_number(right) if isinstance(right, str) else right
        if one is not None and other is not None:
            return one, other
    message = f"cannot compare {shown(left)} {operator} {shown(right)}"
    raise EvaluationError(message, value=left)


def _bounded(number: int) -> int:
    if -_SMALL < number < _SMALL or number.bit_length() <= MAX_BITS:
        return number
    raise EvaluationError(f"the result has more than {MAX_BITS} bits")


def _float(number: Number) -> float:
    try:
        return float(number)
    except OverflowError as error:
        raise _not_finite("an integer this large") from error


def _finite(number: float, operator: str) -> float:
    if math.isfinite(number):
        return number
    raise _not_finite(f"the result of {operator}")


def _not_finite(what: str) -> EvaluationError:
    return EvaluationError(f"{what} is beyond what a 64-bit float can hold")
