"""SIGTERM and SIGINT set the engine's stop signal; it is made to be set inside a handler."""

from __future__ import annotations

import os
import signal
from types import FrameType, TracebackType
from typing import Any, Final

from lyftdata.engine.ports import StopSignal

SIGNALS: Final = (signal.SIGTERM, signal.SIGINT)
INSISTED: Final = 130


class StopOnSignals:
    """While entered, both signals ask for a stop. Use it in the main thread only.

    With `insist`, a second signal ends the process at once (a user who presses Ctrl-C again); what
    was in flight is done again at the next start.
    """

    def __init__(self, *, insist: bool = False) -> None:
        self._stop = StopSignal()
        self._insist = insist
        self._old: dict[signal.Signals, Any] = {}

    def __enter__(self) -> StopSignal:
        self._old = {number: signal.signal(number, self._handle) for number in SIGNALS}
        return self._stop

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for number, handler in self._old.items():
            signal.signal(number, handler)

    def _handle(self, _number: int, _frame: FrameType | None) -> None:
        if self._insist and self._stop.is_set():
            os._exit(INSISTED)
        self._stop.set()
