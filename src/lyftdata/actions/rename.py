"""`rename`: give fields other names, or move them elsewhere in the event."""

from __future__ import annotations

from typing import Any, ClassVar

from lyftdata.actions import _paths as fieldwork
from lyftdata.core.errors import EventError
from lyftdata.core.event import MISSING, Json, get_path, remove_path, split_path
from lyftdata.spec.component import (
    ActionDef,
    ActionSpec,
    ActionTools,
    Code,
    Example,
    Step,
    Touches,
)
from lyftdata.spec.types import FieldPath

_MAX_INLINE = 2


class RenameSpec(ActionSpec):
    """Renames fields. Within one object the field keeps its place; elsewhere it goes to the end."""

    ordered_maps: ClassVar[frozenset[str]] = frozenset({"fields"})

    fields: dict[FieldPath, FieldPath]
    """Old path -> new path, done one after the other in the order written. Missing objects on the
    way to the new path are created."""
    overwrite: bool = False
    """Whether a field that stands at the new path already is replaced. Otherwise nothing is renamed
    and a warning is counted."""
    suppress_warnings: bool = False
    """Count no warning for a missing field or a taken name."""


def prepare(spec: RenameSpec, tools: ActionTools) -> Step:
    """The step: the event, rebuilt where a top-level key changes its name."""
    pairs = tuple(spec.fields.items())
    overwrite, quiet = spec.overwrite, spec.suppress_warnings

    def step(event: Json) -> Json:
        for old, new in pairs:
            if get_path(event, old) is MISSING:
                fieldwork.warn_missing(tools, old, quiet=quiet)
            elif old != new and not overwrite and get_path(event, new) is not MISSING:
                if not quiet:
                    tools.warn("field-exists", tools.place, field=new)
            elif old != new:
                event = renamed(event, old, new)
        return event

    return step


def renamed(event: Json, old: str, new: str) -> Json:
    """The event with what stands at `old` standing at `new`. Raises `EventError`."""
    source, target = _place(event, old), _place(event, new)
    parent: Any = event
    for part in source[:-1]:
        parent = parent[int(part) if isinstance(parent, list) else part]
    if source[:-1] == target[:-1] and isinstance(parent, dict):
        return _in_place(event, parent, source[-1], target[-1])
    value = remove_path(event, old)
    try:
        fieldwork.write_field(event, new, value)
    except EventError:
        if isinstance(parent, list):
            parent.insert(int(source[-1]), value)
        else:
            parent[source[-1]] = value
        raise
    return event


def _place(event: Json, path: str) -> tuple[str, ...]:
    return (path,) if path in event else split_path(path)


def _in_place(event: Json, parent: Json, old: str, new: str) -> Json:
    if old == new:
        return event
    rebuilt = {(new if key == old else key): value for key, value in parent.items() if key != new}
    if parent is event:
        return rebuilt
    parent.clear()
    parent.update(rebuilt)
    return event


def emit(spec: RenameSpec, code: Code, tools: ActionTools) -> bool:
    """One rebuilding of the dict for the usual event; the step for any other."""
    pairs = spec.fields
    if not _is_simple(pairs):
        return False
    present = " and ".join([f"{old!r} in e" for old in pairs])
    free = " and ".join([f"{new!r} not in e" for new in pairs.values()])
    code.add(
        f"if {present} and {free}:",
        f"    e = {_rebuilt(code, pairs)}",
        "else:",
        f"    e = {code.bind(prepare(spec, tools))}(e)",
    )
    return True


def _rebuilt(code: Code, pairs: dict[str, str]) -> str:
    key, value = code.temp(), code.temp()
    if len(pairs) > _MAX_INLINE:
        get = code.bind(dict(pairs).get)
        return f"{{{get}({key}, {key}): {value} for {key}, {value} in e.items()}}"
    choices = "".join([f"{new!r} if {key} == {old!r} else " for old, new in pairs.items()])
    return f"{{({choices}{key}): {value} for {key}, {value} in e.items()}}"


def _is_simple(pairs: dict[str, str]) -> bool:
    """Whether all are plain top-level keys, each named once."""
    names = [*pairs, *pairs.values()]
    return len(set(names)) == len(names) and all(map(fieldwork.is_plain, names))


def _touches(spec: RenameSpec) -> Touches:
    names = [*spec.fields, *spec.fields.values()]
    flags = {"keys_only": True, "rebuilds": True} if _is_simple(spec.fields) else {}
    return fieldwork.touches(spec, reads=names, writes=names, flags=flags)


component = ActionDef(
    name="rename",
    spec=RenameSpec,
    touches=_touches,
    prepare=prepare,
    emit=emit,
    category="field editing",
    examples=(
        Example(
            title="A new name in the same place",
            config="fields: {msg: message}",
            given={"msg": "hi", "level": "info"},
            expect=({"message": "hi", "level": "info"},),
        ),
        Example(
            title="Out of an object and into another",
            config="fields: {http.status: status, /http/path: request.path}",
            given={"http": {"status": 200, "path": "/"}},
            expect=({"http": {}, "status": 200, "request": {"path": "/"}},),
        ),
        Example(
            title="A taken name is left alone",
            config="fields: {a: b}",
            given={"a": 1, "b": 2},
            expect=({"a": 1, "b": 2},),
        ),
        Example(
            title="No object can be made inside a text",
            config="fields: {a: b.c}",
            given={"a": 1, "b": "text"},
            expect=(),
            error="path-through-scalar",
        ),
    ),
    tolerates=(
        ("a field is missing", "nothing is renamed, warning `no-such-field`"),
        ("the new name is taken and `overwrite` is not set", "as it was, warning `field-exists`"),
        ("the new path leads through a value that is no object", "error `path-through-scalar`"),
    ),
)
