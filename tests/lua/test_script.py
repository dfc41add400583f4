"""`script.run`: fields as globals, exact values, changes written back."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lyftdata.lua import InvalidScript, Script, ScriptError, load_functions

pytestmark = pytest.mark.spec("JOB-4:script")


def run(text: str, event: dict[str, Any], **options: Any) -> dict[str, Any]:
    Script(text, **options).run(event)
    return event


@pytest.mark.parametrize(
    ("text", "event", "after"),
    [
        ("a = a + 1", {"a": 1, "z": 2**70}, {"a": 2, "z": 2**70}),
        ("a = a / 2", {"a": 1}, {"a": 0.5}),
        ("a = a .. '!'", {"a": "hé"}, {"a": "hé!"}),
        ("if status >= 400 then bad = true end", {"status": 500}, {"status": 500, "bad": True}),
        ("if status >= 400 then bad = true end", {"status": 200}, {"status": 200}),
        ("a = nil", {"a": 1, "b": 2}, {"b": 2}),
        ("a = nil", {"a": None}, {"a": None}),
        ("b = a == nil", {"a": None}, {"a": None, "b": True}),
        ("a = null", {"a": 1}, {"a": None}),
        ("a, b = b, a", {"a": 1, "b": "x"}, {"a": "x", "b": 1}),
        ("a = 1", {"a": True}, {"a": 1}),
        ("a = 1.0", {"a": 1}, {"a": 1.0}),
        ("local a = 5; b = a", {"a": 1}, {"a": 1, "b": 5}),
        ("type = 'login'", {"type": "old"}, {"type": "login"}),
        ("kind = type(a)", {"a": 1, "type": "x"}, {"a": 1, "type": "x", "kind": "number"}),
        ("table.insert(tags, 'x')", {"tags": []}, {"tags": ["x"]}),
        ("o.b = nil; o.z = 1; o.c = 2", {"o": {"y": 1, "b": 2}}, {"o": {"y": 1, "c": 2, "z": 1}}),
        ("l[1] = l[1] == null", {"l": [None, 2, None]}, {"l": [True, 2, None]}),
        ("a = {}; b = table.list(); c = {1, {x = 2}}", {}, {"a": {}, "b": [], "c": [1, {"x": 2}]}),
        ("o = {[1] = 'a', [3] = 'c'}", {}, {"o": {"1": "a", "3": "c"}}),
        ("function f(x) return x * 2 end a = f(a)", {"a": 4}, {"a": 8}),
        ("ok = pcall(error, 'x')", {}, {"ok": False}),
        ("for w in text:gmatch('%a+') do n = (n or 0) + 1 end", {"text": "a b c"}, None),
        ("-- big = 1\nx = 'big' .. [[big]]", {"big": 2**70}, {"big": 2**70, "x": "bigbig"}),
    ],
)
def test_effect(text: str, event: dict[str, Any], after: dict[str, Any] | None) -> None:
    given_event = copy.deepcopy(event)
    run(text, event)
    assert event == (after if after is not None else given_event | {"n": 3})
    assert [type(value) for value in event.values()] == [
        type(event[key]) for key in (after or event)
    ]


def test_key_order_of_objects_is_kept_and_new_keys_follow_sorted() -> None:
    event = {"o": {"z": 1, "a": 2, "m": 3}}
    run("o.c = 1; o.b = 2; o.a = nil", event)
    assert list(event["o"]) == ["z", "m", "b", "c"]


def test_only_the_fields_that_it_names_cross() -> None:
    script = Script("if a.b > 1 then c = tostring(d['e']) end")
    assert set(script.names) == {"a", "c", "d"}


def test_state_lives_from_event_to_event_but_fields_do_not() -> None:
    script = Script("_state.n = (_state.n or 0) + 1; n = _state.n; seen = leak; leak = 1")
    events: list[dict[str, Any]] = [{}, {}]
    for event in events:
        script.run(event)
    assert events == [{"n": 1, "leak": 1}, {"n": 2, "leak": 1}]


def test_randomness_is_seeded() -> None:
    text = "x = math.random(1000000)"
    assert run(text, {}, seed=5) == run(text, {}, seed=5)
    assert run(text, {}, seed=5) != run(text, {}, seed=6)


@pytest.mark.parametrize("value", [2**63, -(2**63) - 1, [1, 2**70], {"a": {"b": 10**400}}])
def test_integers_beyond_64_bits_are_never_rounded(value: Any) -> None:
    event = {"big": value, "a": 1}
    with pytest.raises(ScriptError) as raised:
        run("a = big", event)
    assert raised.value.kind == "lua-integer-range"
    assert event == {"big": value, "a": 1}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x = y.z", "run:1: attempt to index a nil value"),
        ("\n\nerror('no good')", "run:3: no good"),
        ("error({})", "no text"),
        ("x = 1 / 0", "inf"),
        ("x = 0/0", "nan"),
        ("x = '\\xff'", "UTF-8"),
        ("x = {}; x.x = x", "nested more than 100 deep"),
        ("x = {[true] = 1}", "key of type boolean"),
        ("x = {print, pcall}", "function"),
        ("x = {1, pcall}", "function"),
    ],
)
def test_failure_names_the_cause_and_leaves_the_event(text: str, message: str) -> None:
    event = {"a": 1}
    with pytest.raises(ScriptError, match=message) as raised:
        run("a = 2; " + text if "\n" not in text else text, event)
    assert raised.value.kind == "script-error"
    assert "traceback" not in str(raised.value)
    assert event == {"a": 1}


@pytest.mark.parametrize(
    ("text", "line"), [("x = = 1", 1), ("\nif x then", 2), ("x = _ENV.y", 0), ("_G.x = 1", 0)]
)
def test_bad_script_is_refused_before_any_event(text: str, line: int) -> None:
    with pytest.raises(InvalidScript) as raised:
        Script(text)
    assert raised.value.line == line


def test_file_of_functions_serves_run_and_let(tmp_path: Path) -> None:
    path = tmp_path / "init.lua"
    path.write_text(
        "local rate = 1.5\nfunction scaled(n) return n * rate end\n"
        "function pair(a, b) return {a, b, null} end\nfunction fail() error('bad') end\n"
        "function spin() while true do end end\nfunction none() end"
    )
    assert run("a = scaled(a)", {"a": 2}, functions_file=path) == {"a": 3.0}
    functions = load_functions(path)
    assert list(functions) == ["fail", "none", "pair", "scaled", "spin"]
    assert functions["pair"]({"x": [None]}, "b") == [{"x": [None]}, "b", None]
    assert functions["none"]() is None
    with pytest.raises(ScriptError, match="bad"):
        functions["fail"]()
    with pytest.raises(ScriptError) as raised:
        functions["spin"]()
    assert raised.value.kind == "script-limit"
    with pytest.raises(ScriptError, match="64 bits"):
        functions["scaled"](2**64)


@pytest.mark.parametrize("text", ["function (", "error('x')", "while true do end"])
def test_bad_file_of_functions_is_refused(text: str, tmp_path: Path) -> None:
    path = tmp_path / "init.lua"
    path.write_text(text)
    with pytest.raises(InvalidScript):
        load_functions(path)
    with pytest.raises(InvalidScript, match="cannot read"):
        load_functions(tmp_path / "missing.lua")


JSON = st.recursive(
    st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: (
        st.lists(inner | st.none(), max_size=4)
        | st.dictionaries(st.text(min_size=1), inner | st.none(), max_size=4)
    ),
    max_leaves=10,
)


@settings(deadline=None)
@given(value=JSON)
def test_values_cross_and_come_back_exactly(value: Any) -> None:
    event = {"a": copy.deepcopy(value)}
    Script("_state[1] = a; a = nil; a = _state[1]").run(event)
    assert repr(event) == repr({"a": value})
