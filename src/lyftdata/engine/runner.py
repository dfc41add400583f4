"""Runs a job from its saved position to its end: once, for as long as it streams, or per firing.

    replay what a crash interrupted -> for each run: input -> plan -> lane -> committed position

Blocking; it belongs to the main thread of a job process. Stops between batches when asked, after
delivering what it has read.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Final

from lyftdata.core.errors import JobAborted, LyftError, PermanentError
from lyftdata.core.event import Json
from lyftdata.core.ids import derived_uuid
from lyftdata.dsl.job import Job
from lyftdata.engine.compiler import Plan, compile_job
from lyftdata.engine.lane import Lane
from lyftdata.engine.ports import Environment, Outcome, RunOptions, StopSignal
from lyftdata.engine.retrying import Retrier, Stopped
from lyftdata.engine.schedule import Firing, draw_offset, first_firing, next_firing, run_window
from lyftdata.engine.session import Session
from lyftdata.engine.tools import JobTools, PlacedTools, Window
from lyftdata.engine.watchdog import Watchdog
from lyftdata.spec.component import InputTools, Output, OutputTools, Position
from lyftdata.spec.trigger import TriggerSpec
from lyftdata.state import JobState
from lyftdata.state.watermark import read_watermark, write_watermark

_WATERMARK: Final = "window-end"
_OFFSET: Final = "random-offset"


def run_job(
    job: Job, *, state: JobState, env: Environment, stop: StopSignal, options: RunOptions
) -> Outcome:
    """Run until the end, a stop or a failure; never raises a `LyftError`."""
    began = env.clock.monotonic_ns()
    runner: _Runner | None = None
    try:
        runner = _Runner(job, state, env, stop, options)
        state_word, reason, code = runner.run()
    except Stopped:
        state_word, reason, code = "stopped", "stopped while the output was being retried", ""
    except JobAborted as error:
        state_word, reason, code = "failed", str(error), error.kind
    except LyftError as error:
        state_word, reason, code = "failed", str(error), error.kind
    finally:
        if runner is not None:
            runner.close()
    env.reporter.totals(dict(state.ledger))
    seconds = (env.clock.monotonic_ns() - began) / 1e9
    return Outcome(
        state=state_word,  # type: ignore[arg-type]  # words of our own
        reason=reason,
        code=code,
        totals=dict(state.ledger),
        seconds=seconds,
    )


class _Runner:
    def __init__(
        self, job: Job, state: JobState, env: Environment, stop: StopSignal, options: RunOptions
    ) -> None:
        self._job, self._state, self._env, self._stop = job, state, env, stop
        self._options = options
        self._tools = JobTools(
            clock=env.clock,
            ids=env.ids,
            random=env.random,
            log=env.reporter.log,
            message=env.message,
        )
        self._tools.counters.update(state.counters)
        self._tools.number = state.number
        self._plan: Plan = compile_job(job, self._tools)
        self._retrier = Retrier(env.reporter, stop, env.clock, options.drain_s)
        self._watchdog = Watchdog(self._plan, options.event_limit_s, env.reporter.alive)
        self._output: Output = self._open_output()
        self._lane = Lane(job, self._output, state, env, self._retrier)
        self._lane.tools = self._tools
        self._left = options.limit

    def close(self) -> None:
        """Let go of the output and the timer."""
        self._watchdog.close()
        self._output.close()

    def run(self) -> tuple[str, str, str]:
        """State, reason and code of the end."""
        self._replay()
        trigger = getattr(self._job.input.spec, "trigger", None)
        if trigger is None:
            return self._one_run(None, {})
        return self._firings(trigger)

    # --- runs -------------------------------------------------------------------------------------

    def _firings(self, trigger: TriggerSpec) -> tuple[str, str, str]:
        if trigger.message is not None and self._env.message is None:
            raise PermanentError(
                "message triggers need a server; run it with one, or use interval or cron",
                code="no-message-bus",
            )
        clock = self._env.clock
        offset = self._offset(trigger)
        firing: Firing | None = first_firing(trigger, clock.wall_ns(), offset)
        ended = ("completed", "ran once", "")
        while firing is not None:
            if self._wait_until(firing.at_ns):
                return "stopped", "stopped while waiting for the next firing", ""
            window = run_window(trigger, firing, self._watermark(trigger))
            ended = self._one_run(window, {_WATERMARK: window[1]})
            if ended[0] == "completed" and (file := _tracked(trigger)) is not None:
                write_watermark(file, window[1])
            if ended[0] != "completed" or self._options.until_idle or self._left == 0:
                return ended
            firing = next_firing(trigger, firing, clock.wall_ns(), offset)
        return ended

    def _watermark(self, trigger: TriggerSpec) -> int | None:
        kept = self._state.fact(_WATERMARK)
        if kept is not None:
            return int(kept)
        file = _tracked(trigger)
        return None if file is None else read_watermark(file)

    def _offset(self, trigger: TriggerSpec) -> int:
        kept = self._state.fact(_OFFSET)
        if kept is None or kept > trigger.random_offset:
            kept = draw_offset(trigger, self._env.random)
            if trigger.random_offset:
                self._state.keep(_OFFSET, kept)
        return int(kept)

    def _wait_until(self, wall_ns: int) -> bool:
        while (left := wall_ns - self._env.clock.wall_ns()) > 0:
            self._env.reporter.alive()
            if self._stop.wait(min(left / 1e9, 0.5)):
                return True
        return self._stop.is_set()

    def _one_run(
        self, window: tuple[int, int] | None, facts: dict[str, int]
    ) -> tuple[str, str, str]:
        now = self._env.clock.wall_ns()
        run_id = self._env.ids.uuid7()
        self._env.reporter.totals(self._lane.live())
        self._env.reporter.run_started(run_id, now)
        self._tools.window = Window(*(window or (now, now)))
        ended = ("failed", "the run was interrupted", "internal-error")
        try:
            ended = self._session(window, facts)
        except LyftError as error:
            ended = ("failed", str(error), error.kind)
            raise
        except Stopped:
            ended = ("stopped", "stopped while the output was being retried", "")
            raise
        finally:
            word = "cancelled" if ended[0] == "stopped" else ended[0]
            self._env.reporter.totals(self._lane.live())
            self._env.reporter.run_ended(run_id, word, ended[1])
        return ended

    def _session(
        self, window: tuple[int, int] | None, facts: dict[str, int]
    ) -> tuple[str, str, str]:
        tools = self._input_tools(self._state.position, None, window)
        session = self._new_session(tools)
        try:
            return session.stream(facts)
        finally:
            self._left = session.left
            session.close()

    def _new_session(self, tools: InputTools) -> Session:
        source = self._job.input.definition.open(self._job.input.spec, tools)  # type: ignore[union-attr, arg-type]
        return Session(
            source,  # type: ignore[arg-type]
            self._watchdog,
            self._lane,
            self._env,
            self._stop,
            replace(self._options, limit=self._left),
        )

    # --- what a crash left ------------------------------------------------------------------------

    def _replay(self) -> None:
        chunk = self._state.open_chunk()
        if chunk is None:
            return
        if not self._job.input.definition.replays:  # type: ignore[union-attr]
            self._env.reporter.log(
                "warning",
                f"the last chunk ({', '.join(name for name, _ in chunk.parts)}) was interrupted and"
                f" input {self._job.input.name} cannot give its records again",
                code="chunk-not-replayed",
            )
            self._state.forget_chunk()
            return
        self._env.reporter.log("info", f"writing again what was interrupted: {chunk.parts[0][0]}")
        if chunk.window:
            self._tools.window = Window(*chunk.window)
        session = self._new_session(self._input_tools(chunk.begin, chunk.end, chunk.window))
        try:
            session.read_all()
            self._lane.replay(chunk)
        finally:
            session.close()

    # --- what components get ----------------------------------------------------------------------

    def _input_tools(
        self, after: Position | None, until: Position | None, window: tuple[int, int] | None
    ) -> InputTools:
        return InputTools(
            clock=self._env.clock,
            ids=self._env.ids,
            tools=PlacedTools(self._tools, "input"),
            folder=self._env.folder / "input",
            job=self._job.name,
            after=after,
            until=until,
            window=window,
            until_idle=self._options.until_idle,
        )

    def _open_output(self) -> Output:
        position: Json = self._state.position or {}
        tools = OutputTools(
            clock=self._env.clock,
            tools=PlacedTools(self._tools, "output"),
            folder=self._env.folder / "output",
            job=self._job.name,
            run_guid=derived_uuid(self._job.name, self._state.life, repr(position)),
        )
        output: Output = self._job.output.definition.open(self._job.output.spec, tools)  # type: ignore[union-attr, arg-type, assignment]
        return output


def _tracked(trigger: TriggerSpec) -> Path | None:
    """The file that keeps the end of the last window, where the job names one."""
    start = trigger.window.start if trigger.window else None
    return Path(start.tracked) if start and start.tracked else None
