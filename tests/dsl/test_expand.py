"""Placeholders filled from contexts: the structure and the rest of the text stay as they are."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lyftdata.core.errors import Invalid
from lyftdata.dsl.expand import context_names_in, render_job
from lyftdata.dsl.located import load_yaml


def rendered(text: str, **values: Any) -> Any:
    return load_yaml(render_job(text, layers=[("global", values)]), "t.yaml").value


def test_the_highest_layer_wins_and_the_jobs_own_context_is_last() -> None:
    text = "a: '{{x}} {{y}} {{z}}'\ncontext: {x: own, y: own, z: own}\n"
    layers = [("job override", {"x": "job"}), ("global", {"x": "global", "y": "global"})]

    assert render_job(text, layers=layers).startswith('a: "job global own"\n')


def test_text_without_placeholders_stays_to_the_letter() -> None:
    text = "# {{comment}}\na:   'x'   # {{y}}\n\n\nb: |+\n  z\n\n"

    assert render_job(text, layers=[]) == text


@pytest.mark.parametrize(
    ("value", "expected"),
    [(80, 80), (1.5, 1.5), (True, True), ([1, "a"], [1, "a"]), ({"k": {"n": 1}}, {"k": {"n": 1}})],
)
def test_a_scalar_that_is_one_placeholder_becomes_the_value(value: Any, expected: Any) -> None:
    assert rendered("a: '{{x}}'\nb: '<{{x}}>'", x=value)["a"] == expected


def test_nested_values_and_keys() -> None:
    text = 'a: "{{db.user}}"\n"{{db.user}}-x": 1\n'

    assert rendered(text, db={"user": "ann"}) == {"a": "ann", "ann-x": 1}


def test_what_is_filled_in_is_not_expanded_again() -> None:
    assert rendered("a: '{{x}}'", x="{{y}} ${z}") == {"a": "{{y}} ${z}"}


@given(
    value=st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
    form=st.sampled_from(
        [
            'a: "<{{x}}>"\nb: 1\n',
            "a: '<{{x}}>'\nb: 1\n",
            "a: <{{x}}>\nb: 1\n",
            "a: &n <{{x}}>\nb: 1\n",
            "{a: '<{{x}}>', b: 1}",
            "a: |-\n  <{{x}}>\nb: 1\n",
            "a: >-\n  <{{x}}>\nb: 1\n",
        ]
    ),
)
def test_no_value_changes_the_structure(value: str, form: str) -> None:
    assert rendered(form, x=value) == {"a": f"<{value}>", "b": 1}


@given(value=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20))
def test_blocks_keep_their_lines(value: str) -> None:
    text = "a:\n  - |\n    {{x}}\n    is {{x}}\n  - last\n"

    assert rendered(text, x=value) == {"a": [f"{value}\nis {value}\n", "last"]}


def test_missing_names_are_all_told_with_the_places_looked_at() -> None:
    text = "name: 'x {{naem}}'\nb: |\n  see\n  {{other}}\ncontext: {name: n}\n"

    with pytest.raises(Invalid) as caught:
        render_job(text, layers=[("worker eu-1", {}), ("global", {})], file="j.yaml")

    first, second = caught.value.diagnostics
    assert str(first) == (
        "j.yaml:1:10: missing-context: no context has a value 'naem'; looked in: worker eu-1,"
        " global, the job's own context; did you mean 'name'?"
    )
    assert (second.place.line, second.place.column, second.value) == (4, 3, "{{other}}")


def test_null_counts_as_missing() -> None:
    with pytest.raises(Invalid, match="missing-context"):
        render_job("a: '{{x}}'", layers=[("global", {"x": None})])


def test_message_content_keeps_names_that_the_event_fills() -> None:
    text = "message-content: '{{host}}: {{disk}}'\n"

    assert rendered(text, host="eu-1") == {"message-content": "eu-1: {{disk}}"}


def test_the_names_that_a_job_uses() -> None:
    text = "a: '{{x.y}} {{ z }}'\n# {{no}}\ncontext: {x: '{{not}}'}\n"

    assert context_names_in(text) == {"x.y", "z"}


def test_what_is_no_yaml_cannot_be_rendered() -> None:
    with pytest.raises(Invalid, match="invalid-yaml"):
        render_job("a: [", layers=[])
