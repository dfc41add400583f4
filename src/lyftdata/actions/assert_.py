"""`assert`: hold events against a JSON Schema (draft-07)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from pydantic import model_validator
from pydantic_core import PydanticCustomError

from lyftdata.actions import _paths as fieldwork
from lyftdata.core.errors import EventError, JobAborted, PermanentError
from lyftdata.core.event import DecodeError, Json, decode_json
from lyftdata.spec.component import ActionDef, ActionSpec, ActionTools, Example, Step, Touches
from lyftdata.spec.options import Options
from lyftdata.spec.types import Multiline, Text

if TYPE_CHECKING:
    from jsonschema.protocols import Validator


class SchemaText(Options):
    """Where the schema is: exactly one of these."""

    schema_file: Text | None = None
    """Path of a file with the schema as JSON, read when the job starts."""
    schema_string: Multiline | None = None
    """The schema itself, as JSON text."""

    @model_validator(mode="after")
    def _is_a_schema(self) -> SchemaText:
        text = self.schema_string
        if text is None or "{{" in text:
            return self
        try:
            compile_schema(text)
        except PermanentError as error:
            fault = {"text": str(error), "at": ["schema-string"]}
            raise PydanticCustomError("invalid-schema", "{text}", fault) from error
        return self


class Behaviour(Options):
    """What happens to an event that does not fit: exactly one of these. An option that is `false`
    only warns."""

    bare: ClassVar[dict[str, Any]] = {
        "drop-onfailure": {"drop-onfailure": True},
        "abort-on-failure": {"abort-on-failure": True},
        "drop-on-failure": {"drop-onfailure": True},
    }
    old_spellings: ClassVar[dict[str, str]] = {
        "drop-on-failure": "drop-onfailure",
        "abort-onfailure": "abort-on-failure",
    }

    drop_onfailure: bool | None = None
    """True: drop the event, with a warning. False: let it pass, with a warning."""
    abort_on_failure: bool | None = None
    """True: stop the job. False: let the event pass, with a warning."""
    no_warnings: Text | None = None
    """`drop-onfailure` or `abort-on-failure`, without a warning."""

    @model_validator(mode="after")
    def _known_word(self) -> Behaviour:
        known = ("drop-onfailure", "abort-on-failure")
        if self.no_warnings is None or self.no_warnings in known or "{{" in self.no_warnings:
            return self
        text = f"no behaviour {self.no_warnings!r}; there are {' and '.join(known)}"
        raise PydanticCustomError("bad-value", "{text}", {"text": text, "at": ["no-warnings"]})

    @property
    def drops(self) -> bool:
        """Whether an event that does not fit is dropped."""
        return bool(self.drop_onfailure) or self.no_warnings == "drop-onfailure"

    @property
    def aborts(self) -> bool:
        """Whether an event that does not fit stops the job."""
        return bool(self.abort_on_failure) or self.no_warnings == "abort-on-failure"


class AssertSpec(ActionSpec):
    """Validates events against a JSON Schema, draft-07. `format` is a remark there, not a test;
    references into other documents are refused."""

    schema_: SchemaText
    """The schema."""
    behaviour: Behaviour
    """What happens to an event that does not fit."""
    suppress_warnings: bool = False
    """Count no warning for events that do not fit."""


def compile_schema(text: str) -> Validator:
    """The validator of a schema text. Raises `PermanentError` with `invalid-schema`."""
    # Imported here because it takes a tenth of a second, which jobs without it need not wait.
    from jsonschema import Draft7Validator, SchemaError

    try:
        schema = decode_json(text)
        Draft7Validator.check_schema(schema)
    except (DecodeError, UnicodeError, RecursionError) as error:
        raise PermanentError(f"the schema is no JSON: {error}", code="invalid-schema") from error
    except SchemaError as error:
        raise PermanentError(
            f"not a draft-07 schema, at {error.json_path}: {error.message}", code="invalid-schema"
        ) from error
    return Draft7Validator(schema)


def prepare(spec: AssertSpec, tools: ActionTools) -> Step:
    """The step: the event, None when it is dropped. Raises `JobAborted`, or `EventError` when the
    schema cannot be applied."""
    validator = compile_schema(_schema_text(spec.schema_))
    drops, aborts = spec.behaviour.drops, spec.behaviour.aborts
    quiet = spec.suppress_warnings or spec.behaviour.no_warnings is not None

    def step(event: Json) -> Json | None:
        fault = first_fault(validator, event)
        if fault is None:
            return event
        where, message, value = fault
        if aborts:
            raise JobAborted(f"{tools.place}: {where}: {message}", code="assertion-failed")
        if not quiet:
            tools.warn("assertion-failed", tools.place, field=where, value=value, reason=message)
        return None if drops else event

    return step


def first_fault(validator: Validator, event: Json) -> tuple[str, str, Any] | None:
    """Place, reason and value of the first fault of an event, None when it fits. Raises
    `EventError` for a reference that leads nowhere and for an event nested too deep."""
    from referencing.exceptions import Unresolvable

    try:
        for fault in validator.iter_errors(event):
            where = "/".join([str(part) for part in fault.absolute_path]) or "the event"
            return where, fault.message, fault.instance
    except Unresolvable as error:
        raise EventError(
            f"the schema refers to {error}, which it does not hold", code="invalid-schema"
        ) from error
    except RecursionError as error:
        raise EventError(
            "the event is nested too deep for the schema", code="nested-too-deep"
        ) from error
    return None


def _schema_text(source: SchemaText) -> str:
    if source.schema_string is not None:
        return source.schema_string
    path = Path(source.schema_file or "")
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise PermanentError(
            f"cannot read the schema {path}: {error}", code="invalid-schema"
        ) from error


def _touches(spec: AssertSpec) -> Touches:
    return fieldwork.touches(spec, reads=None, flags={"drops": spec.behaviour.drops})


component = ActionDef(
    name="assert",
    spec=AssertSpec,
    touches=_touches,
    prepare=prepare,
    category="flow",
    examples=(
        Example(
            title="Drop what does not fit",
            config="""
schema: {schema-string: '{"required": ["id"], "properties": {"id": {"type": "integer"}}}'}
behaviour: drop-onfailure
""",
            given={"id": "7"},
            expect=(),
        ),
        Example(
            title="An event that fits passes",
            config="""
schema: {schema-string: '{"required": ["id"]}'}
behaviour: {abort-on-failure: true}
""",
            given={"id": 7},
            expect=({"id": 7},),
        ),
        Example(
            title="Only warn",
            config="""
schema: {schema-string: '{"required": ["id"]}'}
behaviour: {drop-onfailure: false}
""",
            given={"name": "x"},
            expect=({"name": "x"},),
        ),
        Example(
            title="Stop the job",
            config="""
schema: {schema-string: '{"additionalProperties": false, "properties": {"id": {}}}'}
behaviour: {no-warnings: abort-on-failure}
""",
            given={"name": "x"},
            expect=(),
            error="assertion-failed",
        ),
    ),
    tolerates=(
        ("the event does not fit", "as `behaviour` says, warning `assertion-failed`"),
        ("the schema refers to something that it does not hold", "error `invalid-schema`"),
        ("the event is nested too deep", "error `nested-too-deep`"),
        ("the schema file cannot be read", "the job does not start, `invalid-schema`"),
    ),
)
