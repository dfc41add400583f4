"""The JSON Schema of job documents: valid, complete, and of one mind with the linter."""

from __future__ import annotations

from typing import Any

import jsonschema
import pytest

from lyftdata import builtin
from lyftdata.spec.schema import job_schema

REGISTRY = builtin.registry()
SCHEMA = job_schema(REGISTRY)
JOB: dict[str, Any] = {"name": "x", "input": {"echo": {"event": "a"}}, "output": "print"}


def faults(**changes: Any) -> list[str]:
    validator = jsonschema.Draft202012Validator(SCHEMA)
    return [one.message for one in validator.iter_errors(JOB | changes)]


def test_it_is_a_schema_of_2020_12() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$schema"].endswith("2020-12/schema")


def test_good_jobs_pass() -> None:
    assert faults() == []
    assert faults(actions=[{"filter": {"how": {"expression": "a > 1"}}}], context={"a": 1}) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"nmae": "x"},
        {"input": {"ecko": {}}},
        {"output": {"print": {}, "discard": {}}},
        {"actions": [{"filter": {}}]},
        {"actions": [{"filter": {"how": {"empty": True, "expression": "a"}}}]},
        {"on-error": "explode"},
    ],
)
def test_bad_jobs_do_not(changes: dict[str, Any]) -> None:
    assert faults(**changes)


def test_every_component_can_be_completed_and_hovered() -> None:
    for key, known in (("input", REGISTRY.inputs), ("output", REGISTRY.outputs)):
        one_key = SCHEMA["properties"][key]["anyOf"][0]["properties"]
        assert list(one_key) == sorted(known)
        assert all(one["description"] and one["x-lyftdata"]["category"] for one in one_key.values())
    actions = SCHEMA["properties"]["actions"]["items"]["anyOf"][0]["properties"]
    assert list(actions) == sorted(REGISTRY.actions)


def test_every_setting_has_a_widget_and_a_description() -> None:
    bare = [
        f"{name}.{key}"
        for name, block in SCHEMA["$defs"].items()
        for branch in (block, *block.get("anyOf", ()))
        for key, setting in branch.get("properties", {}).items()
        if "x-lyftdata" not in setting or not setting.get("description")
    ]
    assert bare == []
