"""What every component's spec must be: documented, closed, located, convertible back and forth."""

from __future__ import annotations

import inspect
import json
from collections.abc import Iterator
from importlib import import_module
from keyword import iskeyword
from typing import Any, get_args

import jsonschema
import pytest

from lyftdata import builtin
from lyftdata.dsl.job import job_hash, lint_job, parse_job
from lyftdata.dsl.located import load_yaml
from lyftdata.dsl.normal import normal_spec
from lyftdata.spec.base import Spec, kebab
from lyftdata.spec.docstrings import field_docs
from lyftdata.spec.reference import component_page
from lyftdata.spec.registry import Definition
from lyftdata.spec.schema import component_schema, job_schema

REGISTRY = builtin.registry()
ALL = REGISTRY.all()
EXAMPLES = [(one, example) for one in ALL for example in one.examples]


def name_of(value: Any) -> str:
    return f"{value.kind}.{value.name}" if hasattr(value, "kind") else getattr(value, "title", "")


def blocks(spec: type[Spec]) -> Iterator[type[Spec]]:
    """The spec and every block inside it."""
    yield spec
    for field in spec.model_fields.values():
        for inner in _specs(field.annotation):
            if inner is not spec:
                yield from blocks(inner)


def _specs(annotation: Any) -> Iterator[type[Spec]]:
    if inspect.isclass(annotation) and issubclass(annotation, Spec):
        yield annotation
    for argument in get_args(annotation):
        yield from _specs(argument)


def settings_of(config: str) -> Any:
    return load_yaml(config.replace("{dir}", "/tmp/x"), "example").value  # noqa: S108


def job_with(definition: Definition, settings: Any) -> str:
    job: dict[str, Any] = {"name": "x", "input": {"echo": {"event": "a"}}, "output": "print"}
    if definition.kind == "action":
        job["actions"] = [{definition.name: settings}]
    else:
        job[definition.kind] = {definition.name: settings}
    return json.dumps(job, indent=1)


@pytest.mark.parametrize("definition", ALL, ids=name_of)
class TestEveryComponent:
    def test_is_named_as_its_module(self, definition: Definition) -> None:
        name = definition.name.replace("-", "_")
        module = import_module(f"lyftdata.{definition.kind}s.{name}{'_' * iskeyword(name)}")
        assert module.component is definition

    def test_every_block_and_field_says_what_it_is(self, definition: Definition) -> None:
        silent = [
            f"{block.__name__}.{name}"
            for block in blocks(definition.spec)
            for name in block.model_fields
            if not field_docs(block).get(name)
        ]
        silent += [block.__name__ for block in blocks(definition.spec) if not block.__doc__]
        assert silent == []

    def test_declared_names_exist(self, definition: Definition) -> None:
        for block in blocks(definition.spec):
            keys = {field.alias or kebab(name) for name, field in block.model_fields.items()}
            assert set(block.old_spellings.values()) <= keys
            assert not set(block.old_spellings) & keys
            assert block.ordered_maps <= keys
            assert block.shorthand in {*keys, ""}

    def test_has_examples_and_a_category(self, definition: Definition) -> None:
        assert definition.examples
        assert definition.category

    def test_has_a_valid_schema(self, definition: Definition) -> None:
        jsonschema.Draft202012Validator.check_schema(component_schema(definition))

    def test_has_a_page_with_all_its_fields(self, definition: Definition) -> None:
        page = component_page(definition)
        for block in blocks(definition.spec):
            for name, field in block.model_fields.items():
                assert f"| `{field.alias or kebab(name)}` |" in page

    def test_refuses_an_unknown_field_at_its_place(self, definition: Definition) -> None:
        settings = settings_of(definition.examples[0].config)
        if not isinstance(settings, dict):
            settings = {}
        text = job_with(definition, settings | {"no-such-field": 1})

        found = [one for one in lint_job(text, REGISTRY) if one.code == "unknown-field"]

        assert [one.value for one in found] == ["no-such-field"]
        line = text.split("\n")[found[0].place.line - 1]
        assert line[found[0].place.column - 1 :].startswith('"no-such-field"')


@pytest.mark.parametrize(("definition", "example"), EXAMPLES, ids=name_of)
class TestEveryExample:
    def test_lints_clean(self, definition: Definition, example: Any) -> None:
        found = lint_job(job_with(definition, settings_of(example.config)), REGISTRY)
        assert [str(one) for one in found] == []

    def test_fits_the_schema(self, definition: Definition, example: Any) -> None:
        document = json.loads(job_with(definition, settings_of(example.config)))
        jsonschema.Draft202012Validator(job_schema(REGISTRY)).validate(document)

    def test_means_the_same_written_out(self, definition: Definition, example: Any) -> None:
        job = parse_job(job_with(definition, settings_of(example.config)), REGISTRY)
        block = job.actions[0] if job.actions else getattr(job, definition.kind)
        dumped = block.spec.model_dump(mode="json", by_alias=True, exclude_unset=True)

        again = parse_job(job_with(definition, dumped), REGISTRY)

        assert job_hash(again) == job_hash(job)
        assert json.dumps(normal_spec(block.spec), allow_nan=False)
