"""`script.run`: a Lua text that reads and assigns event fields as globals; and functions for `let`.

A field that the script sets to nil is removed, one set to `null` holds JSON null. Values that are
not assigned stay as they are, to the last digit. `_state` is a table that lives on between events.
Names of the Lua library (`type`, `string`...) mean the library when read, the field when assigned.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from lyftdata.core.event import Json, encode_json
from lyftdata.lua.crossing import Crossing
from lyftdata.lua.errors import InvalidScript, ScriptError
from lyftdata.lua.names import global_names
from lyftdata.lua.sandbox import Limits, LuaError, Sandbox, lua_type

MAX_NAMES: Final = 100
MAX_SCRIPT: Final = 1024 * 1024
_FORBIDDEN: Final = ("_ENV", "_G")
_DEFAULT_LIMITS: Final = Limits()


class Script:
    """A script with its own Lua state; not to be shared between threads."""

    def __init__(
        self,
        text: str,
        functions_file: Path | None = None,
        *,
        limits: Limits = _DEFAULT_LIMITS,
        seed: int = 0,
    ) -> None:
        """Compile `text`; `seed` starts `math.random`. Raises `InvalidScript`."""
        _check_size(text, "the script")
        self._sandbox = Sandbox(limits, seed=seed)
        if functions_file is not None:
            self._sandbox.load_functions(_read(functions_file), functions_file.name)
        chunk = self._sandbox.load(text, "run")
        self._crossing = Crossing(self._sandbox)
        reserved = self._sandbox.reserved
        names = global_names(text)
        for name in _FORBIDDEN:
            if name in names.used:
                raise InvalidScript(f"{name} is not available; name the fields themselves")
        self.names: tuple[str, ...] = tuple(name for name in names.used if name not in reserved)
        """Event fields that the script may read or write."""
        self._written = tuple(
            name for name in names.used if name in reserved and name in names.assigned
        )
        if len(self.names) + len(self._written) > MAX_NAMES:
            raise InvalidScript(f"the script names more than {MAX_NAMES} fields")
        self._run = self._sandbox.api.runner(chunk, _runner_source(self.names, self._written))

    def run(self, event: Json) -> None:
        """Run for one event and write the changes into it; `ScriptError` leaves it unchanged."""
        before = [event.get(name) for name in self.names]
        arguments = [
            value if type(value) is str or value is None else self._crossing.into(value, name)
            for name, value in zip(self.names, before, strict=True)
        ]
        changes: Json = {}
        try:
            results = self._run(*arguments)
            before += [event.get(name) for name in self._written]
            for name, old, new in zip(self.names + self._written, before, results, strict=False):
                if new is None or type(new) is not type(old) or new != old:
                    self._change(changes, name, old, new)
        except (LuaError, UnicodeError) as error:
            self._sandbox.fail(error)
        for name, value in changes.items():
            if value is _REMOVED:
                event.pop(name, None)
            else:
                event[name] = value

    def _change(self, changes: Json, name: str, old: Any, new: Any) -> None:
        if new is None:
            if old is not None and name not in self._written:
                changes[name] = _REMOVED
            return
        if lua_type(new) == "function":
            return  # a helper that the script defines for itself
        value = self._crossing.back(new, name, old)
        if not isinstance(value, dict | list) or encode_json(value) != encode_json(old):
            changes[name] = value


def load_functions(
    path: Path, *, limits: Limits = _DEFAULT_LIMITS, seed: int = 0
) -> dict[str, Callable[..., Any]]:
    """The global functions of a Lua file, by name, taking and giving JSON values.

    Each raises `ScriptError`; of several results the first counts. Raises `InvalidScript`.
    """
    sandbox = Sandbox(limits, seed=seed)
    sandbox.load_functions(_read(path), path.name)
    crossing = Crossing(sandbox)
    found = sandbox.api.user_functions()
    return {
        name: _callable(name, sandbox.api.calling(found[name]), sandbox, crossing)
        for name in sorted(found.keys())
    }


_REMOVED: Final = object()


def _callable(
    name: str, function: Callable[..., Any], sandbox: Sandbox, crossing: Crossing
) -> Callable[..., Any]:
    def call(*arguments: Any) -> Any:
        where = f"{name}()"
        with sandbox.guarded():
            return crossing.back(function(*[crossing.into(one, where) for one in arguments]), where)

    call.__name__ = name
    return call


def _runner_source(names: tuple[str, ...], written: tuple[str, ...]) -> str:
    parameters = [f"a{at}" for at in range(len(names))]
    assigns = [f'  rawset(event, "{name}", a{at})' for at, name in enumerate(names)]
    assigns += [f'  rawset(event, "{name}", nil)' for name in written]
    # Two more, so that the results are a tuple whatever the number of names.
    results = [f'rawget(event, "{name}")' for name in names + written]
    return "\n".join(
        [
            "local chunk, event, rawget, rawset, begin = ...",
            f"return function({', '.join(parameters)})",
            "  begin()",
            *assigns,
            "  chunk()",
            f"  return {', '.join([*results, 'true', 'true'])}",
            "end",
        ]
    )


def _read(path: Path) -> str:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidScript(f"cannot read {path}: {error}") from error
    _check_size(text, path.name)
    return text


def _check_size(text: str, what: str) -> None:
    if len(text) > MAX_SCRIPT:
        raise InvalidScript(f"{what} has {len(text)} characters; at most {MAX_SCRIPT}")


__all__ = ["Script", "ScriptError", "load_functions"]
