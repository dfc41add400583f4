"""Generated code and step agree on every event: results, key order, errors, warnings, counters."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lyftdata.builtin import registry
from tests.actions.harness import run
from tests.effort import effort

KEYS = st.sampled_from(["a", "b", "c", "a.b", "x"])
PATHS = st.sampled_from(["a", "b", "c", "x", "a.b", "a/b", "/a", "/a/b", "c.0", "new", "n.m"])
TEXTS = st.sampled_from(
    [
        "",
        "5",
        "007",
        "-3",
        "1.5",
        " 7 ",
        "true",
        "x=1",
        "1GiB",
        "$1,000",
        "2024-01-01T00:00:00Z",
        "10/Oct/2023:13:55:36 +0200",
        '{"n": 1}',
        "[1",
        "ab 12",
        "\u00b2",
        "é",
        "a b",
    ]
)
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 300),
    st.sampled_from([1.5, 2.0, 10**30, 1_700_000_000]),
    TEXTS,
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=5,
)
EVENTS = st.lists(st.dictionaries(KEYS, VALUES, max_size=5), min_size=1, max_size=4)
FLAG = st.booleans()
EXPRESSIONS = st.sampled_from(
    [
        "a",
        "a > 2",
        "a == '5'",
        "a.b == 1",
        "b .. '!'",
        "count() % 2 == 0",
        "upper(c)",
        "a + b",
        "a and b",
        "not a",
        "x ~= nil",
    ]
)
REGEXES = st.sampled_from(["^5$", "a", r"\d+", "", "n", "true"])
TEMPLATES = st.sampled_from(["k", "${a}", "<${a.b||none}>", "${b}${x}", "${msg|q}", "${dyn|q}"])
ADDED = st.recursive(
    SCALARS | TEMPLATES,
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(KEYS | TEMPLATES, inner, max_size=2)
    ),
    max_leaves=4,
)
PATTERNS = st.sampled_from(
    [
        {"pattern": r"(?<x>\d+)(?<c>.)?"},
        {"pattern": r"(\S+) (\S+)", "output-fields": ["a", "n.m"]},
        {"pattern": r"(\d)(?:(x)|(0))", "output-fields": ["b", "c"]},
        {"pattern": r"(.)(.)?", "output-fields": ["new"]},
        {"pattern": r"(?<new>.*)"},
        {"pattern": r"(\d+)", "output-pattern": "<$1>"},
    ]
)
CONVERSION = st.fixed_dictionaries(
    {
        "field": PATHS,
        "conversion": st.sampled_from(["num", "int", "float", "str", "bool", "json", "split"]),
    }
)
UNIT = st.fixed_dictionaries({"field": PATHS, "from": st.sampled_from(["K", "MB"])}).map(
    lambda one: {**one, "to": "KiB"}
)
MOVES = {
    "fields": st.dictionaries(PATHS, PATHS, min_size=1, max_size=3),
    "overwrite": FLAG,
    "suppress-warnings": FLAG,
}
HOW = st.one_of(
    st.fixed_dictionaries({"expression": EXPRESSIONS}),
    st.fixed_dictionaries({"schema": st.lists(KEYS, max_size=3)}),
    st.fixed_dictionaries({"patterns": st.dictionaries(PATHS, REGEXES, max_size=2)}),
    st.fixed_dictionaries({"exclude": st.dictionaries(PATHS, REGEXES, max_size=2)}),
    st.fixed_dictionaries({"empty": FLAG}),
)
SETTINGS: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    "filter": st.fixed_dictionaries({"how": HOW, "discard-until": FLAG}),
    "add": st.fixed_dictionaries(
        {"output-fields": st.dictionaries(PATHS, ADDED, max_size=3), "overwrite": FLAG}
    ),
    "rename": st.fixed_dictionaries(MOVES),
    "copy": st.fixed_dictionaries(MOVES),
    "remove": st.fixed_dictionaries(
        {"fields": st.lists(PATHS, max_size=3), "error-on-missing": FLAG}
    ),
    "extract": st.builds(
        lambda pattern, more: {**pattern, **more},
        PATTERNS,
        st.fixed_dictionaries(
            {"input-field": PATHS, "remove": FLAG, "drop": FLAG, "suppress-warnings": FLAG}
        ),
    ),
    "convert": st.fixed_dictionaries(
        {
            "conversions": st.lists(CONVERSION, min_size=1, max_size=3),
            "units": st.lists(UNIT, max_size=1),
            "auto": FLAG,
            "null-behaviour": st.sampled_from(["keep", "default"]),
            "format": st.sampled_from(["plain", "currency"]),
            "preprocess": st.sampled_from([[], ["trim"], ["strip-whitespace"]]),
            "on-error": st.sampled_from(["warn", "default", "drop"]),
        }
    ),
    "script": st.fixed_dictionaries(
        {"let": st.dictionaries(PATHS, EXPRESSIONS, min_size=1, max_size=3), "overwrite": FLAG}
    ),
    "time": st.fixed_dictionaries(
        {
            "input-field": PATHS,
            "input-formats": st.sampled_from(
                [["default_iso"], ["epoch_secs", "%d/%b/%Y:%H:%M:%S %z"], ["%d/%b %H:%M"]]
            ),
            "output-fields": st.dictionaries(
                PATHS, st.sampled_from(["default_iso", "epoch_msecs"]), max_size=2
            ),
            "zero-time": FLAG,
            "on-error": st.sampled_from(["warn", "drop", "error"]),
        }
    ),
}
ACTIONS = registry().actions


def test_every_action_that_writes_code_is_tried() -> None:
    assert {one.name for one in ACTIONS.values() if one.emit} == SETTINGS.keys()


@pytest.mark.parametrize("name", SETTINGS)
@given(data=st.data())
@settings(max_examples=effort(150), deadline=None)
def test_generated_code_does_what_the_step_does(name: str, data: st.DataObject) -> None:
    config = data.draw(SETTINGS[name])
    events = data.draw(EVENTS)
    run(ACTIONS[name], config, *events, *events)
