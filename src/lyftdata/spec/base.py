"""`Spec`: a closed, frozen block of settings as a person writes it in YAML.

The docstring of the class says what the block is for, the string under each field what it means
and its unit; both become the reference page, the JSON Schema, hover texts and the editor form.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, model_validator


def kebab(name: str) -> str:
    """The YAML key of a Python field: `fixed_size` is written `fixed-size`, `json_` as `json`."""
    return name.rstrip("_").replace("_", "-")


class Spec(BaseModel):
    """Base of every block that people write. Unknown keys are errors."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        alias_generator=kebab,
        validate_by_alias=True,
        validate_by_name=False,
        use_attribute_docstrings=True,
        arbitrary_types_allowed=True,
    )

    old_spellings: ClassVar[Mapping[str, str]] = {}
    """Further keys that are accepted: old key -> present key."""
    ordered_maps: ClassVar[frozenset[str]] = frozenset()
    """Keys of the maps whose order means something (`let`, `output-fields`)."""
    shorthand: ClassVar[str] = ""
    """Key that a bare scalar or list stands for: `cron: "0 0 * * * *"` means `{cron: ...}`."""

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
