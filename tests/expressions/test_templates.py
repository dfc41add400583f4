"""`${...}` in texts: what is filled in, what is left, what is refused."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lyftdata.expressions import ExpressionError, parse_template

EVENT = {
    "name": "web",
    "n": 2**70,
    "f": 1.5,
    "yes": True,
    "null": None,
    "a": {"b": ["x", {"c": 1}]},
    "a/b~c": "slashed",
    "trick": "${name} {{x}}",
    "dotted.key": "literal",
    "empty": "",
}


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("plain", "plain"),
        ("", ""),
        ("${name}", "web"),
        ("<${ name }>", "<web>"),
        ("${name}-${name}/${f}${empty}!", "web-web/1.5!"),
        ("${n}", str(2**70)),
        ("${yes}", "true"),
        ("${a}", '{"b":["x",{"c":1}]}'),
        ("${a.b}", '["x",{"c":1}]'),
        ("${a/b/0}${/a/b/1/c}", "x1"),
        ("${/a~1b~0c}", "slashed"),
        ("${dotted.key}", "literal"),
        ("${missing||x}", "x"),
        ("${missing|| a b }", " a b "),
        ("${null||x}${missing||}", "x"),
        ("${name||x}", "web"),
        ("${trick}", "${name} {{x}}"),
        ("$${name} $$${name}", "${name} $${name}"),
        ("$name {name} #{name} $", "$name {name} #{name} $"),
        ("${msg|a.b}#{msg|a.b}", "mm"),
        ("${msg|none||d}", "d"),
        ("${dyn|V}${stat|_BATCH_NUMBER}", '{"k":1}7'),
        ("${secret|scope/key}", "s3"),
        ("${cred|id|password}", "c"),
        ("${time|now_time_secs}", "1700000000"),
        ("${time|now_time_msecs}", "1700000000123"),
        ("${time|now_time_iso}", "2023-11-14T22:13:20.123Z"),
        ("${time|start_time_iso}", "2023-11-14T22:00:00.000Z"),
        ("${time|end_time_fmt %Y/%m/%d %H:%M}", "2023/11/14 22:05"),
        ("${time|start_time_fmt %H:%M - 5m}", "21:55"),
        ("${time|start_time_fmt %H:%M + 1h30m}", "23:30"),
        ("${time|end_time_secs - 300s}", "1699999200"),
    ],
)
def test_filled(text: str, filled: str, tools: Any) -> None:
    tools.values |= {
        ("msg", "a.b"): "m",
        ("dyn", "V"): {"k": 1},
        ("stat", "_BATCH_NUMBER"): 7,
        ("secret", "scope/key"): "s3",
        ("cred", "id|password"): "c",
    }
    template = parse_template(text, place="here")
    assert template.compile(tools)(EVENT) == filled
    assert template.fill(EVENT, tools) == template.compile(tools)(EVENT)
    assert tools.warnings == []


@pytest.mark.parametrize("text", ["${missing}", "a ${null} b", "${msg|gone}", "${secret|a/b}"])
def test_missing_value_stays_and_warns(text: str, tools: Any) -> None:
    assert parse_template(text, place="output.url").compile(tools)(EVENT) == text
    ((code, place, details),) = tools.warnings
    assert (code, place) == ("missing-expansion", "output.url")
    assert details["expansion"] in text


@pytest.mark.parametrize(
    ("text", "offset", "hint"),
    [
        ("a ${", 2, "$${"),
        ("${}", 0, "names nothing"),
        ("${msg|}", 0, ""),
        ("${mgs|x}", 0, "did you mean 'msg'?"),
        ("${name|default}", 0, "follows ||"),
        ("${secret|a/b||x}", 0, "remove"),
        ("${time|now_time_iso||x}", 0, "remove"),
        ("${time|yesterday}", 0, "now|start|end"),
        ("${time|now_time_fmt %H + 5x}", 0, ""),
    ],
)
def test_malformed_is_refused_at_its_place(text: str, offset: int, hint: str) -> None:
    with pytest.raises(ExpressionError) as raised:
        parse_template(text)
    assert raised.value.offset == offset
    assert hint in str(raised.value) or hint in raised.value.hint


def test_template_tells_what_it_reads() -> None:
    template = parse_template("${a.b}${msg|x}${time|now_time_fmt %Y}")
    assert template.fields == {"a.b"}
    assert template.scopes == {"msg", "time"}
    assert template.time_formats == (("%Y", 14),)
    assert template.literal is None
    assert parse_template("a $${b}").literal == "a ${b}"


@given(value=st.text(), before=st.text(alphabet="ab {}#|"), after=st.text(alphabet="ab {}#|"))
def test_values_are_data_never_template(
    value: str, before: str, after: str, make_tools: Any
) -> None:
    if before.endswith("#") or "#{msg|" in before + after:
        return
    filled = parse_template(before + "${v}" + after).compile(make_tools())({"v": value})
    assert filled == before + value + after


@given(text=st.text(alphabet="$#{}|msgtie _now+-5 .", max_size=40))
def test_any_text_is_cut_or_refused_and_both_forms_agree(text: str, make_tools: Any) -> None:
    try:
        template = parse_template(text)
    except ExpressionError as error:
        assert 0 <= error.offset < len(text)
        return
    assert template.compile(make_tools())({"m": "x"}) == template.fill({"m": "x"}, make_tools())
