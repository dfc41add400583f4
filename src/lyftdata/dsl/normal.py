"""The normalised model of a component, which is what hashes are made of.

Present spellings, defaults filled in, durations as text in whole units; a map whose order means
something becomes a list of pairs, so that sorting keys cannot lose it.
"""

from __future__ import annotations

from typing import Any

from lyftdata.dsl.blocks import Block
from lyftdata.spec.base import Spec, kebab
from lyftdata.spec.component import ActionSpec


def normal_block(block: Block) -> list[Any]:
    """Name and settings of a component, without its description."""
    settings = normal_spec(block.spec)
    if isinstance(block.spec, ActionSpec):
        settings.pop("description", None)
    return [block.name, settings]


def normal_spec(spec: Spec) -> dict[str, Any]:
    """All settings of a block as JSON values."""
    normal: dict[str, Any] = _normal(spec, spec.model_dump(mode="json", by_alias=True))
    return normal


def _normal(value: Any, dumped: Any) -> Any:
    if isinstance(value, Spec):
        result = {}
        for name, field in type(value).model_fields.items():
            key = field.alias or kebab(name)
            inner = _normal(getattr(value, name), dumped[key])
            ordered = key in value.ordered_maps and isinstance(inner, dict)
            result[key] = [list(pair) for pair in inner.items()] if ordered else inner
        return result
    if isinstance(value, dict) and isinstance(dumped, dict):
        pairs = zip(value.values(), dumped.items(), strict=True)
        return {key: _normal(one, text) for one, (key, text) in pairs}
    if isinstance(value, list | tuple) and isinstance(dumped, list):
        return [_normal(one, text) for one, text in zip(value, dumped, strict=True)]
    return dumped
