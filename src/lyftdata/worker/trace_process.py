"""A throw-away process that traces a draft: `python -m lyftdata.worker.trace_process`.

Standard input: msgpack `TraceOrder`. Standard output: one JSON object, the trace or a problem.
Limits: its own memory, the engine's time and event limits, and the caller's deadline.
"""

from __future__ import annotations

import os
import random
import sys
import tempfile
from pathlib import Path
from typing import Final

import msgspec

from lyftdata import builtin
from lyftdata.core.errors import LyftError
from lyftdata.core.event import Json, encode_json
from lyftdata.core.ids import TimeIds
from lyftdata.dsl.job import parse_job
from lyftdata.engine.ports import Environment
from lyftdata.engine.trace import trace_job
from lyftdata.times.clock import SystemClock
from lyftdata.worker.job_process import limit_memory
from lyftdata.worker.problem import problem_of
from lyftdata.worker.quiet import Quiet

MEMORY: Final = 2 * 1024**3
"""Address space, not resident memory: libraries reserve much more than they use."""


class TraceOrder(msgspec.Struct, frozen=True, kw_only=True):
    """What to trace."""

    text: str
    samples: list[str]
    limit: int = 100
    seconds: float = 10.0


def main() -> int:
    """Answer on standard output; 0 also for a problem, which is an answer too."""
    order = msgspec.msgpack.decode(sys.stdin.buffer.read(), type=TraceOrder)
    answer = os.dup(1)
    os.dup2(2, 1)  # what a job prints must not get into the answer
    limit_memory(MEMORY)
    with os.fdopen(answer, "wb") as out:
        out.write(encode_json(_answer(order)))
    return 0


def _answer(order: TraceOrder) -> Json:
    clock, randomness = SystemClock(), random.SystemRandom()
    try:
        job = parse_job(order.text, builtin.registry())
        with tempfile.TemporaryDirectory(prefix="lyftdata-trace-") as folder:
            environment = Environment(
                clock=clock,
                ids=TimeIds(clock, randomness),
                random=randomness,
                reporter=Quiet(),
                folder=Path(folder),
            )
            result = trace_job(
                job, order.samples, env=environment, limit=order.limit, seconds=order.seconds
            )
            return {"ok": True, "body": msgspec.to_builtins(result)}
    except MemoryError:
        return {
            "ok": False,
            "body": {"code": "out-of-memory", "message": "the trace used more than its memory"},
        }
    except LyftError as error:
        return {"ok": False, "body": problem_of(error)}


if __name__ == "__main__":
    sys.exit(main())
