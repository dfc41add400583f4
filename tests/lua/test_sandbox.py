"""What a hostile script may try, and how it is stopped."""

from __future__ import annotations

from typing import Any

import pytest

from lyftdata.lua import Limits, Script, ScriptError

SMALL = Limits(instructions=100_000, memory=4_000_000)


@pytest.mark.parametrize(
    "name",
    "os io package debug load loadstring loadfile dofile require collectgarbage coroutine python"
    " print warn".split(),
)
def test_dangerous_names_are_not_there(name: str) -> None:
    event: dict[str, Any] = {}
    Script(f"found = {name} ~= nil").run(event)
    assert event == {"found": False}


def test_members_that_reach_out_are_not_there() -> None:
    event: dict[str, Any] = {}
    Script("found = string.dump ~= nil or math.randomseed ~= nil or getmetatable('') ~= nil").run(
        event
    )
    assert event == {"found": False}


@pytest.mark.parametrize(
    "text",
    [
        "while true do end",
        "while true do pcall(function() while true do end end) end",
        "local function f() pcall(f) return f() end f()",
        "while true do xpcall(function() while true do end end, function() return 1 end) end",
        "xpcall(function() error('x') end, function() while true do end end)",
        "repeat until false",
        "::again:: goto again",
        "local function f() return f() end f()",
        "table.sort({3, 2, 1}, function() while true do end end)",
        "local x <close> = setmetatable({}, {__close = function() while true do end end})",
        "x = setmetatable({}, {__index = function(t, k) return t[k .. 'x'] end}).y",
        "s = ('x'):rep(100000); for i = 1, 1e9 do t = s:upper() end",
        "local t = {} while true do t[#t + 1] = ('x'):rep(1000) .. #t end",
        "local s = 'x' while true do s = s .. s end",
        "local function f() return 1 + f() end f()",
    ],
)
def test_endless_work_and_greed_are_stopped(text: str) -> None:
    script = Script(text, limits=SMALL)
    event = {"a": 1}
    with pytest.raises(ScriptError) as raised:
        script.run(event)
    assert raised.value.kind in ("script-limit", "script-error")
    assert event == {"a": 1}


@pytest.mark.parametrize(
    "text",
    [
        "x = ('x'):rep(1e9)",
        "x = string.rep('x', 1 << 62, 'y')",
        "table.move({}, 1, 1 << 60, 2)",
        "table.insert(setmetatable({}, {__len = function() return 1e15 end}), 1, 1)",
        "table.concat(setmetatable({}, {__len = function() return 1e15 end}))",
        "setmetatable({}, {__gc = function() while true do end end})",
        "setmetatable(null, {})",
    ],
)
def test_functions_in_c_cannot_be_told_to_loop(text: str) -> None:
    with pytest.raises(ScriptError):
        Script(text, limits=SMALL).run({})


def test_repeating_nothing_ends_at_once() -> None:
    event: dict[str, Any] = {}
    Script("x = string.rep('', 1 << 62)").run(event)
    assert event == {"x": ""}


def test_time_budget_ends_a_run_of_any_number_of_instructions() -> None:
    script = Script("while true do end", limits=Limits(instructions=10**15, seconds=0.01))
    with pytest.raises(ScriptError, match=r"0\.01 s"):
        script.run({})


def test_a_stopped_script_serves_the_next_event() -> None:
    script = Script("if spin then while true do end end x = 1", limits=SMALL)
    for _ in range(3):
        with pytest.raises(ScriptError):
            script.run({"spin": True})
        event: dict[str, Any] = {}
        script.run(event)
        assert event == {"x": 1}


def test_a_script_out_of_memory_serves_the_next_event() -> None:
    script = Script(
        "if eat then local s = 'x' while true do s = s .. s end end x = 1", limits=SMALL
    )
    with pytest.raises(ScriptError) as raised:
        script.run({"eat": True})
    assert raised.value.kind == "script-limit"
    event: dict[str, Any] = {}
    script.run(event)
    assert event == {"x": 1}


def test_the_budget_is_per_event() -> None:
    script = Script("for i = 1, 20000 do x = i end", limits=SMALL)
    for _ in range(20):
        script.run({})
