"""Every example on an action's page does what the page says."""

from __future__ import annotations

from typing import Any

import pytest

from lyftdata.builtin import registry
from lyftdata.spec.component import ActionDef, Example
from tests.actions.harness import Collected, Tools, run, spec_of

ACTIONS = list(registry().actions.values())
EXAMPLES = [
    pytest.param(one, example, id=f"{one.name}-{at}", marks=pytest.mark.spec(f"JOB-4:{one.name}"))
    for one in ACTIONS
    for at, example in enumerate(one.examples)
]


@pytest.mark.parametrize(("definition", "example"), EXAMPLES)
def test_example(definition: ActionDef[Any], example: Example) -> None:
    found = run(definition, example.config, example.given).results[0]
    if example.error:
        assert isinstance(found, tuple)
        assert found[0] == example.error
        return
    events = [] if found is None else found if isinstance(found, list) else [found]
    assert repr(tuple(events)) == repr(example.expect)


@pytest.mark.parametrize("definition", ACTIONS, ids=lambda one: one.name)
def test_page_has_examples_and_a_table_of_faults(definition: ActionDef[Any]) -> None:
    assert len(definition.examples) >= 3
    assert definition.tolerates


@pytest.mark.parametrize(("definition", "example"), EXAMPLES)
def test_example_touches_only_what_it_says(definition: ActionDef[Any], example: Example) -> None:
    spec = spec_of(definition, example.config)
    touches = definition.touches(spec)
    found = run(definition, example.config, example.given).results[0]
    if touches.writes is not None and isinstance(found, dict):
        before = example.given
        changed = {
            key
            for key in before.keys() | found.keys()
            if repr(before.get(key, Tools)) != repr(found.get(key, Tools))
        }
        assert changed <= touches.writes
    assert touches.drops or found is not None
    assert touches.splits or not isinstance(found, list)


@pytest.mark.parametrize(("definition", "example"), EXAMPLES)
def test_example_needs_only_the_fields_it_reads(
    definition: ActionDef[Any], example: Example
) -> None:
    """Without the fields that an action neither reads nor writes, it does the same to the rest."""
    touches = definition.touches(spec_of(definition, example.config))
    if touches.reads is None or touches.writes is None or touches.splits:
        return  # it may look at every field
    wanted = touches.reads | touches.writes
    event = {key: one for key, one in example.given.items() if key in wanted}
    whole = run(definition, example.config, example.given).results[0]
    part = run(definition, example.config, event).results[0]
    if isinstance(whole, dict):
        whole = {key: one for key, one in whole.items() if key in wanted}
    assert repr(part) == repr(whole)


def test_generated_code_compiles_for_every_example_that_has_it() -> None:
    fast = {
        one.name
        for one in ACTIONS
        for example in one.examples
        if one.emit and one.emit(spec_of(one, example.config), Collected(), Tools())
    }
    assert fast >= {"filter", "add", "rename", "remove", "extract", "convert", "time"}
