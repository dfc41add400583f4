"""Functions on texts. Positions count characters from 1, as in Lua; negative ones from the end."""

from __future__ import annotations

import re
from typing import Any, Final

from lyftdata.expressions.errors import EvaluationError
from lyftdata.expressions.functions.entry import (
    Example,
    Function,
    integer_argument,
    text_argument,
)
from lyftdata.expressions.patterns import PatternError, compile_pattern
from lyftdata.expressions.values import (
    MAX_RESULT,
    as_number,
    checked_text,
    length,
    same,
    text_of,
    type_name,
)

_MAX_MATCHED: Final = 1024 * 1024
_DIRECTIVE = re.compile(r"%(%|[-+ 0#]{0,5}[0-9]{0,2}(?:\.[0-9]{0,2})?[dixXofeEgGsqc])|%")


def upper(text: Any) -> str:
    """The text in capitals."""
    return text_argument(text, "upper").upper()


def lower(text: Any) -> str:
    """The text in small letters."""
    return text_argument(text, "lower").lower()


def trim(text: Any, characters: Any = None) -> str:
    """The text without white space (or the characters given) at both ends."""
    stripped = None if characters is None else text_argument(characters, "trim")
    return text_argument(text, "trim").strip(stripped)


def sub(text: Any, first: Any, last: Any = -1) -> str:
    """The part from position `first` to position `last`, both included."""
    whole = text_argument(text, "sub")
    start, end = integer_argument(first, "sub"), integer_argument(last, "sub")
    start = max(start if start >= 0 else len(whole) + start + 1, 1)
    end = min(end if end >= 0 else len(whole) + end + 1, len(whole))
    return whole[start - 1 : end] if start <= end else ""


def find(text: Any, part: Any, start: Any = 1) -> int | None:
    """The position of the first `part` in the text at or after `start`, or nil. No patterns."""
    whole, first = text_argument(text, "find"), integer_argument(start, "find")
    first = max(first if first >= 0 else len(whole) + first + 1, 1)
    return whole.find(text_argument(part, "find"), first - 1) + 1 or None


def contains(whole: Any, part: Any) -> bool:
    """Whether a text has the part in it, or a list the value among its entries."""
    if isinstance(whole, list):
        return any(same(one, part) for one in whole)
    return text_argument(part, "contains") in text_argument(whole, "contains")


def starts_with(text: Any, part: Any) -> bool:
    """Whether the text begins with the part."""
    return text_argument(text, "starts_with").startswith(text_argument(part, "starts_with"))


def ends_with(text: Any, part: Any) -> bool:
    """Whether the text ends with the part."""
    return text_argument(text, "ends_with").endswith(text_argument(part, "ends_with"))


def replace(text: Any, old: Any, new: Any) -> str:
    """The text with every `old` replaced by `new`. No patterns."""
    whole, gone, put = (text_argument(one, "replace") for one in (text, old, new))
    if not gone:
        raise EvaluationError("replace cannot look for an empty text", value=text)
    if len(whole) + whole.count(gone) * (len(put) - len(gone)) > MAX_RESULT:
        raise EvaluationError(f"replace would make more than {MAX_RESULT} characters")
    return whole.replace(gone, put)


def split(text: Any, separator: Any) -> list[str]:
    """The list of the parts between separators. No patterns."""
    mark = text_argument(separator, "split")
    if not mark:
        raise EvaluationError("split needs a separator that is not empty", value=text)
    return text_argument(text, "split").split(mark)


def rep(text: Any, times: Any, separator: Any = "") -> str:
    """The text repeated, with a separator between if one is given."""
    whole, mark = text_argument(text, "rep"), text_argument(separator, "rep")
    count = max(integer_argument(times, "rep"), 0)
    if (len(whole) + len(mark)) * count > MAX_RESULT:
        raise EvaluationError(f"rep would make more than {MAX_RESULT} characters")
    return mark.join([whole] * count) if mark else whole * count if whole else ""


def reverse(text: Any) -> str:
    """The text from its end to its beginning."""
    return text_argument(text, "reverse")[::-1]


def match(text: Any, pattern: Any, group: Any = None) -> str | None:
    """The part that a regular expression finds, or nil: its first group if it has one, else the
    whole match, or the group asked for by number or name."""
    whole = text_argument(text, "match")
    if len(whole) > _MAX_MATCHED:
        raise EvaluationError(f"match takes at most {_MAX_MATCHED} characters, not {len(whole)}")
    try:
        compiled = compile_pattern(text_argument(pattern, "match"))
    except PatternError as error:
        raise EvaluationError(str(error), value=pattern) from error
    found = compiled.search(whole)
    if found is None:
        return None
    if group is None:
        return found[1] if compiled.groups else found[0]
    wanted = group if isinstance(group, str) else integer_argument(group, "match")
    if wanted not in compiled.groupindex and wanted not in range(compiled.groups + 1):
        raise EvaluationError(f"the pattern has no group {wanted!r}", value=pattern)
    return found[wanted]


