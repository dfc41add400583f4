"""Reference pages: everything on them comes from the spec."""

from __future__ import annotations

from lyftdata import builtin
from lyftdata.spec.reference import component_page, field_rows
from lyftdata.spec.trigger import IntervalSpec

REGISTRY = builtin.registry()


def test_an_action_page_has_settings_tables_and_examples() -> None:
    page = component_page(REGISTRY.actions["filter"])

    assert page.startswith("# Action `filter`\n\nLets events pass")
    assert "| `how` | block | required | The test. |" in page
    assert "### `how`" in page
    assert "Exactly one of the settings is given." in page
    assert "## What may go wrong" in page
    assert "```yaml\nfilter:\n  how: {expression: status >= 500}\n```" in page


def test_an_output_page_shows_what_is_printed() -> None:
    page = component_page(REGISTRY.outputs["print"])

    assert 'it prints\n\n```text\n{"a":1}\n{"b":"x"}\n```' in page


def test_the_rows_of_a_block() -> None:
    rows = {row.key: row for row in field_rows(IntervalSpec)}

    assert (rows["duration"].type, rows["duration"].default) == ("duration", "required")
    assert rows["random-offset"].default == '`"0s"`'
    assert rows["block"].type == "true or false"


def test_tables_are_not_broken_by_bars_in_texts() -> None:
    for definition in REGISTRY.all():
        for line in component_page(definition).split("\n"):
            if line.startswith("| "):
                assert line.replace("\\|", "").count("|") in (3, 5)
