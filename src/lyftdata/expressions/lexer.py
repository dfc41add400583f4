"""Text to tokens, by Lua's rules for names, numbers and strings."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Final

from lyftdata.expressions.errors import ExpressionError

MAX_TEXT: Final = 65_536
"""The longest expression, in characters."""
MAX_DIGITS: Final = 4000
_MAX_HEX_DIGITS: Final = 3000

_SPACE = re.compile(r"(?:\s+|--\[(?P<level>=*)\[.*?\](?P=level)\]|--(?!\[=*\[)[^\n]*)+", re.DOTALL)
_NAME = re.compile(r"[^\W\d]\w*")
_NUMBER = re.compile(
    r"0[xX](?:[0-9a-fA-F]+\.?[0-9a-fA-F]*|\.[0-9a-fA-F]+)(?:[pP][+-]?[0-9]+)?"
    r"|(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
)
_OPERATOR = re.compile(r"\.\.|//|==|~=|!=|<=|>=|&&|\|\||[-+*/%^#<>()\[\],.!]")
_LONG = re.compile(r"\[(=*)\[\r?\n?(.*?)\]\1\]", re.DOTALL)
_PLAIN: Final = {'"': re.compile(r'[^"\\\n]*'), "'": re.compile(r"[^'\\\n]*")}
_ESCAPE = re.compile(
    r"\\(?:(?P<simple>[abfnrtv\\\"'\n])|x(?P<hex>[0-9a-fA-F]{2})|(?P<decimal>[0-9]{1,3})"
    r"|u\{(?P<point>[0-9a-fA-F]{1,8})\}|(?P<skip>z\s*))"
)
_SIMPLE: Final = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_HINTS: Final = {
    "=": "to compare, write ==",
    "$": "name the field alone, without ${ }",
    "{": "an expression has no tables and no {{ }} or ${ }; name the field alone",
    "&": "write `and` or &&",
    "|": "write `or` or ||",
    "~": "not equal is written ~=",
    ":": "there are no methods; write upper(name), not name:upper()",
    ";": "an expression is one value, without statements",
    "?": "for a choice write cond(test, a, b)",
}


@dataclass(frozen=True, slots=True)
class Token:
    """`kind` is name, number, string, op or end; `text` stands there, `value` is its meaning."""

    kind: str
    text: str
    offset: int
    value: int | float | str = ""


def tokens(text: str) -> list[Token]:
    """All tokens of `text`, ended by one of kind `end`. Raises `ExpressionError`."""
    if len(text) > MAX_TEXT:
        raise ExpressionError(f"{len(text)} characters; at most {MAX_TEXT}", MAX_TEXT)
    found: list[Token] = []
    position = _after_space(text, 0)
    while position < len(text):
        token, position = _next_token(text, position)
        found.append(token)
        position = _after_space(text, position)
    found.append(Token("end", "", len(text)))
    return found


def read_number(text: str) -> int | float | None:
    """The number that a text means by Lua's rules (spaces around it, hex, a sign), or None."""
    stripped = text.strip(" \t\n\r\f\v")
    sign, digits = (stripped[0], stripped[1:]) if stripped[:1] in ("-", "+") else ("", stripped)
    if len(digits) > MAX_DIGITS or not _NUMBER.fullmatch(digits):
        return None
    number = _number_value(digits)
    if number is None:
        return None
    return -number if sign == "-" else number


def _number_value(digits: str) -> int | float | None:
    if digits[:2] in ("0x", "0X"):
        if not set(digits) & set(".pP"):
            return int(digits, 16) if len(digits) <= _MAX_HEX_DIGITS else None
        number = _hex_float(digits)
    elif digits.isdigit():
        return int(digits)
    else:
        number = float(digits)
    return number if math.isfinite(number) else None


def _hex_float(digits: str) -> float:
    try:
        return float.fromhex(digits)
    except OverflowError:
        return math.inf


def _after_space(text: str, position: int) -> int:
    space = _SPACE.match(text, position)
    return space.end() if space else position


def _next_token(text: str, at: int) -> tuple[Token, int]:
    here = text[at]
    if name := _NAME.match(text, at):
        return Token("name", name[0], at), name.end()
    if here.isdigit() or (here == "." and text[at + 1 : at + 2].isdigit()):
        return _number(text, at)
    if here in "\"'":
        return _string(text, at)
    if long := _LONG.match(text, at):
        value = long[2].replace("\r\n", "\n")
        return Token("string", long[0], at, value), long.end()
    if text.startswith("[=", at) or text.startswith("[[", at):
        raise ExpressionError("this long string does not end", at)
    if operator := _OPERATOR.match(text, at):
        return Token("op", operator[0], at), operator.end()
    raise ExpressionError(f"unexpected {here!r}", at, _HINTS.get(here, ""))


def _number(text: str, at: int) -> tuple[Token, int]:
    number = _NUMBER.match(text, at)
    end = number.end() if number else at + 1
    following = text[end : end + 1]
    if number is None or following == "." or following.isalnum() or following == "_":
        hint = "put a space before the .." if following == "." else ""
        raise ExpressionError(f"malformed number {text[at : end + 1]!r}", at, hint)
    value = read_number(number[0])
    if value is None:
        raise ExpressionError("this number is too large", at, f"at most {MAX_DIGITS} digits")
    return Token("number", number[0], at, value), end


def _string(text: str, at: int) -> tuple[Token, int]:
    quote, position, parts = text[at], at + 1, bytearray()
    while True:
        plain = _PLAIN[quote].match(text, position)
        if plain:
            parts += _encoded(plain[0], position)
            position = plain.end()
        if text[position : position + 1] == quote:
            break
        if text[position : position + 1] != "\\":
            raise ExpressionError(f"this string does not end; {quote} is missing", at)
        piece, position = _escape(text, position)
        parts += piece
    try:
        value = parts.decode()
    except UnicodeDecodeError as error:
        hint = "for a character write \\u{E9}"
        raise ExpressionError("these escapes are no valid UTF-8", at, hint) from error
    return Token("string", text[at : position + 1], at, value), position + 1


def _encoded(piece: str, offset: int) -> bytes:
    try:
        return piece.encode()
    except UnicodeEncodeError as error:
        raise ExpressionError("half a surrogate pair is no character", offset) from error


def _escape(text: str, at: int) -> tuple[bytes, int]:
    escape = _ESCAPE.match(text, at)
    if escape is None:
        hint = "for a backslash write \\\\, or quote with [[ ]]"
        raise ExpressionError(f"unknown escape {text[at : at + 2]!r}", at, hint)
    if escape["simple"]:
        return _SIMPLE.get(escape["simple"], escape["simple"]).encode(), escape.end()
    if escape["skip"]:
        return b"", escape.end()
    if escape["point"]:
        point = int(escape["point"], 16)
        if point > 0x10FFFF or 0xD800 <= point < 0xE000:
            raise ExpressionError(f"there is no character {escape[0]}", at)
        return chr(point).encode(), escape.end()
    byte = int(escape["hex"], 16) if escape["hex"] else int(escape["decimal"])
    if byte > 255:
        raise ExpressionError(f"{escape[0]} is above 255", at)
    return bytes([byte]), escape.end()