def format(template: Any, *values: Any) -> str:  # noqa: A001 - Lua's name
    """Values written into a template by `%d`, `%5.2f`, `%x`, `%s`, `%q`, as in Lua."""
    left = list(values)

    def fill(directive: re.Match[str]) -> str:
        spec = directive[1]
        if spec is None:
            raise EvaluationError(f"format: unknown directive in {template!r}", value=template)
        if spec == "%":
            return "%"
        if not left:
            raise EvaluationError("format: a value is missing for each directive", value=template)
        return _written(spec, left.pop(0))

    return checked_text(_DIRECTIVE.sub(fill, text_argument(template, "format")))


def _written(spec: str, value: Any) -> str:
    kind = spec[-1]
    if kind == "q":
        return '"' + text_of(value).replace("\\", "\\\\").replace('"', '\\"') + '"'
    if kind == "s":
        return f"%{spec}" % text_of(value)
    if kind in "dixXoc":
        whole = integer_argument(value, "format")
        if kind == "c" and (not 0 <= whole < 0x110000 or 0xD800 <= whole < 0xE000):
            raise EvaluationError(f"format: there is no character {whole}", value=value)
        return f"%{spec}" % whole
    try:
        return f"%{spec}" % float(as_number(value, "format"))
    except OverflowError as error:
        raise EvaluationError("format: the number is too large", value=value) from error


def tostring(value: Any) -> str:
    """The text of any value; numbers by Lua's rules, lists and objects as JSON."""
    return text_of(value)


def type_of(value: Any) -> str:
    """The type: "nil", "boolean", "number", "string" or "table" (list or object)."""
    return type_name(value)


def length_of(value: Any) -> int:
    """Characters of a text, entries of a list, keys of an object; the same as `#value`."""
    return length(value)


ENTRIES: Final = (
    Function(
        "upper(text)", upper, 1, 1, (Example('upper("ab")', "AB"),), aliases=("string.upper",)
    ),
    Function(
        "lower(text)", lower, 1, 1, (Example('lower("AB")', "ab"),), aliases=("string.lower",)
    ),
    Function("trim(text[, characters])", trim, 1, 2, (Example('trim(" a ")', "a"),)),
    Function(
        "sub(text, first[, last])",
        sub,
        2,
        3,
        (Example('sub("abcdef", 2, 4)', "bcd"), Example('sub("abcdef", -2)', "ef")),
        aliases=("substr", "string.sub"),
    ),
    Function(
        "find(text, part[, start])",
        find,
        2,
        3,
        (Example('find("a=b", "=")', 2), Example('find("ab", "x")', None)),
    ),
    Function(
        "contains(text_or_list, part)",
        contains,
        2,
        2,
        (
            Example('contains("abc", "b")', value=True),
            Example('contains(split("a,b", ","), "c")', value=False),
        ),
        boolean=True,
    ),
    Function(
        "starts_with(text, part)",
        starts_with,
        2,
        2,
        (Example('starts_with("abc", "ab")', value=True),),
        boolean=True,
    ),
    Function(
        "ends_with(text, part)",
        ends_with,
        2,
        2,
        (Example('ends_with("abc", "bc")', value=True),),
        boolean=True,
    ),
    Function(
        "replace(text, old, new)", replace, 3, 3, (Example('replace("a-b-c", "-", "+")', "a+b+c"),)
    ),
    Function("split(text, separator)", split, 2, 2, (Example('split("a,b", ",")', ["a", "b"]),)),
    Function(
        "rep(text, times[, separator])",
        rep,
        2,
        3,
        (Example('rep("ab", 3, "-")', "ab-ab-ab"),),
        aliases=("string.rep",),
    ),
    Function(
        "reverse(text)",
        reverse,
        1,
        1,
        (Example('reverse("abc")', "cba"),),
        aliases=("string.reverse",),
    ),
    Function(
        "match(text, regex[, group])",
        match,
        2,
        3,
        (
            Example('match("id=42;", "id=([0-9]+)")', "42"),
            Example('match("abc", "^x")', None),
        ),
    ),
    Function(
        "format(template, ...)",
        format,
        1,
        None,
        (Example('format("%05.1f %s", 3.14159, "rad")', "003.1 rad"),),
        aliases=("string.format",),
    ),
    Function("tostring(value)", tostring, 1, 1, (Example("tostring(2.0)", "2.0"),)),
    Function("type(value)", type_of, 1, 1, (Example("type(1)", "number"),)),
    Function("len(value)", length_of, 1, 1, (Example('len("abc")', 3),), aliases=("string.len",)),
)
