"""`Options`: a block of which exactly one key is given, as in `how: {patterns: {...}}`.

The tagged maps of the job language. A bare text may stand for one of its keys.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Self

from pydantic import ModelWrapValidatorHandler, ValidationError, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError

from lyftdata.expressions.errors import nearest
from lyftdata.spec.base import Spec, kebab


class Options(Spec):
    """Base of tagged maps. Every field is optional with default None; one of them must be given."""

    bare: ClassVar[Mapping[str, Any]] = {}
    """Texts that may stand alone: text -> the block that it means (`{"drop": {"drop": True}}`)."""

    @classmethod
    def adapt_schema(cls, schema: dict[str, Any]) -> None:
        """Exactly one of the keys, or a bare text."""
        schema |= {"minProperties": 1, "maxProperties": 1}
        super().adapt_schema(schema)
        if cls.bare:
            branches = schema.pop("anyOf", None) or [dict(schema)]
            schema.clear()
            schema["anyOf"] = [*branches, {"enum": list(cls.bare)}]

    @model_validator(mode="before")
    @classmethod
    def _bare_text(cls, value: Any) -> Any:
        if not isinstance(value, str) or "{{" in value:
            return value
        if value in cls.bare:
            return cls.bare[value]
        if cls.shorthand:
            return {cls.shorthand: value}
        known = list(dict.fromkeys([*cls.bare, *_keys(cls)]))
        hint = nearest(value, known) or f"it is one of {', '.join(known)}"
        raise PydanticCustomError("bad-value", "{text}", {"text": f"no option {value!r}; {hint}"})

    @model_validator(mode="wrap")
    @classmethod
    def _exactly_one(cls, value: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        try:
            found = handler(value)
        except ValidationError as error:
            known = [key for key in _keys(cls) if isinstance(value, dict) and key in value]
            if len(known) > 1:
                raise _with(error, _wrong_number(cls, len(known)), value) from error
            raise
        if len(found.model_fields_set) != 1:
            raise _wrong_number(cls, len(found.model_fields_set))
        return found

    @property
    def chosen(self) -> str:
        """The Python name of the field that was given."""
        return next(iter(self.model_fields_set))


def _wrong_number(cls: type[Options], given: int) -> PydanticCustomError:
    keys = ", ".join(_keys(cls))
    if given == 0:
        text = f"this needs one of the keys {keys}"
        return PydanticCustomError("missing-option", "{text}", {"text": text})
    text = f"only one of the keys {keys} may be given here"
    return PydanticCustomError("several-options", "{text}", {"text": text})


def _with(error: ValidationError, more: PydanticCustomError, value: Any) -> ValidationError:
    """All that `error` says, and one fault of the block as a whole."""
    lines = [
        InitErrorDetails(
            type=one["type"]
            if "-" not in one["type"]
            else PydanticCustomError(one["type"], one["msg"], one.get("ctx")),
            loc=one["loc"],
            input=one["input"],
            ctx=one.get("ctx", {}),
        )
        for one in error.errors(include_url=False)
    ]
    lines.append(InitErrorDetails(type=more, loc=(), input=value))
    return ValidationError.from_exception_data(error.title, lines)


def _keys(cls: type[Options]) -> list[str]:
    return [field.alias or kebab(name) for name, field in cls.model_fields.items()]
