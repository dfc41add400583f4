"""`{{ name }}` placeholders from layers of values."""

from __future__ import annotations

from typing import Any

from lyftdata.expressions import context_names, expand_contexts

LAYERS: list[tuple[str, dict[str, Any]]] = [
    ("job override", {"every": "5m", "null": None}),
    ("worker eu-1", {"every": "1m", "zone": {"name": "eu"}, "n": 2**70, "a.b": "literal"}),
    ("global", {"on": True, "null": "found", "list": [1], "a": {"b": "nested"}}),
]


def test_first_layer_with_a_value_wins() -> None:
    assert expand_contexts("{{every}} {{ zone.name }} {{null}} {{a.b}}", LAYERS) == (
        "5m eu found literal",
        [],
    )


def test_values_that_are_no_text_become_json() -> None:
    text, missing = expand_contexts("{{on}} {{list}} {{n}} {{zone}}", LAYERS)
    assert (text, missing) == (f'true [1] {2**70} {{"name":"eu"}}', [])


def test_missing_names_carry_place_and_layers_looked_at() -> None:
    text, missing = expand_contexts("a {{evry}} {{ date(1) }}", LAYERS)
    assert text == "a {{evry}} {{ date(1) }}"
    first, second = missing
    assert (first.name, first.offset, second.name, second.offset) == ("evry", 2, "date(1)", 11)
    assert str(first) == (
        "context value 'evry' not found; looked in: job override, worker eu-1, global; "
        "did you mean 'every'?"
    )


def test_values_are_not_expanded_again() -> None:
    assert expand_contexts("{{a}}", [("job", {"a": "{{b}}", "b": "x"})]) == ("{{b}}", [])


def test_names_come_with_their_offsets() -> None:
    assert context_names('x: {{ a }}\ny: "{{b.c}}" {"k":{}}') == [("a", 3), ("b.c", 15)]
