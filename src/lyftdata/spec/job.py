"""The keys of a job document around its components, and of the tests in it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal, TypeAlias

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from lyftdata.core.event import Json
from lyftdata.core.ids import NAME
from lyftdata.spec.base import Spec
from lyftdata.spec.types import Multiline, Text

OnError: TypeAlias = Literal["dead-letter", "keep", "drop", "stop"]


def _name(value: str) -> str:
    if "{{" in value or NAME.fullmatch(value):
        return value
    text = (
        f"{value!r} is no job name: up to 63 letters, digits, '.', '_' or '-',"
        " beginning with a letter or digit"
    )
    raise PydanticCustomError("invalid-name", "{text}", {"text": text})


def _or_empty_list(value: Any) -> Any:
    return [] if value is None else value


def _or_empty_map(value: Any) -> Any:
    return {} if value is None else value


JobName: TypeAlias = Annotated[
    Text,
    AfterValidator(_name),
    WithJsonSchema({"type": "string", "pattern": f"^{NAME.pattern}$"}),
]


def _given(value: Any) -> Any:
    if isinstance(value, str | dict):
        return value
    raise PydanticCustomError(
        "bad-type", "{text}", {"text": "an event is a map, a raw line is a text"}
    )


Given: TypeAlias = Annotated[
    Any, BeforeValidator(_given), WithJsonSchema({"type": ["object", "string"]})
]


class DeadLetterSpec(Spec):
    """A dead letter that a test expects."""

    code: Text
    """The code of the error, as in `docs/reference/errors.md`."""


class TestSpec(Spec):
    """A test of the job's actions: events in, events out. Run by `lyftdata test`."""

    __test__ = False

    name: Text
    """What the test shows."""
    given: list[Given] = Field(min_length=1)
    """The events that the input gives: maps, or texts that stand for raw lines."""
    expect: tuple[Json, ...] = ()
    """The events that must reach the output, in their order."""
    dead_letters: list[DeadLetterSpec] | None = None
    """The dead letters that must come; left out, none may come."""


class TestFile(Spec):
    """A file of tests beside a job file."""

    __test__ = False
    shorthand: ClassVar[str] = "tests"

    tests: list[TestSpec]
    """The tests."""


class JobHead(Spec):
    """A job: one input, actions in order, one output."""

    old_spellings: ClassVar[Mapping[str, str]] = {"on_error": "on-error"}

    name: JobName
    """The name by which the job is known everywhere."""
    description: Text = ""
    """What the job is for; no effect."""
    note: Multiline = ""
    """Anything worth knowing about the job; no effect."""
    owner: Text = ""
    """Who looks after the job; no effect."""
    context: Annotated[Json, BeforeValidator(_or_empty_map)] = Field(default_factory=dict)
    """Values for `{{name}}` placeholders that no other context gives; may be nested."""
    input: Any
    """Where events come from: one key, the kind of the input."""
    actions: Annotated[tuple[Any, ...], BeforeValidator(_or_empty_list)] = ()
    """What happens to each event, in this order: a list of one-key maps."""
    output: Any
    """Where events go: one key, the kind of the output."""
    on_error: OnError = "dead-letter"
    """What happens to an event that an action cannot handle: it becomes a dead letter, goes on
    unchanged (`keep`), is dropped, or stops the job."""
    tests: Annotated[tuple[TestSpec, ...], BeforeValidator(_or_empty_list)] = ()
    """Tests of this job, run by `lyftdata test`."""
