"""Tries something again while the outside world says no, as a `RetryPolicy` says."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from lyftdata.core.clock import Clock
from lyftdata.core.errors import PermanentError, TemporaryError
from lyftdata.engine.ports import Reporter, StopSignal
from lyftdata.spec.component import RetryPolicy

T = TypeVar("T")


class Stopped(Exception):
    """A stop was asked for while something was being tried again."""


class Retrier:
    """Counts and logs tries; `retries` grows by one for each."""

    def __init__(
        self, reporter: Reporter, stop: StopSignal, clock: Clock, drain_s: float = 0.0
    ) -> None:
        """After a stop it goes on trying for `drain_s` seconds."""
        self._reporter = reporter
        self._stop = stop
        self._clock = clock
        self._drain_ns = int(drain_s * 1e9)
        self._give_up_ns: int | None = None
        self.retries = 0

    def run(self, what: str, policy: RetryPolicy, call: Callable[[], T]) -> T:
        """The result of `call`. Raises `Stopped`, `PermanentError` when the tries are used up."""
        said, pause_ns, tries = "", policy.pause_ns, 0
        while True:
            try:
                result = call()
            except TemporaryError as error:
                if policy.retries is not None and tries >= policy.retries:
                    raise PermanentError(
                        f"{what}: gave up after {tries + 1} tries: {error}", code=error.kind
                    ) from error
                tries += 1
                self.retries += 1
                if str(error) != said:
                    said = str(error)
                    self._reporter.log("warning", f"{what}: {said}; trying again", code=error.kind)
                self._wait(pause_ns / 1e9)
                pause_ns = min(pause_ns * 2, policy.max_pause_ns)
            else:
                if said:
                    self._reporter.log("info", f"{what} works again after {tries} tries")
                return result

    def _wait(self, seconds: float) -> None:
        while seconds > 0:
            self._reporter.alive()
            step = min(seconds, 1.0)
            if self._stop.wait(step):
                self._drain(step)
                return
            seconds -= step

    def _drain(self, seconds: float) -> None:
        now = self._clock.monotonic_ns()
        if self._give_up_ns is None:
            self._give_up_ns = now + self._drain_ns
        if now >= self._give_up_ns:
            raise Stopped
        self._stop.rest(min(seconds, (self._give_up_ns - now) / 1e9))
