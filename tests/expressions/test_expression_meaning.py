"""What expressions mean, claim by claim, through the compiled form."""

from __future__ import annotations

from typing import Any

import pytest

from lyftdata.core.event import encode_json
from lyftdata.expressions import FUNCTIONS, EvaluationError, parse_expression
from lyftdata.expressions.functions import ALIASES

EVENT = {
    "zero": 0,
    "empty": "",
    "no": False,
    "yes": True,
    "null": None,
    "status": 200,
    "text": "200",
    "name": "web",
    "ratio": 0.5,
    "big": 2**70,
    "list": [10, "b", None],
    "a": {"b": {"c": 1}, "b-c": 2},
    "x.y": "literal",
    "x": {"y": "nested"},
}


def same(one: Any, other: Any) -> bool:
    return type(one) is type(other) and encode_json(one) == encode_json(other)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("zero and 1", 1),
        ("empty or 1", ""),
        ("no or 1", 1),
        ("missing or 1", 1),
        ("not null", True),
        ("not zero", False),
        ("1 and nil", None),
        ("yes && ! no || 3", True),
        ("a.b.c", 1),
        ('a["b-c"]', 2),
        ('a["b"].c + 1', 2),
        ("x.y", "literal"),
        ("missing.b.c", None),
        ("list[1]", 10),
        ("list[4]", None),
        ("#list", 3),
        ("#name + #a", 5),
        ("status + 1", 201),
        ("text + 1", 201),
        ("text * 1.0", 200.0),
        ("'0x10' + 0", 16),
        ("big * big", 2**140),
        ("7 // 2", 3),
        ("-7 // 2", -4),
        ("-7 % 3", 2),
        ("7 % -3", -2),
        ("7.5 // 2", 3.0),
        ("-7.5 % 2", 0.5),
        ("6 / 2", 3.0),
        ("2 ^ 10", 1024.0),
        ("-2 ^ 2", -4.0),
        ("2 ^ 3 ^ 2", 512.0),
        ("2 ^ -1", 0.5),
        ("1 + 2 * 3 - 4", 3),
        ("'a' .. 1 .. 2.0 .. 1e15 .. 1e100", "a12.01e+151e+100"),
        ("1 .. ''", "1"),
        ("0.1 + 0.2 .. ''", "0.3"),
        ("2^53 .. ''", "9.007199254741e+15"),
        ("status == 200", True),
        ("status == text", True),
        ("text == 200", True),
        ("200.0 == status", True),
        ("text == '200.0'", False),
        ("yes == 1", False),
        ("1 == yes", False),
        ("no == 0", False),
        ("zero == no", False),
        ("zero == ''", False),
        ("null == missing", True),
        ("status ~= 'x'", True),
        ("status != 200", False),
        ("list == list", True),
        ("list == from_json('[10.0, \"b\", null]')", True),
        ("from_json('[1]') == from_json('[true]')", False),
        ("text < 1000", True),
        ("1000 > text", True),
        ("'10' < '9'", True),
        ("name >= 'weB'", True),
        ("big > 1e20", True),
        ("has('null') and not has(missing)", True),
        ("has(a.b) and has('x.y') and not has(a.z)", True),
        ("field('x.y')", "literal"),
        ("field('/a/b/c')", 1),
        ("cond(status >= 400, 'bad', 'good')", "good"),
        ("cond(true, 1, 1 / 0)", 1),
        ("coalesce(null, missing, no, 1)", False),
        ("[[long\nstring]] .. [==[ ]] ]==]", "long\nstring ]] "),
        (r"'\65\x42\u{43}\z   D\n'", "ABCD\n"),
        ("1 -- a comment\n + --[[ another ]] 2", 3),
        ("0xff + 0x1p4", 271.0),
        ("null", None),
        ("string.upper(name) .. math.floor(1.5)", "WEB1"),
    ],
)
def test_value(text: str, value: Any, tools: Any) -> None:
    assert same(parse_expression(text).compile(tools)(EVENT), value)


