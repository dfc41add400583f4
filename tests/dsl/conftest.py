"""The real registry, and a small one of stand-ins whose specs show every feature."""

from __future__ import annotations

from typing import ClassVar, Literal

import pytest
from pydantic import Field

from lyftdata import builtin
from lyftdata.spec.base import Spec
from lyftdata.spec.component import (
    ActionDef,
    ActionSpec,
    Batching,
    InputDef,
    OutputDef,
    RetryPolicy,
    Takes,
    Touches,
)
from lyftdata.spec.options import Options
from lyftdata.spec.registry import Registry
from lyftdata.spec.trigger import TriggerSpec
from lyftdata.spec.types import Expr, FieldPath, Interval, LuaText, Regex, Text


class FeedSpec(Spec):
    """Feeds."""

    shorthand = "event"
    event: Text
    every: Interval = 0
    trigger: TriggerSpec | None = None


class HowSpec(Options):
    """How."""

    bare: ClassVar[dict[str, object]] = {"empty": {"empty": True}}
    patterns: dict[FieldPath, Regex] | None = None
    empty: bool | None = None
    expression: Expr | None = None


class SiftSpec(ActionSpec):
    """Sifts."""

    old_spellings: ClassVar[dict[str, str]] = {"means": "how"}
    how: HowSpec
    fields: tuple[FieldPath, ...] = ()
    mode: Literal["put", "delete"] = "put"


class ScriptSpec(ActionSpec):
    """Computes."""

    ordered_maps = frozenset({"let"})
    let: dict[FieldPath, Expr] = Field(default_factory=dict)
    run: LuaText | None = None
    load: Text | None = None


class ShowSpec(Spec):
    """Shows."""

    size: int = 0


def _never(*_: object) -> None:
    raise AssertionError("these tests run no component")


def _input() -> InputDef[FeedSpec]:
    return InputDef(
        name="feed",
        spec=FeedSpec,
        open=_never,  # type: ignore[arg-type]
        continuous=lambda _spec: False,
        gives=lambda _spec: "text",
    )


def _output() -> OutputDef[ShowSpec]:
    return OutputDef(
        name="show",
        spec=ShowSpec,
        open=_never,  # type: ignore[arg-type]
        takes=lambda _spec: Takes(form="lines"),
        batching=lambda _spec: Batching(),
        retry=lambda _spec: RetryPolicy(),
        idempotent=False,
    )


def _action(name: str, spec: type[ActionSpec]) -> ActionDef[ActionSpec]:
    return ActionDef(
        name=name,
        spec=spec,
        touches=lambda _spec: Touches(reads=None),
        prepare=_never,  # type: ignore[arg-type]
    )


@pytest.fixture(scope="session")
def small() -> Registry:
    actions = {"sift": _action("sift", SiftSpec), "script": _action("script", ScriptSpec)}
    return Registry({"feed": _input()}, actions, {"show": _output()})


@pytest.fixture(scope="session")
def registry() -> Registry:
    return builtin.registry()
