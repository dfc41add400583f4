"""The reference page of a component, from its spec, its tables and its examples. Markdown.

Nothing on the page is written by hand: a wrong page means a wrong docstring.
"""

from __future__ import annotations

import inspect
import json
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, get_args

import yaml
from pydantic.fields import FieldInfo

from lyftdata.spec.base import Spec, kebab
from lyftdata.spec.component import (
    ActionDef,
    Example,
    InputDef,
    InputExample,
    OutputDef,
    OutputExample,
)
from lyftdata.spec.docstrings import field_docs
from lyftdata.spec.options import Options
from lyftdata.spec.registry import Definition

_FORMATS: Final = {
    "field": "field",
    "lua-expression": "Lua expression",
    "template": "text with `${...}`",
    "regex": "regular expression",
    "time-interval": "duration",
    "cron": "cron",
    "time-format": "time format",
    "date-time": "time",
    "multiline-text": "text, several lines",
    "lua": "Lua script",
}
_TYPES: Final = {
    "boolean": "true or false",
    "integer": "whole number",
    "number": "number",
    "string": "text",
    "object": "map",
    "array": "list",
}


def component_page(definition: Definition) -> str:
    """The page: what it is for, its fields, what may go wrong, examples."""
    parts = [f"# {definition.kind.capitalize()} `{definition.name}`", _prose(definition.spec)]
    if definition.category:
        parts.append(f"Category: {definition.category}.")
    parts += ["## Settings", _table(definition.spec)]
    for name, block in _blocks(definition.spec):
        parts += [f"### `{name}`", _prose(block), _forms(block), _table(block)]
    parts.append(_forms(definition.spec))
    parts += _behaviour(definition)
    parts += _examples(definition)
    return "\n\n".join(part for part in parts if part) + "\n"


@dataclass(frozen=True, slots=True)
class FieldRow:
    """One setting as the table shows it."""

    key: str
    type: str
    default: str
    meaning: str


def field_rows(spec: type[Spec]) -> list[FieldRow]:
    """The settings of a block, in the order of the spec."""
    schema = spec.model_json_schema(by_alias=True)
    block = schema
    if "properties" not in block:
        block = next(one for one in schema.get("anyOf", (schema,)) if "properties" in one)
    return [
        FieldRow(
            key=_key(name, field),
            type=_type_words(block["properties"][_key(name, field)]),
            default=_default(block["properties"][_key(name, field)], field),
            meaning=" ".join(field_docs(spec).get(name, "").split()),
        )
        for name, field in spec.model_fields.items()
    ]


def _table(spec: type[Spec]) -> str:
    rows = field_rows(spec)
    if not rows:
        return "No settings."
    lines = ["| setting | type | default | meaning |", "| --- | --- | --- | --- |"]
    lines += [_row(f"`{row.key}`", row.type, row.default, row.meaning) for row in rows]
    return "\n".join(lines)


def _row(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _forms(spec: type[Spec]) -> str:
    lines = []
    if issubclass(spec, Options):
        lines.append("Exactly one of the settings is given.")
        lines += [f"The text `{text}` may stand alone for it." for text in spec.bare]
    if spec.shorthand:
        lines.append(f"A value in place of the block means `{spec.shorthand}`.")
    lines += [
        f"`{old}` is an old spelling of `{present}`." for old, present in spec.old_spellings.items()
    ]
    return " ".join(lines)


def _blocks(spec: type[Spec]) -> Iterator[tuple[str, type[Spec]]]:
    """The blocks inside a block, each once, with the key that first leads to it."""
    seen: set[type[Spec]] = {spec}
    waiting = [("", spec)]
    while waiting:
        prefix, outer = waiting.pop(0)
        for name, field in outer.model_fields.items():
            for inner in _specs_in(field.annotation):
                if inner in seen:
                    continue
                seen.add(inner)
                path = f"{prefix}{_key(name, field)}"
                yield path, inner
                waiting.append((f"{path}.", inner))


def _specs_in(annotation: Any) -> Iterator[type[Spec]]:
    if inspect.isclass(annotation) and issubclass(annotation, Spec):
        yield annotation
    for argument in get_args(annotation):
        yield from _specs_in(argument)


def _behaviour(definition: Definition) -> list[str]:
    if isinstance(definition, ActionDef) and definition.tolerates:
        lines = ["| what | then |", "| --- | --- |"]
        lines += [_row(what, then) for what, then in definition.tolerates]
        return ["## What may go wrong", "\n".join(lines)]
    if isinstance(definition, InputDef):
        again = "gives" if definition.replays else "does not give"
        return [f"After a crash it {again} exactly the same records again."]
    if isinstance(definition, OutputDef):
        copies = "exactly one copy" if definition.idempotent else "perhaps a second copy"
        return [f"A replay after a crash leaves {copies}."]
    return []


def _examples(definition: Definition) -> list[str]:
    parts: list[str] = ["## Examples"] if definition.examples else []
    for example in definition.examples:
        parts += [f"### {example.title}", _fenced(_config(definition.name, example.config))]
        parts += list(_story(example))
    return parts


def _story(example: Example | InputExample | OutputExample) -> Iterator[str]:
    if isinstance(example, InputExample):
        yield from _files("With the file", example.files)
    elif isinstance(example, Example):
        yield "Given"
        yield _json_lines((example.given,))
    else:
        yield "Given"
        yield _json_lines(example.given)
    if isinstance(example, OutputExample):
        yield from _files("there is then the file", example.files)
        if example.printed:
            yield "it prints"
            yield _fenced(example.printed, "text")
        return
    if isinstance(example, Example) and example.error:
        yield f"the event fails with `{example.error}`."
    elif example.expect:
        yield "gives"
        yield _json_lines(example.expect)
    else:
        yield "gives nothing."


def _files(words: str, files: Mapping[str, str]) -> Iterator[str]:
    for name, content in files.items():
        yield f"{words} `{name}`"
        yield _fenced(content, "text")


def _json_lines(events: tuple[dict[str, Any], ...]) -> str:
    return _fenced("\n".join(json.dumps(one, ensure_ascii=False) for one in events), "json")


def _fenced(text: str, language: str = "yaml") -> str:
    return f"```{language}\n{text.strip()}\n```"


def _config(name: str, config: str) -> str:
    """The settings below the component's name, as they stand in a job."""
    text = textwrap.dedent(config).strip()
    loaded = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506 - texts only, our own examples
    if not isinstance(loaded, dict) or text.startswith("{"):
        return f"{name}: {text}" if text else f"{name}: {{}}"
    return "\n".join([f"{name}:", *(f"  {line}".rstrip() for line in text.split("\n"))])


def _prose(spec: type[Spec]) -> str:
    return inspect.cleandoc(spec.__doc__ or "")


def _key(name: str, field: FieldInfo) -> str:
    return field.alias or kebab(name)


def _default(schema: Mapping[str, Any], field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    value = schema.get("default")
    return "" if value in (None, "", [], {}) else f"`{json.dumps(value, ensure_ascii=False)}`"


def _type_words(schema: Mapping[str, Any]) -> str:
    if "$ref" in schema:
        return "block"
    if "enum" in schema:
        return ", ".join(f"`{one}`" for one in schema["enum"])
    if schema.get("format") in _FORMATS:
        return _FORMATS[schema["format"]]
    kind = schema.get("type")
    if kind == "array":
        return f"list of {_type_words(schema.get('items', {}))}"
    if isinstance(schema.get("additionalProperties"), dict):
        return f"map to {_type_words(schema['additionalProperties'])}"
    return _TYPES.get(kind, "any value") if isinstance(kind, str) else "any value"
