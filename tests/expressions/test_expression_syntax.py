"""Faults in expressions are found at parse time, at their place, with the way to mend them."""

from __future__ import annotations

import pytest

from lyftdata.expressions import ExpressionError, parse_expression


@pytest.mark.parametrize(
    ("text", "offset", "hint"),
    [
        ("", 0, ""),
        ("  ", 0, ""),
        ("a ==", 4, "value is missing"),
        ("a = 1", 2, "write =="),
        ("a b", 2, "one value"),
        ("(a", 2, "character 1 is not closed"),
        ("a[1", 3, "not closed"),
        ("a.", 2, ""),
        ("1..2", 0, "space before"),
        ("1x", 0, ""),
        ("1e999", 0, ""),
        ("'abc", 0, ""),
        ("[[abc", 0, ""),
        (r"'\q'", 1, "backslash"),
        (r"'\xff'", 0, "write"),
        (r"'\u{110000}'", 1, ""),
        ("a < b < c", 6, "a < b and b < c"),
        ("${a}", 0, "without ${ }"),
        ("{{a}}", 0, "no tables"),
        ("a ? b : c", 2, "cond"),
        ("a:upper()", 1, "upper(name)"),
        ("a & b", 2, "and"),
        ("return a", 0, "statements"),
        ("f(", 2, ""),
        ("upper(a,)", 7, ""),
        ("and a", 0, ""),
    ],
)
def test_fault_is_found_at_its_place(text: str, offset: int, hint: str) -> None:
    with pytest.raises(ExpressionError) as raised:
        parse_expression(text)
    assert raised.value.offset == offset
    assert hint in raised.value.hint


@pytest.mark.parametrize(
    ("text", "code", "hint"),
    [
        ("uper(a)", "unknown-function", "did you mean 'upper'?"),
        ("math.flor(a)", "unknown-function", "did you mean 'math.floor'?"),
        ("cond(a)", "function-arguments", "cond(test, yes, no)"),
        ("uuid(1)", "function-arguments", "uuid()"),
        ("has(1 + 1)", "function-arguments", 'has("a.b")'),
        ("count(a)", "function-arguments", ""),
        ("match(a, '(')", "invalid-pattern", ""),
        ("match(a, '(a+)+$')", "invalid-pattern", ""),
        ("match(a, '(?:[a-z]*,?)*x')", "invalid-pattern", ""),
    ],
)
def test_calls_are_checked_when_the_text_is_read(text: str, code: str, hint: str) -> None:
    with pytest.raises(ExpressionError) as raised:
        parse_expression(text)
    assert raised.value.kind == code
    assert hint in raised.value.hint


@pytest.mark.parametrize(
    "pattern", ["(a++)+", "(?>a+)+", "(ab)+", "(a{1,3})+", "[(+]+(x)?", "a+b+"]
)
def test_harmless_patterns_are_accepted(pattern: str) -> None:
    parse_expression(f"match(a, '{pattern}')")


@pytest.mark.parametrize(
    "text",
    [
        "(" * 50_000 + "a" + ")" * 5,
        "a[" * 30_000,
        "not " * 16_000 + "a",
        "- " * 30_000 + "a",
        "a ^ " * 16_000 + "a",
        "a + " * 16_000 + "a",
        "a" + ".b[1]" * 12_000,
        "f(" * 30_000,
        "9" * 60_000,
        "0x" + "f" * 60_000,
        "a" * 70_000,
        "'" + "\\" * 60_001,
        "--[[" * 16_000,
        "[" + "=" * 60_000,
    ],
)
def test_hostile_text_is_refused_quickly(text: str) -> None:
    with pytest.raises(ExpressionError):
        parse_expression(text, user_functions=None)


@pytest.mark.parametrize("operator", [" or ", " and ", " .. "])
def test_long_chains_are_no_nesting(operator: str, tools: object) -> None:
    text = operator.join(["a"] * 8_000)
    value = parse_expression(text).compile(tools)({"a": "x"})  # type: ignore[arg-type]
    assert value == ("x" * 8_000 if operator == " .. " else "x")


def test_deep_but_allowed_nesting_runs(tools: object) -> None:
    text = "a"
    for _ in range(48):
        text = f"cond({text} ~= nil, 1 + ({text[:1]}), 2)" if len(text) < 2 else f"max(({text}), 0)"
    assert parse_expression(text).compile(tools)({"a": 1}) == 2  # type: ignore[arg-type]
    signs = "not " * 95 + "a"
    assert parse_expression(signs).compile(tools)({"a": 1}) is False  # type: ignore[arg-type]
