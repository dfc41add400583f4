"""What follows the end of a job process: again now, again later, carefully, or never. Pure.

Three deaths at one saved position mean that an event kills the process: the next life goes event by
event and leaves the killer in the dead letters.
"""

from __future__ import annotations

import signal
from dataclasses import dataclass
from typing import Final, Literal

POISON_DEATHS: Final = 3
SETTLED_S: Final = 60.0
"""A life this long ends the series of failures before it."""
CRASH_PAUSE_S: Final = 0.5
CRASH_MAX_S: Final = 60.0
FAIL_PAUSE_S: Final = 15.0
FAIL_MAX_S: Final = 600.0
DEGRADED_TRIES: Final = 5
FINAL_CODES: Final = frozenset(
    {"job-aborted", "invalid", "hash-mismatch", "not-capable", "stale-fence"}
)
"""Failures that only a new version or a new assignment can mend."""
OUT_OF_MEMORY: Final = "out-of-memory"
"""A failure that counts as a death: one event may be what does not fit."""
_NOT_DRAINED: Final = "killed: it did not drain in time"


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """How one life of a job process went."""

    position: str
    """Digest of the position that it began at; empty: it never got there."""
    seconds: float
    ended: Literal["completed", "stopped", "failed", ""]
    """What it said last; empty: it died."""
    reason: str = ""
    code: str = ""
    exit_code: int = 0
    """Negative: the signal that killed it."""
    stalled: bool = False
    """The watchdog killed it."""
    wanted: bool = False
    """It was told to stop."""
    last_words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """What is remembered from life to life."""

    attempts: int = 0
    """Lives that ended badly, in a row."""
    deaths: int = 0
    """Deaths of lives that began at `position`."""
    position: str = ""

    @property
    def careful(self) -> bool:
        """Whether the next life should go event by event."""
        return self.deaths >= POISON_DEATHS


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What to do now, and what to tell people."""

    state: Literal["completed", "stopped", "failed", "degraded"]
    reason: str
    code: str
    pause_s: float | None
    """Seconds until the next start; None: none is planned."""
    past: Past


def epitaph(life: Life) -> str:
    """Why a run that never said how it ended is lost, and what becomes of its events."""
    if life.wanted:
        return f"{_NOT_DRAINED}; what was in flight is done again at the next start"
    return f"{_what(life)}; the job goes on from its saved position"


def judge(past: Past, life: Life, *, jitter: float = 0.5) -> Verdict:
    """Say what follows `life`. `jitter` in [0, 1) spreads the pauses over half to full length."""
    if life.ended == "completed":
        return Verdict(
            state="completed", reason=life.reason, code=life.code, pause_s=None, past=Past()
        )
    if life.wanted:
        return _stopped(life)
    attempts = (0 if life.seconds >= SETTLED_S else past.attempts) + 1
    if life.ended == "failed" and life.code != OUT_OF_MEMORY:
        return _failed(past, life, attempts, jitter)
    if life.ended == "stopped":
        return _again(
            Past(attempts=attempts),
            "stopped by someone outside of this worker",
            "job-stopped",
            jitter,
        )
    return _died(past, life, attempts, jitter)


def _stopped(life: Life) -> Verdict:
    if life.ended:
        return Verdict(state="stopped", reason=life.reason, code="", pause_s=None, past=Past())
    reason = f"{_NOT_DRAINED}; what was in flight is done again at the next start"
    return Verdict(state="stopped", reason=reason, code="drain-timeout", pause_s=None, past=Past())


def _failed(past: Past, life: Life, attempts: int, jitter: float) -> Verdict:
    kept = Past(attempts=attempts, deaths=past.deaths, position=past.position)
    if life.code in FINAL_CODES:
        return Verdict(state="failed", reason=life.reason, code=life.code, pause_s=None, past=kept)
    pause = _pause(FAIL_PAUSE_S, FAIL_MAX_S, attempts, jitter)
    return Verdict(state="failed", reason=life.reason, code=life.code, pause_s=pause, past=kept)


def _died(past: Past, life: Life, attempts: int, jitter: float) -> Verdict:
    here = past.deaths if life.position and life.position == past.position else 0
    kept = Past(
        attempts=attempts,
        deaths=here + 1 if life.position else past.deaths,
        position=life.position or past.position,
    )
    what = _what(life)
    if life.last_words:
        what = f"{what}: {life.last_words}"
    if kept.careful:
        what += f"; {kept.deaths} deaths at this position: it goes on event by event"
    return _again(kept, what, life.code or ("job-stalled" if life.stalled else "job-died"), jitter)


def _what(life: Life) -> str:
    if life.ended:
        return life.reason
    return "no sign of life: killed by the watchdog" if life.stalled else _how(life.exit_code)


def _again(past: Past, reason: str, code: str, jitter: float) -> Verdict:
    return Verdict(
        state="degraded" if past.attempts < DEGRADED_TRIES else "failed",
        reason=reason,
        code=code,
        pause_s=_pause(CRASH_PAUSE_S, CRASH_MAX_S, past.attempts, jitter),
        past=past,
    )


def _pause(first: float, longest: float, attempts: int, jitter: float) -> float:
    full = min(longest, first * 2.0 ** min(attempts - 1, 30))
    return full * (0.5 + jitter / 2)


def _how(exit_code: int) -> str:
    if exit_code >= 0:
        return f"the job process ended with exit code {exit_code}"
    try:
        name = signal.Signals(-exit_code).name
    except ValueError:
        name = f"signal {-exit_code}"
    return f"the job process was killed by {name}"
