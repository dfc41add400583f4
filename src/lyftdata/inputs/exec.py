"""The `exec` input: runs a shell command once or at each firing and gives what it prints."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar, Final, Literal

from pydantic import Field

from lyftdata.core.errors import Invalid, PermanentError, TemporaryError
from lyftdata.core.event import Json, decode_json, encode_json
from lyftdata.delivery.payload import PayloadMode, Reading, batch_of, reading_of
from lyftdata.delivery.retry import RetrySpec
from lyftdata.dsl.located import load_yaml
from lyftdata.expressions import format_duration
from lyftdata.spec.base import Spec
from lyftdata.spec.component import Batch, InputDef, InputExample, InputTools, Position
from lyftdata.spec.options import Options
from lyftdata.spec.trigger import TriggerSpec
from lyftdata.spec.types import FieldPath, Interval, TemplateText, Text
from lyftdata.stores.errors import told
from lyftdata.stores.process import Command

MAX_OUTPUT: Final = 100_000_000
"""Most bytes that are held when the output is one event, or is given only on success."""
STDERR_LINES: Final = 100
TIMEOUT_STATUS: Final = 124
"""Exit status that stands for a command that was ended, as the `timeout` command gives it."""


class ResultSpec(Spec):
    """Fields that get the result of the command."""

    stdout_field: FieldPath | None = None
    """Field for the standard output; without it `_raw`."""
    stderr_field: FieldPath | None = None
    """Field for the error output. Makes one event of each run."""
    status_field: FieldPath | None = None
    """Field for the exit status; a status that is not 0 is then no failure. Makes one event of
    each run."""


class EnvSpec(Options):
    """Environment variables."""

    file: Text | None = None
    """YAML file with names and values."""
    values: dict[str, Text] | None = None
    """Names and values."""


class MarkSpec(Spec):
    """Marks groups of events as documents."""

    old_spellings: ClassVar[Mapping[str, str]] = {"fixed_size": "fixed-size"}

    mode: Literal["fixed", "document"] = "document"
    """`document`: all events of a run are one document. `fixed`: every `fixed-size` events."""
    fixed_size: int = Field(default=100, ge=1)
    """Events in a group."""


class ExecSpec(Spec):
    """Runs a command and gives what it prints, a line per event."""

    shorthand: ClassVar[str] = "command"
    old_spellings: ClassVar[Mapping[str, str]] = {"ignore-linebreaks": "ignore-line-breaks"}

    command: TemplateText
    """The command, for the system's shell."""
    trigger: TriggerSpec | None = None
    """When to run it; without it once, when the job starts."""
    retry: RetrySpec | None = None
    """Run it again when it fails. Its output is then held back until it succeeds."""
    batch: MarkSpec | None = None
    """Mark groups of events as documents."""
    result: ResultSpec | None = None
    """Fields for output, error output and status."""
    json_: bool = False
    """What it prints is JSON: one value, a list of events, or one object a line."""
    no_strip_linefeeds: bool = False
    """Keep the line endings in the text of the events."""
    ignore_line_breaks: bool = False
    """All that it prints is one event."""
    env: EnvSpec | None = None
    """Environment variables besides those of the worker."""
    timeout: Interval | None = None
    """End the command after this long; that is a failure."""
    payload_mode: PayloadMode = "auto"
    """How the bytes are read: `json`, `raw` text, `binary` (base64), or `auto`: as `json` says."""

    def reading(self) -> Reading:
        """How the output becomes records."""
        return reading_of(
            self.payload_mode,
            json=self.json_,
            whole=self.ignore_line_breaks,
            keep_ends=self.no_strip_linefeeds,
        )

    @property
    def kind(self) -> Literal["text", "json"]:
        """The kind of the batches."""
        return "json" if self.result else self.reading().kind

    def environment(self) -> dict[str, str]:
        """The variables to add. Raises `PermanentError` when the file cannot be used."""
        if self.env is None:
            return {}
        if self.env.values is not None:
            return dict(self.env.values)
        path = Path(self.env.file or "")
        with told("read", path):
            text = path.read_text()
        try:
            values = load_yaml(text, str(path)).value
        except Invalid as error:
            raise PermanentError(f"{str(path)!r} is not YAML: {error}", code="bad-env") from error
        if not isinstance(values, dict):
            raise PermanentError(f"{str(path)!r} holds no names and values", code="bad-env")
        return {str(name): str(value) for name, value in values.items()}


