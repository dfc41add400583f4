"""`filter`: let some events pass, drop the others."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

from lyftdata.actions import _paths as fieldwork
from lyftdata.core.event import Json, get_path
from lyftdata.spec.component import (
    ActionDef,
    ActionSpec,
    ActionTools,
    Code,
    Example,
    Step,
    Touches,
)
from lyftdata.spec.options import Options
from lyftdata.spec.types import Expr, FieldPath, Regex, Text

_EMPTY: Final[tuple[object, ...]] = (None, "", [], {})


class How(Options):
    """How events are judged: exactly one of these."""

    schema_: list[Text] | None = None
    """Names of top-level fields. An event passes when it has all of them and no others."""
    patterns: dict[FieldPath, Regex] | None = None
    """Field -> regular expression. An event passes when all match. A pattern matches anywhere in
    the text unless it is anchored (`^value$`); of a value that is no text its JSON is taken; a
    missing or null field does not match."""
    exclude: dict[FieldPath, Regex] | None = None
    """Field -> regular expression. An event passes when none matches; as in `patterns`."""
    empty: bool | None = None
    """True: an event without fields, or in which every field is an empty text, list or object or
    null, is dropped, all others pass. False: all pass."""
    expression: Expr | None = None
    """Lua expression over the event. An event passes when it is true (all but nil and false). When
    it cannot be computed the event is not dropped: it is an error of that event."""


class FilterSpec(ActionSpec):
    """Lets events pass that satisfy a test and drops the others."""

    how: How
    """The test."""
    discard_until: bool = False
    """Drop everything until the test passes for the first time, then let all through, the first
    included. This is remembered with the job's state, so that a restart does not begin anew."""

    def why_dropped(self) -> str:
        """The test that the event did not pass."""
        how = self.how
        if how.expression is not None:
            return f"not true: {how.expression.text}"
        if how.patterns is not None:
            return f"not all match: {_shown(how.patterns)}"
        if how.exclude is not None:
            return f"excluded: {_shown(how.exclude)}"
        if how.schema_ is not None:
            return f"its fields are not exactly {', '.join(how.schema_)}"
        return "nothing in it"


def _shown(patterns: dict[str, re.Pattern[str]]) -> str:
    return ", ".join(f"{path} {regex.pattern!r}" for path, regex in patterns.items())


def _touches(spec: FilterSpec) -> Touches:
    how = spec.how
    reads: Any = None
    if how.expression is not None:
        reads = how.expression.fields
    elif how.patterns is not None or how.exclude is not None:
        reads = (how.patterns or how.exclude or {}).keys()
    stateful = spec.discard_until or bool(how.expression and how.expression.uses_state)
    return fieldwork.touches(spec, reads=reads, flags={"drops": True, "state": stateful})


def _passes(spec: FilterSpec, tools: ActionTools) -> Callable[[Json], bool]:
    how = spec.how
    if how.expression is not None:
        return fieldwork.placed(how.expression, tools.place).compile_condition(tools)
    if how.patterns is not None:
        return _all_match(how.patterns)
    if how.exclude is not None:
        matches = [_all_match({path: regex}) for path, regex in how.exclude.items()]
        return lambda event: not any(match(event) for match in matches)
    if how.schema_ is not None:
        names = frozenset(how.schema_)
        return lambda event: event.keys() == names
    return _not_empty if how.empty else lambda event: True  # noqa: ARG005


def _all_match(patterns: dict[str, re.Pattern[str]]) -> Callable[[Json], bool]:
    def passes(event: Json) -> bool:
        for path, regex in patterns.items():
            text = fieldwork.text_of(get_path(event, path))
            if text is None or not regex.search(text):
                return False
        return True

    return passes


def _not_empty(event: Json) -> bool:
    return any(value not in _EMPTY for value in event.values())


def prepare(spec: FilterSpec, tools: ActionTools) -> Step:
    """The step: the event itself, or None."""
    passes = _passes(spec, tools)
    if not spec.discard_until:
        return lambda event: event if passes(event) else None
    counters, key = tools.counters, f"{tools.place}.passed"

    def until(event: Json) -> Json | None:
        if not counters.get(key):
            if not passes(event):
                return None
            counters[key] = 1
        return event

    return until


def emit(spec: FilterSpec, code: Code, tools: ActionTools) -> bool:
    """All tests but `empty`; not with `discard-until`."""
    how = spec.how
    if spec.discard_until:
        return False
    if how.expression is not None:
        expression = fieldwork.placed(how.expression, tools.place)
        code.add(f"if not {expression.condition_source('e', code.bind)}: {code.DROP}")
    elif how.schema_ is not None:
        code.add(f"if e.keys() != {code.bind(frozenset(how.schema_))}: {code.DROP}")
    elif how.patterns is not None:
        _emit_patterns(how.patterns, code, wanted=True)
    elif how.exclude is not None:
        _emit_patterns(how.exclude, code, wanted=False)
    else:
        return how.empty is False
    return True


def _emit_patterns(patterns: dict[str, re.Pattern[str]], code: Code, *, wanted: bool) -> None:
    as_text = code.bind(fieldwork.text_of)
    for path, regex in patterns.items():
        text, search = code.temp(), code.bind(regex.search)
        code.add(
            f"{text} = {fieldwork.read_source(code, path)}",
            f"if type({text}) is not str: {text} = {as_text}({text})",
        )
        test = f"{text} is None or {search}({text}) is None"
        code.add(f"if {test if wanted else f'not ({test})'}: {code.DROP}")


component = ActionDef(
    name="filter",
    spec=FilterSpec,
    touches=_touches,
    prepare=prepare,
    emit=emit,
    category="flow",
    examples=(
        Example(
            title="Keep what an expression says",
            config="how: {expression: status >= 500}",
            given={"status": 503, "path": "/"},
            expect=({"status": 503, "path": "/"},),
        ),
        Example(
            title="Drop by pattern",
            config="how: {exclude: {path: '^/health$'}}",
            given={"path": "/health"},
            expect=(),
        ),
        Example(
            title="A field that is missing matches no pattern",
            config="how: {patterns: {level: 'ERROR|FATAL'}}",
            given={"message": "ok"},
            expect=(),
        ),
        Example(
            title="Only events with just these fields",
            config="how: {schema: [a, b]}",
            given={"a": 1, "b": 2, "c": 3},
            expect=(),
        ),
        Example(
            title="A test that cannot be computed drops nothing",
            config="how: {expression: status >= 500}",
            given={"status": "n/a"},
            expect=(),
            error="evaluation-error",
        ),
    ),
    tolerates=(
        ("a field of `patterns` or `exclude` is missing or null", "it does not match"),
        ("the expression cannot be computed", "error `evaluation-error`"),
    ),
)
