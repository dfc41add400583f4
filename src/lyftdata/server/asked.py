"""Shapes of what a worker answers when the server asks it: traces and dead letters."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel

from lyftdata.server.views import LogView


class DeadLetterView(BaseModel):
    """An event that could not be handled, as its worker keeps it."""

    id: int
    at: str
    reason: str
    code: str
    action: int | str
    """Index of the action, or `input` or `output`."""
    name: str
    """The action's name, `input` or `output`."""
    field: str | None
    value: str | None
    event: str
    """The event, or what was read of it; may be cut."""
    event_bytes: int
    """Its whole size."""


class TraceColumnView(BaseModel):
    """The input (-1), an action, or the output, which is the last one."""

    index: int
    name: str


class TraceCellView(BaseModel):
    """What one column did to the events of one sample."""

    column: int
    status: Literal["kept", "changed", "dropped", "split", "rejected", "skipped"]
    events: list[str]
    """JSON texts, so that big integers survive."""
    reason: str
    warnings: list[str]
    nanoseconds: int


class TraceRowView(BaseModel):
    """One sample on its way."""

    event: int
    cells: list[TraceCellView]


class TraceView(BaseModel):
    """Every event after every action."""

    columns: list[TraceColumnView]
    rows: list[TraceRowView]
    ledger: dict[str, int]
    logs: list[LogView]
    truncated: bool
    duration_ms: float
