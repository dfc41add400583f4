"""One Lua 5.4 state without a way out, bounded in instructions, time and memory.

What C code does between two instructions is not counted; `patterns.lua` matches in Lua what could
take long there. The job process has a watchdog and a memory limit of its own besides.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING, Any, NoReturn

from lupa import lua54  # type: ignore[import-untyped]

from lyftdata.lua.errors import InvalidScript, ScriptError

if TYPE_CHECKING:
    from collections.abc import Iterator

LuaError = lua54.LuaError
"""What a call into Lua raises."""
lua_type: Callable[[Any], str | None] = lua54.lua_type
"""Lua's type of an object that came out of Lua; None for what is no Lua object."""

_BOOTSTRAP, _PATTERNS = (
    files("lyftdata.lua").joinpath(name).read_text(encoding="utf-8")
    for name in ("sandbox.lua", "patterns.lua")
)


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of a script: per call, but for the memory, which is that of the whole state."""

    instructions: int = 10_000_000
    """Lua instructions per call, counted in steps of 1000."""
    seconds: float = 1.0
    """Seconds of computing per call."""
    memory: int = 64 * 1024 * 1024
    """Bytes of all that the script holds."""


class Sandbox:
    """A Lua state with the allowed library; `api` holds the functions of `sandbox.lua`."""

    def __init__(self, limits: Limits, *, seed: int) -> None:
        self.limits = limits
        self._runtime = lua54.LuaRuntime(
            register_eval=False,
            register_builtins=False,
            unpack_returned_tuples=True,
            attribute_handlers=(_no_access, _no_access),
            max_memory=limits.memory,
        )
        step = max(1, min(1000, limits.instructions))
        arguments = (limits.instructions, limits.seconds, step, limits.memory, seed, _PATTERNS)
        self.api: Any = self._runtime.compile(_BOOTSTRAP)(*arguments)
        self.table_from: Callable[[Any], Any] = self._runtime.table_from

    @property
    def reserved(self) -> frozenset[str]:
        """Names of the library and of the user's functions: never event fields."""
        return frozenset(self.api.library.keys()) | frozenset(self.api.user_functions().keys())

    def load(self, text: str, name: str, *, as_functions: bool = False) -> Any:
        """The compiled chunk. Raises `InvalidScript`."""
        try:
            loaded = self.api.compile(text, name, as_functions)
        except (LuaError, UnicodeEncodeError) as error:
            raise InvalidScript(f"{name}: {error}") from error
        if isinstance(loaded, tuple):
            raise InvalidScript(str(loaded[1]))
        return loaded

    def load_functions(self, text: str, name: str) -> None:
        """Run a file of functions, so that scripts of this sandbox can call them."""
        chunk = self.load(text, name, as_functions=True)
        try:
            with self.guarded():
                self.api.begin()
                chunk()
        except ScriptError as error:
            raise InvalidScript(str(error)) from error

    @contextmanager
    def guarded(self) -> Iterator[None]:
        """Turn what Lua raises into `ScriptError`."""
        try:
            yield
        except (LuaError, UnicodeError) as error:
            self.fail(error)

    def fail(self, error: Exception) -> NoReturn:
        """Raise the `ScriptError` for what a call into Lua raised."""
        if isinstance(error, lua54.LuaMemoryError):
            self._runtime.gccollect()
            message = f"the script holds more than {self.limits.memory} bytes"
            raise ScriptError(message, code="script-limit") from error
        if isinstance(error, UnicodeError):
            raise ScriptError(f"the script made a text that is no UTF-8: {error}") from error
        stopped = self.api.why()
        if stopped:
            message = f"the script was stopped: {stopped}"
            raise ScriptError(message, code="script-limit") from error
        text = str(error).partition("\nstack traceback:")[0]
        raise ScriptError(text or "the script raised an error that is no text") from error


def _no_access(*_: object) -> NoReturn:
    raise AttributeError("no access")
