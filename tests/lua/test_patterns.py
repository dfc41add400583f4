"""The matcher in Lua gives what the one in C gives, and can be interrupted."""

from __future__ import annotations

from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lupa import lua54  # type: ignore[import-untyped]

from lyftdata.lua.errors import ScriptError
from lyftdata.lua.script import Script

_SOURCE = files("lyftdata.lua").joinpath("patterns.lua").read_text()
_LUA = lua54.LuaRuntime(unpack_returned_tuples=True)
_OWN = _LUA.eval("function(text) return load(text)(string, 1000000) end")(
    _SOURCE.replace("SHORT <const> = 2000000", "SHORT <const> = -1")
)
_SHOWN = _LUA.eval(
    """function(f, ...)
      local all = table.pack(pcall(f, ...))
      if not all[1] then return "error" end
      for at = 1, all.n do all[at] = type(all[at]) .. ":" .. tostring(all[at]) end
      return table.concat(all, "|", 1, all.n)
    end"""
)
_EVERY = _LUA.eval(
    """function(gmatch)
      return function(s, p)
        local found = {}
        for a, b in gmatch(s, p) do found[#found + 1] = tostring(a) .. "," .. tostring(b) end
        return table.concat(found, ";")
      end
    end"""
)
_RAW = _LUA.globals().string
ITEMS = ["a", "b", ".", "%a", "%d", "%S", "[ab]", "[^a]", "[a-c%d]", "[]a]", "%%", "%."]
PIECES = st.one_of(
    st.tuples(st.sampled_from(ITEMS), st.sampled_from(["", "*", "+", "-", "?"])).map("".join),
    st.sampled_from(["(", ")", "()", "%b()", "%f[%a]", "%1", "$", "(a*)", "([ab]+)", "(%d-)"]),
)
PATTERNS = st.tuples(st.sampled_from(["", "^"]), st.lists(PIECES, max_size=6).map("".join)).map(
    "".join
)
TEXTS = st.text(alphabet="aabbc1 ().%", max_size=12)


@given(TEXTS, PATTERNS, st.integers(-3, 5))
def test_it_finds_and_matches_as_c_does(text: str, pattern: str, init: int) -> None:
    for name in ("find", "match"):
        got = _SHOWN(_OWN[name], text, pattern, init)
        assert got == _SHOWN(_RAW[name], text, pattern, init)


@given(TEXTS, PATTERNS)
def test_it_walks_as_c_does(text: str, pattern: str) -> None:
    if pattern.startswith("^"):
        pattern = pattern[1:]
    got = _SHOWN(_EVERY(_OWN.gmatch), text, pattern)
    assert got == _SHOWN(_EVERY(_RAW.gmatch), text, pattern)


@given(TEXTS, PATTERNS, st.sampled_from(["", "x", "<%0>", "%1-", "%%", "%x"]))
def test_it_replaces_as_c_does(text: str, pattern: str, new: str) -> None:
    got = _SHOWN(_OWN.gsub, text, pattern, new)
    assert got == _SHOWN(_RAW.gsub, text, pattern, new)


@pytest.mark.parametrize(
    "script",
    [
        "string.find(('a'):rep(40), ('a?'):rep(40) .. ('a'):rep(40) .. 'b')",
        "(('a'):rep(60)):gsub(('a-'):rep(30) .. 'c', '')",
        "string.match(('a'):rep(3000000), '.-b')",
    ],
)
def test_a_pattern_that_explodes_is_stopped(script: str) -> None:
    with pytest.raises(ScriptError, match="the script was stopped"):
        Script(f"x = {script}").run({})


def test_an_ordinary_pattern_on_a_long_line_works() -> None:
    event = {"line": "10.0.0.1 - - [today] " + "word " * 2000}
    Script("ip, when, rest = line:match('^(%S+) (%S+) (%S+) %[(.-)%]')").run(event)
    assert (event["ip"], event["when"]) == ("10.0.0.1", "-")
