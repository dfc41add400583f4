"""What examples do not show: order, state, collisions, exactness, warnings."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from lyftdata.builtin import registry
from lyftdata.core.event import Json
from tests.actions.harness import Outcome, Tools, outcome, run, spec_of

ACTIONS = registry().actions


def done(action: str, config: str | dict[str, Any], *events: Json) -> Outcome:
    return run(ACTIONS[action], config, *events)


def faults(action: str, config: str | dict[str, Any]) -> set[str]:
    with pytest.raises(ValidationError) as caught:
        spec_of(ACTIONS[action], config)
    return {one["type"] for one in caught.value.errors()}


@pytest.mark.spec("JOB-4:filter")
def test_discard_until_lets_all_through_after_the_first_that_passes() -> None:
    config = "{how: {expression: a == 'go'}, discard-until: true}"
    found = done("filter", config, {"a": "x"}, {"a": "go"}, {"a": "x"})
    assert found.results == [None, {"a": "go"}, {"a": "x"}]


@pytest.mark.spec("JOB-4:filter")
def test_discard_until_is_remembered_in_the_jobs_counters() -> None:
    spec = spec_of(ACTIONS["filter"], "{how: {expression: a == 'go'}, discard-until: true}")
    tools = Tools()
    ACTIONS["filter"].prepare(spec, tools)({"a": "go"})
    restarted = Tools(counters=tools.counters)
    assert ACTIONS["filter"].prepare(spec, restarted)({"a": "x"}) == {"a": "x"}


@pytest.mark.spec("JOB-4:filter")
def test_empty_drops_only_events_in_which_nothing_is() -> None:
    events: list[Json] = [
        {},
        {"a": "", "b": [], "c": {}, "d": None},
        {"a": 0},
        {"a": False, "b": ""},
    ]
    found = done("filter", "how: {empty: true}", *events)
    assert found.results == [None, None, {"a": 0}, {"a": False, "b": ""}]


@pytest.mark.spec("JOB-4:filter")
def test_filter_takes_exactly_one_test() -> None:
    assert faults("filter", "how: {}") == {"missing-option"}
    assert faults("filter", "how: {empty: true, schema: [a]}") == {"several-options"}


@pytest.mark.spec("JOB-4:rename")
def test_renames_keep_places_and_follow_one_another() -> None:
    found = done("rename", "fields: {a: x, c: y}", {"a": 1, "b": 2, "c": 3})
    assert list(found.results[0].items()) == [("x", 1), ("b", 2), ("y", 3)]  # type: ignore[attr-defined]
    assert done("rename", "fields: {a: b, b: c}", {"a": 1}).results == [{"c": 1}]


@pytest.mark.spec("JOB-4:rename")
def test_rename_into_itself_and_over_another() -> None:
    assert done("rename", "fields: {a: a.text}", {"a": "x"}).results == [{"a": {"text": "x"}}]
    found = done("rename", "{fields: {a: b}, overwrite: true}", {"b": 2, "a": 1})
    assert found.results == [{"b": 1}]
    assert done("rename", "fields: {a: b}", {}).codes == ["no-such-field"]


@pytest.mark.spec("JOB-4:copy")
def test_a_copied_object_is_one_of_its_own() -> None:
    event = {"a": {"n": [1]}}
    copied: Any = done("copy", "fields: {a: b}", event).results[0]
    copied["a"]["n"].append(2)
    assert copied["b"] == {"n": [1]}


@pytest.mark.spec("JOB-4:add")
def test_each_event_gets_a_fresh_value_and_null_counts_as_existing() -> None:
    first, second = done("add", "output-fields: {a: {n: []}}", {}, {}).results
    first["a"]["n"].append(1)  # type: ignore[index]
    assert second == {"a": {"n": []}}
    assert done("add", "output-fields: {a: 1}", {"a": None}).results == [{"a": None}]


@pytest.mark.spec("JOB-4:add")
def test_expansions_in_keys_and_missing_ones() -> None:
    config = {"output-fields": {"${kind}_count": 1, "text": "${nothing}"}}
    found = done("add", config, {"kind": "cat"})
    assert found.results == [{"kind": "cat", "cat_count": 1, "text": "${nothing}"}]
    assert found.warnings[0][:2] == ("missing-expansion", "actions[0].it.text")


@pytest.mark.spec("JOB-4:extract")
def test_groups_without_part_set_nothing_and_numbers_are_searched_as_text() -> None:
    config = r"{input-field: n, pattern: '(?<a>\d)(?<b>x)?'}"
    assert done("extract", config, {"n": 57}).results == [{"n": 57, "a": "5"}]


@pytest.mark.spec("JOB-4:extract")
def test_drop_and_warnings_of_misses() -> None:
    assert done("extract", "{pattern: x, drop: true}", {"_raw": "y"}, {}).results == [None, None]
    misses = done("extract", "{pattern: '(?<a>x)'}", {"_raw": "y"}, {})
    assert misses.codes == ["pattern-no-match", "no-such-field"]
    assert done("extract", "{pattern: '(?<a>x)', warnings: false}", {"_raw": "y"}).codes == []


@pytest.mark.spec("JOB-4:extract")
def test_names_must_fit_the_groups() -> None:
    assert faults("extract", "{pattern: '(a)', output-fields: [x, y]}") == {"output-fields"}
    assert faults("extract", "{pattern: '(a)', output-pattern: '$2'}") == {"output-pattern"}
    assert faults("extract", "pattern: '(a'") == {"invalid-regex"}


@pytest.mark.spec("JOB-4:convert")
@pytest.mark.parametrize(
    ("kind", "given", "expected"),
    [
        ("num", " -7 ", -7),
        ("num", "1e3", 1000.0),
        ("num", "1_000", "1_000"),
        ("num", "nan", "nan"),
        ("num", "1e999", "1e999"),
        ("num", "9" * 5000, "9" * 5000),
        ("num", True, 1),
        ("int", "7.9", 7),
        ("float", "7", 7.0),
        ("str", 10**30, "1" + "0" * 30),
        ("str", {"a": [1.5]}, '{"a":[1.5]}'),
        ("bool", "Yes", True),
        ("bool", "2", "2"),
        ("json", "123456789012345678901", 123456789012345678901),
        ("json", "1e999", "1e999"),
        ("split", "1 two 3", [1, "two", 3]),
    ],
)
def test_conversions(kind: str, given: object, expected: object) -> None:
    config = {"conversions": [{"field": "v", "conversion": kind}]}
    assert repr(done("convert", config, {"v": given}).results) == repr([{"v": expected}])


@pytest.mark.spec("JOB-4:convert")
@pytest.mark.parametrize(
    ("given", "source", "target", "expected"),
    [
        ("500", "ms", "s", 0.5),
        (1, "G", "M", 1024),
        ("1GiB", "B", "KB", 1073741.824),
        ("1GiB", "B", "KiB", 1048576),
        (1, "GB", "MB", 1000),
        (1, "s", "us", 1_000_000),
    ],
)
def test_units(given: object, source: str, target: str, expected: object) -> None:
    config = {"units": [{"field": "v", "from": source, "to": target}]}
    assert repr(done("convert", config, {"v": given}).results) == repr([{"v": expected}])


@pytest.mark.spec("JOB-4:convert")
def test_units_of_different_kinds_and_auto() -> None:
    assert faults("convert", "units: [{field: a, from: ms, to: KB}]") == {"bad-unit"}
    found = done("convert", "auto: true", {"a": "5", "b": "007", "c": "true", "d": "-1.5"})
    assert found.results == [{"a": 5, "b": "007", "c": True, "d": -1.5}]


@pytest.mark.spec("JOB-4:csv")
def test_a_header_names_the_fields_of_all_rows_and_survives_a_restart() -> None:
    spec = spec_of(ACTIONS["csv"], "{header: true, autoconvert: true, remove: true}")
    tools = Tools()
    rows = [{"_raw": "name,größe in cm"}, {"_raw": "a,1"}, {"_raw": "name,größe in cm"}]
    found = outcome(ACTIONS["csv"].prepare(spec, tools), tools, *rows)
    assert found.results == [None, {"name": "a", "größe in cm": 1}, None]
    assert all(number < 1 << 63 for number in tools.counters.values())
    restarted = Tools(counters=tools.counters)
    assert ACTIONS["csv"].prepare(spec, restarted)({"_raw": "b,2"}) == {
        "name": "b",
        "größe in cm": 2,
    }


@pytest.mark.spec("JOB-4:csv")
def test_rows_of_other_length_and_values_that_do_not_convert() -> None:
    config = "{fields: {a: num, b: num}, remove: true}"
    found = done("csv", config, {"_raw": "1,,x"}, {"_raw": "z"})
    assert found.results == [{"a": 1, "b": None, "column3": "x"}, {"a": "z"}]
    assert found.codes == ["column-count", "column-count", "not-convertible"]


@pytest.mark.spec("JOB-4:key-value")
def test_multiple_keys_and_quotes() -> None:
    event = {"_raw": "a=1 word a='x y' =z b= a=3"}
    for how, expected in (("last", "3"), ("first", "1"), ("array", ["1", "x y", "3"])):
        config = {"multiple": how, "remove": True}
        assert done("key-value", config, event).results == [{"a": expected, "b": ""}]


@pytest.mark.spec("JOB-4:key-value")
def test_a_long_text_without_pairs_takes_no_time() -> None:
    assert done("key-value", {}, {"_raw": "x" * 300_000}).codes == ["no-pairs"]


@pytest.mark.spec("JOB-4:json")
def test_invalid_json_as_on_error_says() -> None:
    assert done("json", {}, {"_raw": "{"}).codes == ["invalid-json"]
    assert done("json", "on-error: drop", {"_raw": "{"}).results == [None]
    assert done("json", {}, {"_raw": '{"a": 1e999}'}).codes == ["invalid-json"]


@pytest.mark.spec("JOB-4:time")
def test_times() -> None:
    assert done("time", {}, {}).results == [{"@timestamp": "2023-11-14T22:13:20.123Z"}]
    config = "{input-field: t, input-format: '%b %d %H:%M:%S', output-field: t}"
    assert done("time", config, {"t": "Nov 14 10:00:00"}).results == [
        {"t": "2023-11-14T10:00:00.000Z"}
    ]
    config = "{input-field: t, input-timezone: Europe/Berlin, zero-time: true, subtract-time: 1d}"
    found: Any = done("time", config, {"t": "2024-07-02T01:00:00"}).results[0]
    assert found["@timestamp"] == "2024-06-30T00:00:00.000Z"


@pytest.mark.spec("JOB-4:time")
def test_parts_of_the_day_and_ranges() -> None:
    config = (
        "{input-field: t, output-field: t, when: [{range: ['22:00', '06:00'], output-tag: night}],"
        " time-range-start-field: from, time-range-length-field: s}"
    )
    found = done("time", config, {"t": "2024-01-01T23:00:00Z", "s": 60})
    assert found.results == [
        {
            "t": "2024-01-01T23:00:00.000Z",
            "s": 60,
            "tag": "night",
            "from": "2024-01-01T22:59:00.000Z",
        }
    ]
    assert faults("time", "input-format: '%H:%M:%Q'") == {"invalid-time-format"}


@pytest.mark.spec("JOB-4:script")
def test_lets_are_ordered_nil_sets_nothing_and_faults_warn() -> None:
    found = done("script", "let: {b: a, c: missing, d: a.n + 'x', e: '#b.n'}", {"a": {"n": [1]}})
    assert found.results == [{"a": {"n": [1]}, "b": {"n": [1]}, "e": 1}]
    assert found.codes == ["let-failed"]


@pytest.mark.spec("JOB-4:script")
def test_run_keeps_state_and_comes_before_the_lets(tmp_path: Path) -> None:
    functions = tmp_path / "own.lua"
    functions.write_text("function twice(n) return n * 2 end")
    config = {
        "run": "_state.n = (_state.n or 0) + 1; seen = _state.n",
        "let": {"double": "twice(seen)"},
        "load": str(functions),
    }
    assert done("script", config, {}, {}).results == [
        {"seen": 1, "double": 2},
        {"seen": 2, "double": 4},
    ]


@pytest.mark.spec("JOB-4:expand-events")
def test_json_text_is_a_list_and_events_share_nothing() -> None:
    config = "{input-field: l, output-field: n, keep-fields: true}"
    found: Any = done("expand-events", config, {"a": [0], "l": "[1, 2]"}).results[0]
    found[0]["a"].append(9)
    assert found[1] == {"a": [0], "n": 2}


@pytest.mark.spec("JOB-4:flatten")
def test_deep_nesting_is_no_recursion() -> None:
    value: Any = 1
    for _ in range(3000):
        value = {"k": value}
    spec = spec_of(ACTIONS["flatten"], "fields: all-fields")
    found: Any = ACTIONS["flatten"].prepare(spec, Tools())({"a": value})
    assert list(found.values()) == [1]
