"""Blocks of which one key is given, shorthands and old spellings."""

from __future__ import annotations

from typing import ClassVar

import pytest
from pydantic import ValidationError

from lyftdata.spec.base import Spec
from lyftdata.spec.options import Options
from lyftdata.spec.types import Interval


class Way(Options):
    """A way."""

    shorthand: ClassVar[str] = "name"
    bare: ClassVar[dict[str, object]] = {"drop": {"drop": True}}
    old_spellings: ClassVar[dict[str, str]] = {"throw": "drop"}
    name: str | None = None
    after: Interval | None = None
    drop: bool | None = None


class Choice(Options):
    """A choice without a shorthand."""

    first: int | None = None
    second: Interval | None = None


class Holder(Spec):
    """Holds one."""

    way: Way


def types_of(value: object, spec: type[Spec] = Choice) -> list[str]:
    with pytest.raises(ValidationError) as caught:
        spec.model_validate(value)
    return [one["type"] for one in caught.value.errors()]


@pytest.mark.parametrize(
    ("value", "chosen", "content"),
    [
        ({"name": "x"}, "name", "x"),
        ("x", "name", "x"),
        ("drop", "drop", True),
        ({"throw": False}, "drop", False),
        ({"after": "2s"}, "after", 2_000_000_000),
    ],
)
def test_the_key_given_is_chosen(value: object, chosen: str, content: object) -> None:
    way = Holder.model_validate({"way": value}).way

    assert way.chosen == chosen
    assert getattr(way, way.chosen) == content


def test_none_or_several_are_refused() -> None:
    assert types_of({}) == ["missing-option"]
    assert types_of({"first": 1, "second": "1s"}) == ["several-options"]


def test_several_keys_do_not_hide_what_is_wrong_inside() -> None:
    assert types_of({"first": "x", "second": 5}) == [
        "int_parsing",
        "invalid-duration",
        "several-options",
    ]


def test_a_bare_text_that_is_no_option_is_refused_with_a_near_one() -> None:
    with pytest.raises(ValidationError, match="did you mean 'first'"):
        Choice.model_validate("frist")


def test_the_schema_says_the_same() -> None:
    block, short, bare = Way.model_json_schema()["anyOf"]

    assert (block["minProperties"], block["maxProperties"]) == (1, 1)
    assert block["properties"]["throw"]["deprecated"] is True
    assert short == {"type": "string"}
    assert bare == {"enum": ["drop"]}