@pytest.mark.parametrize(
    "text",
    [
        "name + 1",
        "yes + 1",
        "null + 1",
        "list + 1",
        "-name",
        "#status",
        "#missing",
        "status < 'x'",
        "'x' < status",
        "yes < 1",
        "null < 1",
        "list < list",
        "1 / 0",
        "1 // 0",
        "1 % 0.0",
        "0 ^ -1",
        "(-8) ^ 0.5",
        "10 ^ 400",
        "1e308 * 10",
        "null .. 'x'",
        "yes .. 'x'",
        "upper(null)",
        "1e308 + 1e308",
        "rep('x', 1e12)",
        "replace(rep('a', 100000), 'a', rep('b', 1000))",
        "match('a', '(')",
        "'1_000' + 1",
        "'nan' + 1",
        "'inf' + 1",
        "'１' + 1",
        "from_json('[')",
        "decrypt('v1.AAAA', 'k')",
    ],
)
def test_evaluation_error(text: str, tools: Any) -> None:
    with pytest.raises(EvaluationError) as raised:
        parse_expression(text.replace("match('a', '(')", "match('a', name .. '(')")).compile(tools)(
            EVENT
        )
    assert raised.value.kind == "evaluation-error"


def test_integers_grow_only_as_far_as_the_codec_can_write(tools: Any) -> None:
    square = parse_expression("n * n").compile(tools)
    assert square({"n": 10**1900}) == 10**3800
    with pytest.raises(EvaluationError, match="14000 bits"):
        square({"n": 10**2200})


def test_huge_integers_are_named_not_printed_in_messages(tools: Any) -> None:
    with pytest.raises(EvaluationError, match="more than 256 bits"):
        parse_expression("n < 'x'").compile(tools)({"n": 10**4000})


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_every_example_of_every_function_holds(name: str, make_tools: Any) -> None:
    function = FUNCTIONS[name]
    assert function.summary and function.examples
    for example in function.examples:
        value = parse_expression(example.text).compile(make_tools())({})
        assert example.value is ... or same(value, example.value), example.text


def test_aliases_name_functions_and_shadow_none() -> None:
    assert set(ALIASES.values()) <= set(FUNCTIONS)
    assert not set(ALIASES) & set(FUNCTIONS)


def test_count_counts_per_place_and_by_name(tools: Any) -> None:
    first = parse_expression("2 * count()", place="one").compile(tools)
    second = parse_expression("2 * count()", place="two").compile(tools)
    assert [first({}), first({}), second({})] == [2, 4, 2]
    shared = parse_expression("count('n') + count('n')").compile(tools)
    assert shared({}) == 3
    assert tools.counters == {"one#1": 2, "two#1": 1, "n": 2}


def test_encrypt_uses_a_fresh_nonce_and_decrypt_reverses_it(tools: Any) -> None:
    seal = parse_expression("encrypt(secret, 'a key')").compile(tools)
    one, other = seal({"secret": "hé"}), seal({"secret": "hé"})
    assert one != other and one.startswith("v1.")
    unseal = parse_expression("decrypt(sealed, key)").compile(tools)
    assert unseal({"sealed": one, "key": "a key"}) == "hé"
    with pytest.raises(EvaluationError, match="not made by encrypt"):
        unseal({"sealed": one, "key": "another"})


def test_time_and_ids_come_from_the_tools(tools: Any) -> None:
    text = "now() .. ' ' .. now_ms() .. ' ' .. iso() .. ' ' .. uuid()"
    value = parse_expression(text).compile(tools)({})
    assert value == "1700000000 1700000000123 2023-11-14T22:13:20.123Z id-1"


def test_user_functions_are_called_by_name(tools: Any) -> None:
    tools.functions["twice"] = lambda value: value * 2
    expression = parse_expression("twice(n) + 1", user_functions={"twice"})
    assert expression.compile(tools)({"n": 4}) == 9
    unknown = parse_expression("thrice(n)", user_functions=None)
    assert unknown.user_functions == {"thrice"}
    with pytest.raises(EvaluationError, match="the loaded file defines: twice"):
        unknown.compile(tools)({"n": 1})


def test_expression_tells_what_it_reads() -> None:
    expression = parse_expression("a.b > 1 and has(c) and field('/d/e') and count() > 0")
    assert expression.fields == {"a.b", "c", "/d/e"}
    assert expression.roots == {"a.b", "a", "c", "/d/e", "d"}
    assert expression.uses_state and expression.uses_tools
    assert not parse_expression("a == 1").uses_tools
