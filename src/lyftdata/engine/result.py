"""What became of the records of one feed, in the terms of the ledger."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from lyftdata.core.errors import EventError, JobAborted
from lyftdata.core.event import MISSING, Json, encode_events, encode_json, get_path
from lyftdata.engine.records import INPUT, Records
from lyftdata.engine.tools import JobTools
from lyftdata.expressions.values import shown
from lyftdata.spec.component import Refused, Takes
from lyftdata.state import DeadLetter
from lyftdata.state.dead_letters import MAX_VALUE

OUTPUT = "output"


@dataclass(slots=True)
class Result:
    """`received + created = delivered + filtered + absorbed + dead_lettered`, always."""

    received: int = 0
    created: int = 0
    absorbed: int = 0
    filtered: int = 0
    kept_errors: int = 0
    count: int = 0
    """Events delivered."""
    lines: bytes = b""
    events: list[Json] = field(default_factory=list)
    dead: list[DeadLetter] = field(default_factory=list)
    aborted: JobAborted | None = None
    """Why the job must stop after these records; the aborting one is not among them."""
    records: int = 0
    """Records taken from the batch when aborted."""

    @property
    def added(self) -> dict[str, int]:
        """What the ledger grows by."""
        return {
            "received": self.received,
            "created": self.created,
            "delivered": self.count,
            "filtered": self.filtered,
            "absorbed": self.absorbed,
            "dead_lettered": len(self.dead),
            "kept_errors": self.kept_errors,
        }

    def take(self, other: Result) -> None:
        """Add what became of further records."""
        self.received += other.received
        self.created += other.created
        self.absorbed += other.absorbed
        self.filtered += other.filtered
        self.kept_errors += other.kept_errors
        self.count += other.count
        self.lines += other.lines
        self.events += other.events
        self.dead += other.dead


class Abort(Exception):
    """Leaves the loop over a batch: the job stops before record `number`."""

    def __init__(self, number: int, cause: JobAborted) -> None:
        super().__init__(number)
        self.number = number
        self.cause = cause


class Tally:
    """Counts and dead letters of one feed while it runs; what errors do is decided here."""

    def __init__(self, records: Records, names: tuple[str, ...], on_error: str, tools: JobTools):
        self.records = records
        self.result = Result()
        self.out: list[Any] = []
        self._names = names
        self._on_error = on_error
        self.tools = tools
        self._lines: list[bytes] | None = None
        self._dead: list[tuple[int, DeadLetter]] = []

    def lines(self) -> list[bytes]:
        """The records as they were read."""
        if self._lines is None:
            self._lines = self.records.lines()
        return self._lines

    def split(self, parts: Json | list[Json]) -> list[Json] | tuple[Json]:
        """Count a split; one event that comes back alone is none."""
        if isinstance(parts, list):
            self.result.absorbed += 1
            self.result.created += len(parts)
            return parts
        return (parts,)

    def fail(
        self, index: int | None, error: EventError, number: int, event: Json, *, made: bool = False
    ) -> bool:
        """An action (or, with index None, the output) raised: True when the event goes on."""
        if self._on_error == "keep":
            self.result.kept_errors += 1
            return True
        if self._on_error == "drop":
            self.result.filtered += 1
            return False
        name = OUTPUT if index is None else self._names[index]
        if self._on_error == "stop":
            text = f"{name}: {error} (on-error: stop)"
            raise Abort(number, JobAborted(text, code=error.kind))
        record = encode_json(event) if made else self.lines()[number]
        self._bury(index, name, error, record, number)
        return False

    def text(self, event: Json, path: str, number: int, *, made: bool = False) -> None:
        """Put the content of one field out as text; without it `on-error` decides."""
        try:
            self.out.append(field_text(event, path))
        except EventError as error:
            if self.fail(None, error, number, event, made=made):
                self.out.append(encode_json(event).decode())

    def refuse(self, number: int, error: EventError) -> None:
        """A record that is no event: always a dead letter."""
        if self._on_error == "stop":
            raise Abort(number, JobAborted(f"input: {error} (on-error: stop)", code=error.kind))
        if self._on_error == "drop":
            self.result.filtered += 1
            return
        self._bury(None, INPUT, error, self.lines()[number], number)

    def buried(self, index: int | None, name: str, error: EventError) -> Result:
        """The result when the only record becomes a dead letter, whatever `on-error` says."""
        self._bury(index, name, error, self.lines()[0], 0)
        self.result.received = 1
        self.result.dead = [letter for _, letter in self._dead]
        return self.result

    def counts(self) -> dict[str, int]:
        """What the ledger grows by, before anything is written."""
        self.result.count = len(self.out)
        return self.result.added | {"dead_lettered": len(self._dead)}

    def finish(self, takes: Takes, *, keeps: bool) -> Result:
        """Write what is to go out in the form that the output takes."""
        result, out = self.result, self.out
        result.dead = [letter for _, letter in sorted(self._dead, key=lambda one: one[0])]
        result.count = len(out)
        if takes.form == "events":
            result.events = out
        elif not out:
            return result
        elif keeps:
            result.lines = b"\n".join(out) + b"\n"
        elif takes.form == "field":
            result.lines = ("\n".join(out) + "\n").encode("utf-8", "replace")
        else:
            result.lines = encode_events(out)
        return result

    def _bury(
        self, index: int | None, name: str, error: EventError, record: bytes, number: int
    ) -> None:
        value = None if error.value is None else shown(error.value)[:MAX_VALUE]
        letter = DeadLetter(
            at_ns=self.tools.clock.wall_ns(),
            code=error.kind,
            reason=str(error),
            action=index,
            name=name,
            field=error.field,
            value=value,
            record=record,
        )
        self._dead.append((number, letter))


def field_text(event: Json, path: str) -> str:
    """The content of one field as text. Raises `EventError` when there is none."""
    value = get_path(event, path)
    if isinstance(value, str):
        return value
    if value is None or value is MISSING:
        raise EventError(
            f"the output writes the field {path!r}, and this event has none",
            code="missing-output-field",
            field=path,
        )
    return encode_json(value).decode()


def refused_letter(refused: Refused, at_ns: int) -> DeadLetter:
    """The dead letter of a record that the input itself could not take."""
    return DeadLetter(
        at_ns=at_ns,
        code=refused.code,
        reason=refused.message,
        action=None,
        name=INPUT,
        record=refused.excerpt,
    )
