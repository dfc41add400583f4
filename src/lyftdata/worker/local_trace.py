"""Run & Trace without a server: lines through the actions, every step shown; nothing is kept."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

import msgspec

from lyftdata.core.event import Json
from lyftdata.dsl.job import Job
from lyftdata.engine.trace import trace_job
from lyftdata.worker.local import local_environment


def trace_locally(job: Job, samples: Sequence[str], *, limit: int, seconds: float) -> Json:
    """The trace in the shape of the HTTP API."""
    with tempfile.TemporaryDirectory(prefix="lyftdata-trace-") as folder:
        environment = local_environment(Path(folder))
        result = trace_job(job, list(samples), env=environment, limit=limit, seconds=seconds)
        shown: Json = msgspec.to_builtins(result)
        return shown
