"""YAML 1.2 values with their places; faults of the YAML itself."""

from __future__ import annotations

import time
from typing import Any

import pytest

from lyftdata.core.diagnostic import Place
from lyftdata.core.errors import Invalid
from lyftdata.dsl.located import load_yaml, scan_yaml


def value(text: str) -> Any:
    return load_yaml(text, "t.yaml").value


def codes(text: str) -> list[str]:
    return [one.code for one in scan_yaml(text, "t.yaml").problems]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("NO", "NO"),
        ("yes", "yes"),
        ("on", "on"),
        ("true", True),
        ("FALSE", False),
        ("~", None),
        ("", None),
        ("010", 10),
        ("0o17", 15),
        ("0x1F", 31),
        ("+7", 7),
        ("123456789012345678901234567890", 123456789012345678901234567890),
        ("1e3", 1000.0),
        (".5", 0.5),
        ("12:30:45", "12:30:45"),
        ("2026-01-31", "2026-01-31"),
        ("1_000", "1_000"),
        ("0b1", "0b1"),
        ("-", [None]),
        ("'1'", "1"),
        ("!!str 1", "1"),
        ("!!float 1", 1.0),
        ("!!int '1'", 1),
    ],
)
def test_scalars_follow_the_core_schema(text: str, expected: Any) -> None:
    found = value(text)

    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a: .inf", "invalid-number"),
        ("a: .NaN", "invalid-number"),
        ("a: 1e999", "invalid-number"),
        ("a: " + "9" * 5000, "invalid-number"),
        ("a: !!int x", "bad-type"),
        ("a: !new {}", "unknown-tag"),
        ("a: !!python/object:os.system x", "unknown-tag"),
        ("a: !!binary aGk=", "unknown-tag"),
        ("1: x", "bad-key"),
        ("? [a]\n: x", "bad-key"),
        ("null: x", "bad-key"),
        ("a: {{name}}", "unquoted-placeholder"),
        ("a: {{name}}-x", "unquoted-placeholder"),
        ("a: &x {}\nb: {<<: *x}", "merge-key"),
        ("a: *x", "unknown-alias"),
        ("a: &x [*x]", "unknown-alias"),
        ("a: 1\n---\nb: 2", "several-documents"),
        ("a: 1\n\tb: 2", "invalid-yaml"),
        ("a: [1", "invalid-yaml"),
        ("a: b: c", "invalid-yaml"),
        ('a: "\x01"', "invalid-yaml"),
        ("a: '\ud800'", "invalid-yaml"),
    ],
)
def test_what_is_refused_has_one_diagnostic(text: str, code: str) -> None:
    assert codes(text) == [code]


def test_places_of_values_and_keys() -> None:
    document = load_yaml("a: 1\nbb:\n  - x: 'yy'\n    z: [1, 22]\n", "t.yaml")

    assert document.place(("bb", 0, "x")) == Place(3, 8, 3, 12)
    assert document.place(("bb", 0, "z", 1)) == Place(4, 12, 4, 14)
    assert document.key_place(("bb",)) == Place(2, 1, 2, 3)
    assert document.place(("bb", 5, "nothing")) == document.place(("bb",))


def test_columns_count_characters() -> None:
    document = load_yaml("\ufeffa: {größe😀: x}\r\nb: y\r\n", "t.yaml")

    assert document.place(("a", "größe😀")) == Place(1, 13, 1, 14)
    assert document.place(("b",)) == Place(2, 4, 2, 5)


def test_every_duplicate_is_reported_at_the_second_key() -> None:
    problems = scan_yaml("a: 1\nb: {c: 1, c: 2}\na: 3\n", "t.yaml").problems

    assert [(one.place.line, one.place.column) for one in problems] == [(2, 11), (3, 1)]
    assert "line 1" in problems[1].message


def test_an_alias_is_the_value_again_at_its_own_place() -> None:
    document = load_yaml("a: &x {n: 1}\nb: *x\n", "t.yaml")

    assert document.value == {"a": {"n": 1}, "b": {"n": 1}}
    assert document.place(("b", "n")) == Place(2, 4, 2, 6)


@pytest.mark.parametrize(
    ("style", "text", "offset", "line", "column"),
    [
        ("plain", "k: abc", 1, 1, 5),
        ("single", "k: 'abc'", 1, 1, 6),
        ("double", 'k: "abc"', 2, 1, 7),
        ("literal", "k: |\n  abc\n  def\n", 5, 3, 4),
        ("anchored", "k: &x !!str abc", 2, 1, 15),
    ],
)
def test_a_character_inside_a_scalar(
    style: str, text: str, offset: int, line: int, column: int
) -> None:
    place = load_yaml(text, style).inside(("k",), offset)

    assert place is not None
    assert (place.line, place.column) == (line, column)


def test_no_place_inside_a_scalar_that_is_written_otherwise() -> None:
    assert load_yaml('k: "a\\tb"', "t.yaml").inside(("k",), 1) is None


def _laughs(levels: int) -> str:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    for level in range(1, levels):
        aliases = ", ".join([f"*a{level - 1}"] * 9)
        lines.append(f"a{level}: &a{level} [{aliases}]")
    return "\n".join(lines)


def _chain(levels: int) -> str:
    return "\n".join(["a0: &a0 [x]", *(f"a{n}: &a{n} [*a{n - 1}]" for n in range(1, levels))])


@pytest.mark.parametrize(
    ("bomb", "code"),
    [
        (_laughs(12), "too-large"),
        (_chain(3000), "too-deep"),
        ("[" * 900_000, "too-deep"),
        ("{" * 900_000, "too-deep"),
        ("- " * 500_000, "too-deep"),
        ("? " * 500_000, "too-deep"),
        ("x" * 2_000_000, "too-large"),
    ],
)
def test_bombs_are_answered_at_once(bomb: str, code: str) -> None:
    begin = time.process_time()

    assert codes(bomb) == [code]
    assert time.process_time() - begin < 2


def test_load_raises_all_problems() -> None:
    with pytest.raises(Invalid) as caught:
        load_yaml("a: .inf\na: 1\n1: 2\n", "t.yaml")

    assert [one.code for one in caught.value.diagnostics] == [
        "invalid-number",
        "duplicate-key",
        "bad-key",
    ]
