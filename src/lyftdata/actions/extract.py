"""`extract`: fields out of a text by a regular expression."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from lyftdata.actions import _paths as fieldwork
from lyftdata.core.event import MISSING, Json, get_path, remove_path
from lyftdata.spec.component import (
    ActionDef,
    ActionSpec,
    ActionTools,
    Code,
    Example,
    Step,
    Touches,
)
from lyftdata.spec.types import FieldPath, Regex, Text

_PLACEHOLDER: Final = re.compile(r"\$(?:\$|(?P<number>[0-9]+)|\{(?P<name>[^}]*)\})")


class ExtractSpec(ActionSpec):
    """Takes parts of a text apart with a regular expression. What it finds replaces fields that
    exist already."""

    input_field: FieldPath = fieldwork.RAW
    """The text to search. Of a value that is no text its JSON is searched."""
    pattern: Regex
    """Regular expression, found anywhere in the text unless anchored (`^...$`). Named groups
    (`(?<name>...)`) become fields of that name. A group that took no part sets nothing."""
    output_fields: list[FieldPath] = Field(default_factory=list)
    """Fields for the unnamed groups, in order; unnamed groups beyond the list are not kept."""
    output_pattern: Text | None = None
    """A text to build instead of fields for the groups: `$0` is the whole match, `$1` or `${1}`, or
    `${name}` a group, `$$` a dollar sign. It goes to the one field of `output-fields`, without one
    back to the input field."""
    remove: bool = False
    """Remove the input field after a match."""
    drop: bool = False
    """Drop events that do not match, also those without the input field."""
    suppress_warnings: bool = False
    """Count no warning for an event that does not match."""
    warnings: bool | None = None
    """Older spelling: `false` means `suppress-warnings: true`."""

    @model_validator(mode="after")
    def _fits_the_pattern(self) -> ExtractSpec:
        if self.output_pattern is not None:
            _check_output_pattern(self.output_pattern, self)
        elif len(self.output_fields) > len(_unnamed(self.pattern)):
            count = len(_unnamed(self.pattern))
            text = (
                f"{len(self.output_fields)} names for the {count} unnamed groups of the pattern;"
                " remove a name or add a group"
            )
            raise PydanticCustomError("output-fields", "{text}", {"text": text})
        return self

    @property
    def quiet(self) -> bool:
        """Whether a miss counts no warning."""
        return self.suppress_warnings or self.warnings is False


def _check_output_pattern(text: str, spec: ExtractSpec) -> None:
    fault = ""
    if len(spec.output_fields) > 1:
        fault = "output-pattern gives one text: name one output field at most"
    for found in _PLACEHOLDER.finditer(text):
        group = _group_of(found)
        if group is None:
            continue
        known = group in spec.pattern.groupindex or (
            isinstance(group, int) and group <= spec.pattern.groups
        )
        if not known:
            fault = f"the pattern has no group for {found[0]}; write $$ for a dollar sign"
    if fault:
        raise PydanticCustomError("output-pattern", "{text}", {"text": fault})


def _group_of(found: re.Match[str]) -> str | int | None:
    name: str | None = found["number"] or found["name"]
    if name is None:
        return "" if found[0] == "${}" else None
    return int(name) if name.isascii() and name.isdigit() else name


def _unnamed(pattern: re.Pattern[str]) -> list[int]:
    named = set(pattern.groupindex.values())
    return [group for group in range(1, pattern.groups + 1) if group not in named]


def _outputs(spec: ExtractSpec) -> dict[int, str]:
    """Group -> field, in the order of the groups."""
    found = {group: name for name, group in spec.pattern.groupindex.items()}
    found |= dict(zip(_unnamed(spec.pattern), spec.output_fields, strict=False))
    return dict(sorted(found.items()))


def _setter(spec: ExtractSpec) -> Callable[[Json, re.Match[str]], None]:
    if spec.output_pattern is not None:
        target = spec.output_fields[0] if spec.output_fields else spec.input_field
        template = spec.output_pattern
        return lambda event, match: fieldwork.write_field(event, target, _built(template, match))
    outputs = tuple(_outputs(spec).items())

    def set_groups(event: Json, match: re.Match[str]) -> None:
        for group, path in outputs:
            if match[group] is not None:
                fieldwork.write_field(event, path, match[group])

    return set_groups


def _built(template: str, match: re.Match[str]) -> str:
    def part(found: re.Match[str]) -> str:
        group = _group_of(found)
        return "$" if group is None else match[group] or ""

    return _PLACEHOLDER.sub(part, template)


def prepare(spec: ExtractSpec, tools: ActionTools) -> Step:
    """The step: the event with the groups as fields; None for a miss with `drop`."""
    search, path, remove = spec.pattern.search, spec.input_field, spec.remove
    set_groups, miss = _setter(spec), _misser(spec, tools)

    def step(event: Json) -> Json | None:
        value = get_path(event, path)
        text = fieldwork.text_of(value)
        match = None if text is None else search(text)
        if match is None:
            return miss(event, value)
        if remove:
            remove_path(event, path)
        set_groups(event, match)
        return event

    return step


def _misser(spec: ExtractSpec, tools: ActionTools) -> Callable[[Json, Any], Json | None]:
    path, drop, quiet = spec.input_field, spec.drop, spec.quiet

    def miss(event: Json, value: Any) -> Json | None:
        if drop:
            return None
        if value is MISSING or value is None:
            fieldwork.warn_missing(tools, path, quiet=quiet)
        elif not quiet:
            tools.warn("pattern-no-match", tools.place, field=path, value=value)
        return event

    return miss


def emit(spec: ExtractSpec, code: Code, tools: ActionTools) -> bool:
    """The search in place, then one assignment of all groups; `output-pattern` uses the step."""
    outputs = _outputs(spec)
    if spec.output_pattern is not None or not outputs:
        return False
    text, match = code.temp(), code.temp()
    search = f"{code.bind(spec.pattern.search)}({text})"
    other = f"{code.bind(_searcher(spec.pattern))}({text})"
    code.add(
        f"{text} = {fieldwork.read_source(code, spec.input_field)}",
        f"{match} = {search} if type({text}) is str else {other}",
        f"if {match} is None:",
    )
    if spec.drop:
        code.add(f"    {code.DROP}")
    else:
        code.add(f"    {code.bind(_misser(spec, tools))}(e, {text})")
    code.add("else:")
    if spec.remove:
        path = spec.input_field
        plain = fieldwork.is_plain(path)
        gone = f"del e[{path!r}]" if plain else f"{code.bind(remove_path)}(e, {path!r})"
        code.add(f"    {gone}")
    code.add(*[f"    {line}" for line in _assignment(spec, code, match, outputs)])
    return True


def _searcher(pattern: re.Pattern[str]) -> Callable[[Any], re.Match[str] | None]:
    def search(value: Any) -> re.Match[str] | None:
        text = fieldwork.text_of(value)
        return None if text is None else pattern.search(text)

    return search


def _assignment(spec: ExtractSpec, code: Code, match: str, outputs: dict[int, str]) -> list[str]:
    slow = f"{code.bind(_setter(spec))}(e, {match})"
    if not all(map(fieldwork.is_plain, outputs.values())):
        return [slow]
    groups = code.temp()
    every = len(outputs) == spec.pattern.groups
    wanted = "groups()" if every else f"group({', '.join(map(str, outputs))})"
    targets = ", ".join([f"e[{path!r}]" for path in outputs.values()])
    if len(outputs) == 1:
        return [
            f"{groups} = {match}.group({next(iter(outputs))})",
            f"if {groups} is not None: {targets} = {groups}",
        ]
    return [
        f"{groups} = {match}.{wanted}",
        f"if None in {groups}: {slow}",
        f"else: {targets} = {groups}",
    ]


def _touches(spec: ExtractSpec) -> Touches:
    writes = [*_outputs(spec).values()]
    if spec.output_pattern is not None:
        writes = [*spec.output_fields] or [spec.input_field]
    if spec.remove:
        writes.append(spec.input_field)
    return fieldwork.touches(
        spec, reads=[spec.input_field], writes=writes, flags={"drops": spec.drop}
    )


component = ActionDef(
    name="extract",
    spec=ExtractSpec,
    touches=_touches,
    prepare=prepare,
    emit=emit,
    category="parsing",
    examples=(
        Example(
            title="Named groups become fields",
            config=r"{pattern: '^(?<ip>\S+) (?<method>[A-Z]+)', remove: true}",
            given={"_raw": "10.0.0.1 GET /"},
            expect=({"ip": "10.0.0.1", "method": "GET"},),
        ),
        Example(
            title="Unnamed groups, named by a list",
            config=r"{input-field: at, pattern: '(\d+):(\d+)', output-fields: [hour, minute]}",
            given={"at": "T12:30"},
            expect=({"at": "T12:30", "hour": "12", "minute": "30"},),
        ),
        Example(
            title="A text built anew",
            config=r"{input-field: user, pattern: '(\w+)@(\w+)', output-pattern: '$2/${1}'}",
            given={"user": "ada@corp"},
            expect=({"user": "corp/ada"},),
        ),
        Example(
            title="A miss leaves the event as it is",
            config=r"pattern: '^(?<n>\d+)$'",
            given={"_raw": "none"},
            expect=({"_raw": "none"},),
        ),
        Example(
            title="No object can be made inside a text",
            config=r"{pattern: '(\d+)', output-fields: [_raw.number]}",
            given={"_raw": "n 5"},
            expect=(),
            error="path-through-scalar",
        ),
    ),
    tolerates=(
        ("the input field is missing or null", "unchanged, warning `no-such-field`"),
        ("the pattern does not match", "unchanged, warning `pattern-no-match`"),
        ("either of these and `drop` is set", "the event is dropped"),
        ("an output path leads through a value that is no object", "error `path-through-scalar`"),
    ),
)
