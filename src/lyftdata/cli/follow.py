"""Waiting and watching: follows a job's log, waits for a state."""

from __future__ import annotations

import threading
from collections.abc import Collection
from typing import Any, Final

import msgspec

from lyftdata.cli.connection import Session
from lyftdata.times.clock import SystemClock

POLL_S: Final = 0.5


def follow_logs(session: Session, name: str, found: list[dict[str, Any]]) -> None:
    """Print what there is, then what comes, until interrupted or the server ends the stream."""
    for record in found:
        _print(session, record)
    last = found[-1]["id"] if found else ""
    for frame in session.api.events("/api/live/events", topics=f"logs:{name}"):
        record = frame.get("data") or {}
        if frame.get("kind") == "log" and record.get("id") != last:
            _print(session, record)


def wait_for(
    session: Session, name: str, states: Collection[str], seconds: float
) -> tuple[str, str]:
    """The job's state once it is one of `states` or failed, or when the time is over."""
    clock, pause = SystemClock(), threading.Event()
    deadline = clock.monotonic_ns() + int(seconds * 1e9)
    while True:
        job = session.api.get(f"/api/jobs/{name}")
        done = job["state"] in states or job["state"] == "failed"
        if done or clock.monotonic_ns() >= deadline:
            return str(job["state"]), str(job.get("state_reason") or "")
        pause.wait(POLL_S)


def _print(session: Session, record: dict[str, Any]) -> None:
    if session.form == "table":
        code = f" {record['code']}:" if record.get("code") else ""
        print(f"{record['at']} {record['level']:<7}{code} {record['message']}", flush=True)
    else:
        print(msgspec.json.encode(record).decode(), flush=True)