class Exec:
    """One firing. Positions count runs and records: `{"run": n, "at": m}`; runs do not repeat."""

    def __init__(self, spec: ExecSpec, tools: InputTools) -> None:
        self._spec = spec
        self._tools = tools
        self._text = spec.command.fill({}, tools.tools)
        self._env = spec.environment()
        self._run: int = (tools.after or {"run": 0})["run"] + 1
        self._at = 0
        self._tries = 0
        self._not_before = 0
        self._command: Command | None = None
        self._started = 0
        self._out = bytearray()
        self._err = bytearray()
        self._groups: deque[Batch] = deque()
        self._over = False

    @property
    def ended(self) -> bool:
        """Whether the run is over and all was given."""
        return self._over and not self._groups

    @property
    def caught_up(self) -> bool:
        """Nothing comes by itself after the run."""
        return self.ended

    def read(self, wait_s: float) -> Batch | None:
        """Lines as they are printed, or the whole output once the command has ended."""
        if not self._groups and not self._over:
            command = self._command or self._start(wait_s)
            if command is not None:
                self._advance(command, wait_s)
        return self._groups.popleft() if self._groups else None

    def committed(self, position: Position) -> None:
        """Nothing is to be released."""

    def close(self) -> None:
        """End the command, if it runs."""
        self._stop()

    def _advance(self, command: Command, wait_s: float) -> None:
        written = command.read(wait_s)
        self._out += written.get("stdout", b"")
        self._err += written.get("stderr", b"")
        if len(self._out) > MAX_OUTPUT or len(self._err) > MAX_OUTPUT:
            self._failed("output-too-large", f"it printed more than {MAX_OUTPUT} bytes")
        if command.status is not None:
            self._finished(command.status)
        elif self._too_long():
            self._timed_out()
        else:
            self._lines_so_far()

    def _start(self, wait_s: float) -> Command | None:
        left_s = (self._not_before - self._tools.clock.monotonic_ns()) / 1e9
        if left_s > 0:
            time.sleep(min(left_s, max(wait_s, 0)))
            return None
        with told("run", "the shell"):
            self._command = Command(self._text, env=self._env)
        self._started = self._tools.clock.monotonic_ns()
        self._out.clear()
        self._err.clear()
        return self._command

    def _stop(self) -> None:
        if self._command is not None:
            self._command.end()
            self._command = None

    def _too_long(self) -> bool:
        timeout = self._spec.timeout
        return timeout is not None and self._tools.clock.monotonic_ns() - self._started >= timeout

    def _timed_out(self) -> None:
        reason = f"it ran longer than {format_duration(self._spec.timeout or 0)} and was ended"
        if self._spec.retry:
            self._failed("command-timeout", reason)
        self._tools.tools.warn("command-timeout", "input.exec", reason=reason)
        self._end_run(TIMEOUT_STATUS)

    def _failed(self, code: str, reason: str) -> None:
        self._stop()
        self._log_stderr()
        retry = self._spec.retry
        policy = retry.policy() if retry else None
        self._tries += 1
        message = f"the command {self._text[:200]!r} failed: {reason}"
        if policy is None or (policy.retries is not None and self._tries > policy.retries):
            raise PermanentError(message, code=code)
        pause = min(policy.pause_ns * 2 ** min(self._tries - 1, 30), policy.max_pause_ns)
        self._not_before = self._tools.clock.monotonic_ns() + pause
        raise TemporaryError(message, code=code)

    def _lines_so_far(self) -> None:
        spec = self._spec
        cut = self._out.rfind(b"\n") + 1
        if not cut or spec.retry or spec.result or spec.kind == "json":
            return
        lines = bytes(self._out[:cut])
        del self._out[:cut]
        self._give(spec.reading().records(lines), last=False)

    def _finished(self, status: int) -> None:
        wants_status = bool(self._spec.result and self._spec.result.status_field)
        if status and not wants_status:
            if self._spec.retry:
                self._failed("command-failed", f"exit status {status}")
            self._tools.tools.warn("command-failed", "input.exec", status=status)
        self._end_run(status)

    def _end_run(self, status: int) -> None:
        self._stop()
        self._log_stderr()
        self._over = True
        self._give(self._results(status), last=True)

    def _results(self, status: int) -> list[bytes]:
        result, reading = self._spec.result, self._spec.reading()
        if result is None:
            return reading.records(bytes(self._out))
        name = result.stdout_field or "_raw"
        if result.stderr_field is None and result.status_field is None:
            return [encode_json({name: value}) for value in self._values()]
        event: Json = {name: self._whole()}
        if result.stderr_field:
            event[result.stderr_field] = self._err.decode("utf-8", "replace")
        if result.status_field:
            event[result.status_field] = status
        return [encode_json(event)]

    def _whole(self) -> Any:
        values = self._values()
        if self._spec.json_:
            return values[0] if len(values) == 1 else values
        return self._out.decode("utf-8", "replace").rstrip("" if self._keeps else "\r\n")

    @property
    def _keeps(self) -> bool:
        return self._spec.no_strip_linefeeds

    def _values(self) -> list[Any]:
        reading = self._spec.reading()
        records = reading.records(bytes(self._out))
        if reading.kind == "text":
            return [record.decode("utf-8", "replace") for record in records]
        values = [decode_json(record) for record in records]
        return values if reading.json else [value["_raw"] for value in values]

    def _log_stderr(self) -> None:
        if self._spec.result and self._spec.result.stderr_field:
            return
        for line in bytes(self._err).splitlines()[:STDERR_LINES]:
            text = line.decode("utf-8", "replace")
            self._tools.tools.warn("command-stderr", "input.exec", text=text)

    def _give(self, records: list[bytes], *, last: bool) -> None:
        mark = self._spec.batch
        fixed = mark is not None and mark.mode == "fixed"
        size = mark.fixed_size if mark is not None and fixed else max(len(records), 1)
        for start in range(0, max(len(records), 1), size):
            group = records[start : start + size]
            end = fixed or last
            self._groups.append(self._batch(group, (fixed or self._at == 0, end)))

    def _batch(self, records: list[bytes], marks: tuple[bool, bool]) -> Batch:
        run, at = self._run, self._at
        self._at += len(records)
        return batch_of(
            records,
            kind=self._spec.kind,
            position=lambda n: {"run": run, "at": at + n},
            source_bytes=sum(map(len, records)),
            marks=marks,
        )


component = InputDef(
    name="exec",
    spec=ExecSpec,
    open=Exec,
    continuous=lambda _spec: False,
    gives=lambda spec: spec.kind,
    replays=False,
    category="System",
    examples=(
        InputExample(
            title="Every line that a command prints",
            config="command: printf 'one\\ntwo\\n'\n",
            expect=({"_raw": "one"}, {"_raw": "two"}),
        ),
        InputExample(
            title="JSON",
            config='command: echo \'[{"n":1},{"n":2}]\'\njson: true\n',
            expect=({"n": 1}, {"n": 2}),
        ),
        InputExample(
            title="Output, error output and status in one event",
            config=(
                "command: echo out; echo oops >&2; exit 3\n"
                "result: {stdout-field: out, stderr-field: err, status-field: status}\n"
            ),
            expect=({"out": "out", "err": "oops\n", "status": 3},),
        ),
        InputExample(
            title="With variables",
            config="command: echo $GREETING\nenv: {values: {GREETING: hello}}\n",
            expect=({"_raw": "hello"},),
        ),
    ),
)
