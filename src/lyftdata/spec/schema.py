"""The JSON Schema (2020-12) of job documents, made from the specs: completion, hover, forms.

What it cannot say (expressions, names of components that fit together) the linter says; values with
`{{name}}` in them are for the linter too.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from pydantic.json_schema import JsonSchemaMode, models_json_schema

from lyftdata.spec.base import Spec
from lyftdata.spec.job import JobHead
from lyftdata.spec.registry import Definition, Registry

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_REFS: Final = "#/$defs/{model}"
_MODE: Final[JsonSchemaMode] = "validation"
_WIDGETS: Final = {
    "field": "field",
    "lua-expression": "expression",
    "template": "template",
    "regex": "regex",
    "time-interval": "duration",
    "cron": "cron",
    "time-format": "time-format",
    "date-time": "date-time",
    "multiline-text": "multiline",
    "lua": "lua",
}
_TYPE_WIDGETS: Final = {
    "boolean": "switch",
    "integer": "number",
    "number": "number",
    "string": "text",
    "array": "list",
    "object": "map",
}


def job_schema(registry: Registry) -> dict[str, Any]:
    """The schema of a whole job document. `x-lyftdata` says the form's widget for every setting,
    and kind, name, title and category for every component."""
    specs: list[type[Spec]] = [JobHead, *(one.spec for one in registry.all())]
    refs, definitions = models_json_schema(
        [(spec, _MODE) for spec in dict.fromkeys(specs)], by_alias=True, ref_template=_REFS
    )
    blocks = definitions["$defs"]
    for block in blocks.values():
        _add_widgets(block)
    head = blocks.pop(refs[(JobHead, _MODE)]["$ref"].removeprefix("#/$defs/"))
    properties = head["properties"]
    for key, known in (("input", registry.inputs), ("output", registry.outputs)):
        properties[key] = _one_of(known, refs) | {"description": properties[key]["description"]}
    properties["actions"]["items"] = _one_of(registry.actions, refs)
    return {"$schema": DIALECT, "title": "LyftData job", **head, "$defs": blocks}


def component_schema(definition: Definition) -> dict[str, Any]:
    """The schema of one component's settings."""
    schema = definition.spec.model_json_schema(by_alias=True, ref_template=_REFS)
    for block in (schema, *schema.get("$defs", {}).values()):
        _add_widgets(block)
    return {"$schema": DIALECT, **schema, "x-lyftdata": _about(definition)}


def _one_of(known: Mapping[str, Definition], refs: Mapping[Any, Any]) -> dict[str, Any]:
    settings = {
        name: {
            **refs[(known[name].spec, _MODE)],
            "description": summary(known[name].spec),
            "x-lyftdata": _about(known[name]),
        }
        for name in sorted(known)
    }
    one_key = {
        "type": "object",
        "properties": settings,
        "additionalProperties": False,
        "minProperties": 1,
        "maxProperties": 1,
    }
    return {"anyOf": [one_key, {"enum": sorted(known)}]}


def _about(definition: Definition) -> dict[str, str]:
    title = definition.name.replace("-", " ").capitalize()
    return {
        "kind": definition.kind,
        "name": definition.name,
        "title": title,
        "category": definition.category,
    }


def summary(spec: type[Spec]) -> str:
    """The first sentence of what a block is for."""
    text = " ".join((spec.__doc__ or "").split())
    first, dot, _ = text.partition(". ")
    return first + dot.strip()


def _add_widgets(block: dict[str, Any]) -> None:
    for branch in (block, *block.get("anyOf", ())):
        for setting in branch.get("properties", {}).values():
            setting["x-lyftdata"] = {"widget": _widget(setting)}


def _widget(setting: Mapping[str, Any]) -> str:
    if "$ref" in setting:
        return "block"
    if "enum" in setting or "const" in setting:
        return "select"
    if setting.get("format") in _WIDGETS:
        return _WIDGETS[setting["format"]]
    kind = setting.get("type")
    return _TYPE_WIDGETS.get(kind, "any") if isinstance(kind, str) else "any"
