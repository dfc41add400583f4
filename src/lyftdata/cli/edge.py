"""The process edge of both commands: errors become one line with code and fix, and an exit code.

0 done; 1 the answer is no; 2 wrong usage; 4 the jobs directory is taken; 5 not allowed;
6 waited too long; 130 interrupted. LYFTDATA_DEBUG=1 shows tracebacks.
"""

from __future__ import annotations

import os
import sys
import traceback
from typing import Final

import typer

from lyftdata import __version__
from lyftdata.core.errors import Denied, Invalid, LyftError, NotSignedIn

OK: Final = 0
NO: Final = 1
USAGE: Final = 2
TAKEN: Final = 4
NOT_ALLOWED: Final = 5
TIMED_OUT: Final = 6
INTERRUPTED: Final = 130
EXITS: Final = {"jobs-dir-locked": TAKEN, "bad-setting": USAGE, "wait-timeout": TIMED_OUT}


def at_the_edge(app: typer.Typer) -> int:
    """Run the app on the process's arguments and return the exit code."""
    try:
        code = app(standalone_mode=False)
    except LyftError as error:
        return told(error)
    except (KeyboardInterrupt, typer.Abort):
        say("interrupted")
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read us is satisfied; nothing may be flushed to the closed pipe at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return OK
    except Exception as error:  # noqa: BLE001 - the process edge
        return _unexpected(error)
    return code if isinstance(code, int) else OK


def told(error: LyftError) -> int:
    """Print what is wrong on standard error; the exit code for it."""
    if isinstance(error, Invalid):
        for diagnostic in error.diagnostics:
            say(str(diagnostic))
        return NO
    say(f"error: {error.kind}: {error}")
    if isinstance(error, NotSignedIn | Denied):
        return NOT_ALLOWED
    return EXITS.get(error.kind, NO)


def say(text: str) -> None:
    """One line on standard error."""
    print(text, file=sys.stderr)


def print_version(value: bool) -> None:  # noqa: FBT001 - Typer calls it so
    """Print the version and end, for `--version`."""
    if value:
        print(__version__)
        raise typer.Exit


def _unexpected(error: Exception) -> int:
    show = getattr(error, "show", None)
    if show is not None:  # a usage error of Typer's: it knows how to show itself
        show()
        return int(getattr(error, "exit_code", USAGE))
    if os.environ.get("LYFTDATA_DEBUG"):
        traceback.print_exc()
    say(f"error: internal-error: {type(error).__name__}: {error}")
    say("this is a fault of ours; run it again with LYFTDATA_DEBUG=1 and report what it prints")
    return NO
