"""Located YAML on random texts and random values."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import yaml
from hypothesis import given
from hypothesis import strategies as st

from lyftdata.dsl.located import Document, Path, load_yaml, scan_yaml

_YAML_ISH = st.text(alphabet="ab:-?[]{}&*!|>'\"%@`#,.~ \n\t\r0123e\u00e9\u2028\x85{}<", max_size=60)
_KEYS = st.text(alphabet="abc-_.é\u2029 ", min_size=1, max_size=6)
_PLANE = st.characters(max_codepoint=0xFFFF, exclude_categories=["Cs"])
_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(alphabet=_PLANE, max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner, max_size=3),
    max_leaves=12,
)


@given(st.text(max_size=60) | _YAML_ISH)
def test_any_text_is_a_document_or_has_problems(text: str) -> None:
    document = scan_yaml(text, "t.yaml")

    lines = len(document.text.splitlines()) + 1
    for one in document.problems:
        assert 1 <= one.place.line <= lines
        assert one.place.column >= 1
    if document.readable:
        json.dumps(document.value, allow_nan=False)


@given(_VALUES)
def test_json_is_read_as_json(value: Any) -> None:
    assert load_yaml(json.dumps(value), "t.json").value == value


@given(st.dictionaries(_KEYS, _VALUES, max_size=4))
def test_every_scalar_stands_at_its_place(value: dict[str, Any]) -> None:
    text = yaml.safe_dump(value, allow_unicode=True, default_style='"', width=10_000)
    document = scan_yaml(text, "t.yaml")
    lines = document.text.split("\n")

    for path in _scalars(document):
        place = document.place(path)
        if place.line == place.end_line:
            source = lines[place.line - 1][place.column - 1 : place.end_column - 1]
            assert load_yaml(source, "one").value == document.at(path)


def _scalars(document: Document) -> Iterator[Path]:
    for path, node in document.nodes.items():
        if node.kind == "scalar" and path:
            yield path
