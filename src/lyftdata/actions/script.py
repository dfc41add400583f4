"""`script`: fields by expressions (`let`) and by Lua (`run`)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any, ClassVar, Final

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from lyftdata.actions import _paths as fieldwork
from lyftdata.core.errors import EventError
from lyftdata.core.event import MISSING, Json, get_path
from lyftdata.expressions import Expression
from lyftdata.lua import Script, load_functions
from lyftdata.lua.names import global_names
from lyftdata.spec.component import (
    ActionDef,
    ActionSpec,
    ActionTools,
    Code,
    Example,
    Step,
    Touches,
)
from lyftdata.spec.types import Expr, FieldPath, LuaText, Text

INIT: Final = "init.lua"


class ScriptSpec(ActionSpec):
    """Computes fields: first `run`, then each `let`, for every event that meets the condition."""

    ordered_maps: ClassVar[frozenset[str]] = frozenset({"let"})

    run: LuaText | None = None
    """Lua 5.4, run in a sandbox for each event before the lets. Fields are global variables: what
    is assigned is written to the event (`overwrite` does not matter here), nil removes, `null` is
    JSON null. `_state` is a table that stays from event to event as long as the job runs. It cannot
    keep the lets from being computed; when it fails, the event is an error and nothing is set."""
    let: dict[FieldPath, Expr] = Field(default_factory=dict)
    """Field -> Lua expression over the event, computed in the order written: later ones see what
    earlier ones have set. Nil sets nothing. An expression that cannot be computed leaves its field
    as it is, and counts a warning."""
    overwrite: bool = False
    """Whether `let` replaces fields that exist; otherwise they are left alone and their expressions
    not computed."""
    load: Text | None = None
    """Path of a Lua file whose functions `run` and `let` may call; a relative one starts at the
    folder that the job runs in. Without it, `init.lua` in that folder is loaded if there is one;
    name it here when the job is checked where that file is not."""

    @model_validator(mode="after")
    def _does_something(self) -> ScriptSpec:
        if self.run is not None or self.let or self.load is not None:
            return self
        text = "this computes nothing; give run or let"
        raise PydanticCustomError("nothing-to-do", "{text}", {"text": text})


class _WithFunctions:
    """The action's tools, with the functions of its file."""

    def __init__(self, tools: ActionTools, functions: Mapping[str, Callable[..., Any]]) -> None:
        self._tools = tools
        self.functions = functions

    def __getattr__(self, name: str) -> Any:
        return getattr(self._tools, name)


def _tools(spec: ScriptSpec, tools: ActionTools) -> Any:
    path = _functions_file(spec)
    if path is None or not any(one.user_functions for one in spec.let.values()):
        return tools
    return _WithFunctions(tools, {**tools.functions, **load_functions(path, seed=_seed(tools))})


def _functions_file(spec: ScriptSpec) -> Path | None:
    if spec.load is not None:
        return Path(spec.load)
    return Path(INIT) if Path(INIT).is_file() else None


def _seed(tools: ActionTools) -> int:
    return int.from_bytes(tools.random.randbytes(4), "big")


def prepare(spec: ScriptSpec, tools: ActionTools) -> Step:
    """The step: the event with the fields set. Raises `InvalidScript` here, `ScriptError` there."""
    run = None
    if spec.run is not None:
        run = Script(spec.run, _functions_file(spec), seed=_seed(tools)).run
    reach = _tools(spec, tools)
    lets = [
        (path, _placed(expression, path, tools).compile(reach))
        for path, expression in spec.let.items()
    ]
    overwrite = spec.overwrite

    def step(event: Json) -> Json:
        if run is not None:
            run(event)
        for path, compute in lets:
            if overwrite or get_path(event, path) is MISSING:
                _let(tools, event, path, compute)
        return event

    return step


def _let(tools: ActionTools, event: Json, path: str, compute: Callable[[Json], Any]) -> None:
    try:
        value = compute(event)
    except EventError as error:
        _failed(tools, path)(error)
        return
    if value is not None:
        fieldwork.write_field(event, path, _own(value))


def _failed(tools: ActionTools, path: str) -> Callable[[EventError], None]:
    return lambda error: tools.warn("let-failed", tools.place, field=path, reason=str(error))


def _own(value: Any) -> Any:
    """The value, as a copy where the event might hold it elsewhere too."""
    return deepcopy(value) if isinstance(value, dict | list) else value


def _placed(expression: Expression, path: str, tools: ActionTools) -> Expression:
    return fieldwork.placed(expression, f"{tools.place}.let.{path}")


def emit(spec: ScriptSpec, code: Code, tools: ActionTools) -> bool:
    """Each let in place; Lua has a state of its own, so that what calls it uses the step."""
    if spec.run is not None or any(one.user_functions for one in spec.let.values()):
        return False
    for path, expression in spec.let.items():
        source = _placed(expression, path, tools).source("e", code.bind)
        lines = _let_lines(code, path, source, code.bind(_failed(tools, path)))
        if spec.overwrite:
            code.add(*lines)
        else:
            code.add(f"if {fieldwork.lacks_source(code, path)}:", *[f"    {one}" for one in lines])
    return True


def _let_lines(code: Code, path: str, source: str, failed: str) -> list[str]:
    value, error = code.temp(), code.temp()
    own = code.bind(_own)
    return [
        "try:",
        f"    {value} = {source}",
        f"except {code.bind(EventError)} as {error}:",
        f"    {failed}({error})",
        "else:",
        f"    if type({value}) is dict or type({value}) is list: {value} = {own}({value})",
        f"    if {value} is not None: {fieldwork.write_source(code, path, value)}",
    ]


def _touches(spec: ScriptSpec) -> Touches:
    names = global_names(spec.run or "").used
    reads = {*names, *(path for one in spec.let.values() for path in one.fields)}
    if not spec.overwrite:
        reads |= spec.let.keys()
    state = spec.run is not None or any(one.uses_state for one in spec.let.values())
    return fieldwork.touches(spec, reads=reads, writes=[*names, *spec.let], flags={"state": state})


component = ActionDef(
    name="script",
    spec=ScriptSpec,
    touches=_touches,
    prepare=prepare,
    emit=emit,
    category="derive",
    examples=(
        Example(
            title="Fields by expressions, in order",
            config="let: {kib: bytes / 1024, large: kib > 1}",
            given={"bytes": 2048},
            expect=({"bytes": 2048, "kib": 2.0, "large": True},),
        ),
        Example(
            title="Lua before the lets",
            config="{run: 'if level == nil then level = \"info\" end', let: {upper: upper(level)}}",
            given={"message": "hi"},
            expect=({"message": "hi", "level": "info", "upper": "INFO"},),
        ),
        Example(
            title="What exists is kept; what cannot be computed stays unset",
            config="let: {a: '2', b: a + text}",
            given={"a": 1, "text": "x"},
            expect=({"a": 1, "text": "x"},),
        ),
        Example(
            title="A script that fails is an error of the event",
            config="run: n = n + 1",
            given={"other": 1},
            expect=(),
            error="script-error",
        ),
    ),
    tolerates=(
        ("a `let` cannot be computed", "its field stays as it is, warning `let-failed`"),
        ("`run` fails or goes beyond its limits", "error `script-error` or `script-limit`"),
        ("`run` uses an integer beyond 64 bits", "error `lua-integer-range`"),
        ("a path leads through a value that is no object", "error `path-through-scalar`"),
        ("the file to load is missing or no Lua", "the job does not start, `invalid-script`"),
    ),
)
