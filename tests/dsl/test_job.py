"""Jobs from texts: what they hold, what hashes the same, what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lyftdata.core.diagnostic import Diagnostic
from lyftdata.core.errors import Invalid
from lyftdata.dsl.job import job_hash, lint_job, parse_job, parse_tests
from lyftdata.spec.registry import Registry
from tests.effort import effort

JOB = """\
name: copy
description: copies
input: {feed: hello}
actions:
  - sift: {how: {patterns: {level: 'ERROR|WARN'}}}
  - script: {let: {b: a + 1, a: '2'}}
output: {show: {size: 5}}
"""


def job_of(actions: str, small: Registry) -> list[Diagnostic]:
    text = f"name: x\ninput: feed\nactions: [{actions}]\noutput: show\n"
    found = lint_job(text.replace("feed\n", "{feed: a}\n"), small)
    return [one for one in found if one.path[:1] == ("actions",)]


def codes(found: list[Diagnostic]) -> list[str]:
    return [one.code for one in found]


@pytest.mark.spec("JOB-1:yaml")
def test_a_job_is_one_input_actions_in_order_one_output(small: Registry) -> None:
    job = parse_job(JOB, small, file="copy.yaml")

    assert (job.name, job.description, job.file) == ("copy", "copies", "copy.yaml")
    assert (job.input.name, job.input.spec.event) == ("feed", "hello")
    assert [block.name for block in job.actions] == ["sift", "script"]
    assert job.actions[1].path == ("actions", 1)
    assert job.output.spec.size == 5
    assert job.on_error == "dead-letter"


def test_json_is_a_job_too(small: Registry) -> None:
    document = {"name": "j", "input": {"feed": {"event": "a"}}, "output": "show"}

    assert parse_job(json.dumps(document), small).actions == ()


def test_parse_raises_all_problems_by_place(small: Registry) -> None:
    with pytest.raises(Invalid) as caught:
        parse_job("nam: x\ninput: {fed: a}\noutput: {show: {size: x}}\n", small)

    found = caught.value.diagnostics
    assert codes(list(found)) == ["unknown-field", "unknown-input", "bad-type"]
    assert [one.place.line for one in found] == [1, 2, 3]


def test_a_typo_of_a_needed_field_is_one_message(small: Registry) -> None:
    found = job_of("sift: {hwo: empty}", small)

    assert [(one.code, one.suggestion) for one in found] == [("unknown-field", "how")]


def test_old_spellings_are_taken_and_placed(small: Registry) -> None:
    assert job_of("sift: {means: empty}", small) == []

    [fault] = job_of("sift: {means: {patterns: {a: '('}}}", small)
    assert (fault.code, fault.path[-3:]) == ("invalid-regex", ("means", "patterns", "a"))


def test_both_spellings_at_once_are_refused(small: Registry) -> None:
    [fault] = job_of("sift: {means: empty, how: empty}", small)

    assert (fault.code, fault.value) == ("unknown-field", "means")


def test_a_shorthand_is_placed_at_the_value(small: Registry) -> None:
    text = "name: x\ninput:\n  feed: [1]\noutput: show\n"

    [fault] = lint_job(text, small)

    assert (fault.code, fault.path, fault.place.line) == ("bad-type", ("input", "feed"), 3)


def test_functions_of_the_jobs_own_files_are_known(small: Registry, tmp_path: Path) -> None:
    lua = tmp_path / "own.lua"
    lua.write_text("function double(x) return 2 * x end", encoding="utf-8")
    load = f"script: {{load: '{lua}', let: {{a: %s(b)}}}}"

    assert job_of(load % "double", small) == []
    [fault] = job_of(load % "duoble", small)
    assert (fault.code, fault.suggestion) == ("unknown-function", "double")
    assert (fault.value, fault.place.end_column - fault.place.column) == ("duoble", 6)


def test_functions_of_a_script_serve_no_condition_and_no_other_action(
    small: Registry, tmp_path: Path
) -> None:
    lua = tmp_path / "own.lua"
    lua.write_text("function double(x) return 2 * x end", encoding="utf-8")
    loading = f"script: {{load: '{lua}', let: {{a: double(b)}}, condition: double(b) == 4}}"
    other = "script: {let: {a: double(b)}}"

    [fault] = job_of(loading, small)
    assert (fault.code, fault.path[-1]) == ("unknown-function", "condition")
    [fault] = job_of(other, small)
    assert fault.code == "unknown-function"


def test_a_default_file_of_functions_is_known_where_it_lies(
    small: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    text = "script: {let: {a: double(b)}}"
    assert [one.code for one in job_of(text, small)] == ["unknown-function"]

    (tmp_path / "init.lua").write_text("function double(x) return 2 * x end", encoding="utf-8")
    assert job_of(text, small) == []


def test_a_file_that_is_not_here_may_define_anything(small: Registry) -> None:
    assert job_of("script: {load: /nowhere.lua, let: {a: duoble(b)}}", small) == []


def test_a_script_must_compile(small: Registry) -> None:
    [fault] = job_of("script: {run: 'a = = 1'}", small)

    assert fault.code == "invalid-script"


def test_endless_problems_are_cut(small: Registry) -> None:
    found = lint_job("".join(f"k{number}: 1\n" for number in range(20_000)), small)

    assert len(found) == 501
    assert found[-1].code == "too-many-problems"


@pytest.mark.parametrize("text", ["", "[]", "just text", "5", "name: x", "input:\n", "a: 1"])
def test_what_is_no_job_is_told_not_raised(text: str, small: Registry) -> None:
    assert lint_job(text, small)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=effort(150))
@given(data=st.data())
def test_no_text_breaks_the_linter(data: st.DataObject, small: Registry) -> None:
    lines = JOB.splitlines()
    at = data.draw(st.integers(0, len(lines) - 1))
    cut = data.draw(st.integers(0, len(lines[at])))
    piece = data.draw(st.text(alphabet="{}[]:,-'\"&*|>!# a1\n", max_size=6))
    lines[at] = lines[at][:cut] + piece + lines[at][cut:]

    for one in lint_job("\n".join(lines), small):
        assert one.place.line >= 1
        assert one.place.column >= 1
        assert one.message


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    value=st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=4),
        lambda inner: (
            st.lists(inner, max_size=2)
            | st.dictionaries(st.sampled_from(["sift", "how", "let", "a"]), inner, max_size=2)
        ),
        max_leaves=6,
    ),
    key=st.sampled_from(["name", "input", "actions", "output", "tests", "context", "on-error"]),
)
def test_no_value_breaks_the_linter(value: object, key: str, small: Registry) -> None:
    document = {"name": "x", "input": {"feed": "a"}, "output": "show", key: value}

    lint_job(json.dumps(document), small)


@pytest.mark.parametrize(
    ("before", "after", "same"),
    [
        ("description: copies\n", "", True),
        ("{size: 5}", "{ size: 5 }", True),
        ("{feed: hello}", "{feed: {event: hello, every: 0s}}", True),
        ("  - sift: {how:", "  - sift: {description: note, how:", True),
        ("  - sift: {how:", "  - sift: {means:", True),
        ("name: copy", "owner: ann\nname: copy\ntests: []", True),
        ("size: 5", "size: 6", False),
        ("b: a + 1, a: '2'", "a: '2', b: a + 1", False),
        ("name: copy", "name: copy\non-error: keep", False),
    ],
)
def test_texts_that_mean_the_same_hash_the_same(
    before: str, after: str, *, same: bool, small: Registry
) -> None:
    changed = JOB.replace(before, after)
    assert changed != JOB

    equal = job_hash(parse_job(changed, small)) == job_hash(parse_job(JOB, small))

    assert equal is same


TESTS = "[{name: t, given: ['a line', {a: 1}], expect: [{a: 1}], dead-letters: [{code: x-y}]}]"


def test_tests_stand_in_the_job_or_beside_it(small: Registry) -> None:
    inside = parse_job(f"{JOB}tests: {TESTS}\n", small).tests

    assert inside == parse_tests(TESTS, file="copy.tests.yaml")
    assert inside == parse_tests(f"tests: {TESTS}", file="copy.tests.yaml")
    [test] = inside
    assert (test.given, test.dead_letters) == (("a line", {"a": 1}), ("x-y",))


def test_faults_of_a_tests_file_have_places() -> None:
    with pytest.raises(Invalid) as caught:
        parse_tests("- name: t\n  givne: [a]\n", file="copy.tests.yaml")

    assert str(caught.value).startswith("copy.tests.yaml:2:3: unknown-field: no field 'givne'")
