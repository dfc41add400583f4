"""`Spec`: a closed, frozen block of settings as a person writes it in YAML.

The docstring of the class says what the block is for, the string under each field what it means
and its unit; both become the reference page, the JSON Schema, hover texts and the editor form.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, model_validator

from lyftdata.expressions.durations import format_duration
from lyftdata.spec.docstrings import field_docs


def kebab(name: str) -> str:
    """The YAML key of a Python field: `fixed_size` is written `fixed-size`, `json_` as `json`."""
    return name.rstrip("_").replace("_", "-")


def _adapted(schema: dict[str, Any], spec: type[Any]) -> None:
    spec.adapt_schema(schema)


class Spec(BaseModel):
    """Base of every block that people write. Unknown keys are errors."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        alias_generator=kebab,
        validate_by_alias=True,
        validate_by_name=False,
        arbitrary_types_allowed=True,
        json_schema_extra=_adapted,
        defer_build=True,
    )

    old_spellings: ClassVar[Mapping[str, str]] = {}
    """Further keys that are accepted: old key -> present key."""
    ordered_maps: ClassVar[frozenset[str]] = frozenset()
    """Keys of the maps whose order means something (`let`, `output-fields`)."""
    shorthand: ClassVar[str] = ""
    """Key that a bare scalar or list stands for: `cron: "0 0 * * * *"` means `{cron: ...}`."""

    @classmethod
    def adapt_schema(cls, schema: dict[str, Any]) -> None:
        """Bring the JSON Schema of this block, made by pydantic, to what is really accepted."""
        schema.pop("title", None)
        properties = schema.setdefault("properties", {})
        for name, text in field_docs(cls).items():
            if kebab(name) in properties:
                properties[kebab(name)].setdefault("description", text)
        for one in properties.values():
            _tidy(one)
        for old, present in cls.old_spellings.items():
            if present in properties:
                shown = {"deprecated": True, "description": f"Old spelling of `{present}`."}
                properties[old] = properties[present] | shown
                schema["required"] = [key for key in schema.get("required", ()) if key != present]
        if cls.shorthand:
            short = dict(properties[cls.shorthand])
            block = dict(schema)
            schema.clear()
            schema["anyOf"] = [block, short]

    @model_validator(mode="before")
    @classmethod
    def _present_spellings(cls, value: Any) -> Any:
        if not isinstance(value, dict):
            return {cls.shorthand: value} if cls.shorthand and value is not None else value
        present = cls.old_spellings
        if not present:
            return value
        return {
            present.get(key, key) if present.get(key) not in value else key: one
            for key, one in value.items()
        }


def _tidy(schema: dict[str, Any]) -> None:
    """`X | None` is how a setting that may be left out is typed; people leave it out."""
    schema.pop("title", None)
    if schema.get("default", 0) is None:
        del schema["default"]
    if schema.get("format") == "time-interval" and isinstance(schema.get("default"), int):
        schema["default"] = format_duration(schema["default"])
    branches = schema.get("anyOf", [])
    others = [one for one in branches if one != {"type": "null"}]
    if len(others) == 1 < len(branches):
        del schema["anyOf"]
        schema.update(others[0])
