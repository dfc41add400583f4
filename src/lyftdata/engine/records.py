"""Bytes of a batch -> events, one record at a time: the meaning that faster forms must equal.

A blank line is no record where records are JSON, and an empty text where they are text. Bad JSON is
a fault of that record alone. Invalid UTF-8 is a fault in JSON; in text it is replaced and counted.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from lyftdata.core.errors import EventError
from lyftdata.core.event import DecodeError, Json, decode_event
from lyftdata.engine.tools import JobTools

INPUT: Final = "input"
_BLANK: Final = b" \t\r"


@dataclass(frozen=True, slots=True)
class Records:
    """Part of a batch: records each ended by a newline, and fields to set on every event."""

    raw: bytes
    kind: Literal["text", "json"]
    fields: Json | None = None
    counted: int | None = None
    """How many they are, where that is known already."""

    @property
    def count(self) -> int:
        """How many records they are, blank ones included."""
        return self.raw.count(b"\n") if self.counted is None else self.counted

    def lines(self) -> list[bytes]:
        """The records without their newlines."""
        lines = self.raw.split(b"\n")
        if not lines[-1]:
            lines.pop()
        return lines


def read_record(line: bytes, kind: str, tools: JobTools) -> Json | None:
    """The event of one record, None for a blank line of JSON. Raises `EventError`."""
    if kind == "text":
        return {"_raw": read_text(line, tools)}
    if not line.strip(_BLANK):
        return None
    try:
        return decode_event(line)
    except (DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _fault(line, error) from error


def read_text(line: bytes, tools: JobTools) -> str:
    """The text of a record; what is no UTF-8 becomes U+FFFD and counts one warning."""
    try:
        return line.decode()
    except UnicodeDecodeError:
        tools.warn(
            "invalid-utf8",
            INPUT,
            hint="such bytes are replaced; give the input its encoding if it has another",
        )
        return line.decode("utf-8", "replace")


def read_all(records: Records, tools: JobTools) -> Iterator[tuple[int, Json | EventError]]:
    """Number in the batch and event or fault of every record but the blank ones."""
    for number, line in enumerate(records.lines()):
        try:
            event = read_record(line, records.kind, tools)
        except EventError as fault:
            yield number, fault
            continue
        if event is not None:
            if records.fields:
                event.update(records.fields)
            yield number, event


def _fault(line: bytes, error: Exception) -> EventError:
    if isinstance(error, RecursionError):
        text = "objects and lists are nested too deeply"
    else:
        text = str(error).removeprefix("JSON is malformed: ")
    shown = line[:80].decode("utf-8", "replace")
    return EventError(f"this line is no JSON object: {text}", code="invalid-json", value=shown)
