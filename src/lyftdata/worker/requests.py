"""Answers what the server asks a worker: trace, dead letters, recent samples.

A trace runs in a throw-away process; nothing here can hurt a running job.
"""

from __future__ import annotations

import asyncio
import sys
from collections import deque
from datetime import UTC, datetime
from typing import Any, Final

import msgspec

from lyftdata.core.errors import LyftError, NotFound, Unavailable
from lyftdata.core.event import Json
from lyftdata.state.job_state import JobState
from lyftdata.state.jobs_dir import JobsDir
from lyftdata.wire.messages import Reply, Request
from lyftdata.worker.problem import problem_of

KEPT_SAMPLES: Final = 50
MAX_PAGE: Final = 500
TRACE_EVENTS: Final = 1_000
TRACE_S: Final = 60.0
GRACE_S: Final = 15.0
MODULE: Final = "lyftdata.worker.trace_process"


class Answers:
    """Knows the last samples of every job; asks the jobs directory for the rest."""

    def __init__(self, jobs_dir: JobsDir) -> None:
        self._jobs_dir = jobs_dir
        self._samples: dict[str, deque[Json]] = {}
        self._tracing = asyncio.Semaphore(2)

    def sampled(self, job: str, at_ns: int, events: list[str]) -> None:
        """Keep events that just came out of a job."""
        kept = self._samples.setdefault(job, deque(maxlen=KEPT_SAMPLES))
        at = datetime.fromtimestamp(at_ns / 1e9, UTC).isoformat(timespec="milliseconds")
        kept.extend({"at": at.replace("+00:00", "Z"), "event": event} for event in events)

    async def answer(self, request: Request, *, seconds: float) -> Reply:
        """The reply, within `seconds`; a failure is a reply too."""
        try:
            async with asyncio.timeout(max(0.0, seconds)):
                return Reply(request=request.request, ok=True, body=await self._body(request))
        except TimeoutError:
            error: LyftError = Unavailable(
                f"{request.what} was not done within {seconds:.1f} s", code="deadline-passed"
            )
        except LyftError as raised:
            error = raised
        body = getattr(error, "body", None) or problem_of(error)
        return Reply(request=request.request, ok=False, body=body)

    async def _body(self, request: Request) -> Json:
        match request.what:
            case "trace":
                async with self._tracing:
                    return await run_trace(request.body)
            case "dead-letters":
                return await asyncio.to_thread(self._dead_letters, request.body)
            case "samples":
                kept = self._samples.get(str(request.body.get("job")), ())
                return {"items": list(kept)[::-1]}
            case _:
                raise NotFound(
                    f"this worker does not know the request {request.what!r}; upgrade it",
                    code="unknown-request",
                )

    def _dead_letters(self, body: Json) -> Json:
        job = str(body.get("job", ""))
        if not (self._jobs_dir.folder(job) / "state.db").exists():
            return {"items": [], "next_cursor": None}
        state = JobState.open(self._jobs_dir.folder(job))
        try:
            return dead_letter_page(state, limit=body.get("limit"), cursor=body.get("cursor"))
        finally:
            state.close()


class TraceFailed(LyftError):
    """A trace answered with a problem; `body` is it."""

    code = "trace-failed"

    def __init__(self, body: Json) -> None:
        super().__init__(str(body.get("message", "the trace failed")))
        self.body = body


def dead_letter_page(state: JobState, *, limit: Any, cursor: Any) -> Json:
    """One page, the newest first, in the shape of the HTTP API."""
    size = max(1, min(int(limit or 100), MAX_PAGE))
    after = int(cursor) if str(cursor or "").isdigit() else None
    found = state.dead_letters(limit=size + 1, after=after)
    shown = [letter.shown() for letter in found[:size]]
    return {"items": shown, "next_cursor": shown[-1]["id"] if len(found) > size else None}


async def run_trace(body: Json) -> Json:
    """Trace in a process of its own. Raises `TraceFailed` with the problem's body."""
    seconds = min(float(body.get("seconds") or 10.0), TRACE_S)
    order = {
        "text": str(body.get("text", "")),
        "samples": [str(sample) for sample in body.get("samples") or []],
        "limit": min(int(body.get("limit") or 100), TRACE_EVENTS),
        "seconds": seconds,
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        MODULE,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        start_new_session=True,
    )
    try:
        async with asyncio.timeout(seconds + GRACE_S):
            out, errors = await process.communicate(msgspec.msgpack.encode(order))
    except TimeoutError:
        raise TraceFailed(
            {
                "code": "trace-timeout",
                "message": f"the trace showed no end after {seconds + GRACE_S:.0f} s and was "
                "killed: look for an endless loop or a pattern that explodes",
            }
        ) from None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return _trace_body(process.returncode or 0, out, errors)


def _trace_body(code: int, out: bytes, errors: bytes) -> Json:
    if code != 0 or not out:
        words = errors.decode("utf-8", "replace").strip()[-400:]
        raise TraceFailed(
            {"code": "trace-died", "message": f"the trace's process died ({code}): {words}"}
        )
    answer: Json = msgspec.json.decode(out)
    if not answer["ok"]:
        raise TraceFailed(answer["body"])
    body: Json = answer["body"]
    return body
