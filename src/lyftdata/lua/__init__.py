"""Users' own Lua 5.4, in a sandbox with limits: `script.run` texts and files of functions.

Beside `times`, below the engine. The only room that imports lupa.
"""

from lyftdata.lua.errors import InvalidScript, ScriptError
from lyftdata.lua.sandbox import Limits
from lyftdata.lua.script import Script, load_functions

__all__ = ["InvalidScript", "Limits", "Script", "ScriptError", "load_functions"]
