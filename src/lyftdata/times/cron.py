"""When a cron expression fires next: six fields, seconds first, in UTC. Pure; the caller waits."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from cronsim import CronSim, CronSimError

from lyftdata.core.errors import CodedError

_NAMED: Final = {
    "@yearly": "0 0 0 1 1 *",
    "@annually": "0 0 0 1 1 *",
    "@monthly": "0 0 0 1 * *",
    "@weekly": "0 0 0 * * 0",
    "@daily": "0 0 0 * * *",
    "@midnight": "0 0 0 * * *",
    "@hourly": "0 0 * * * *",
}
_FIELDS: Final = "second minute hour day-of-month month day-of-week"
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class CronError(CodedError):
    """A cron expression that cannot be read, or that never fires."""

    code = "invalid-cron"


def next_fire(expression: str, after_ns: int) -> int:
    """The first moment strictly after `after_ns` at which `expression` fires; both in epoch ns.

    Raises `CronError` for a bad expression and for one with no moment in the next 50 years.
    """
    fields = _six_fields(expression)
    try:
        moment = next(CronSim(fields, _EPOCH + timedelta(seconds=after_ns // 1_000_000_000)))
    except CronSimError as error:
        raise CronError(f"cron {expression!r}: {error}. The fields are: {_FIELDS}.") from error
    except (StopIteration, OverflowError, ValueError) as error:
        raise CronError(f"cron {expression!r} never fires in the 50 years to come.") from error
    return int((moment - _EPOCH).total_seconds()) * 1_000_000_000


def check_cron(expression: str) -> None:
    """Raise `CronError` unless the expression is one that fires."""
    next_fire(expression, 0)


def _six_fields(expression: str) -> str:
    text = expression.strip()
    if text.startswith("@"):
        if text.lower() not in _NAMED:
            raise CronError(f"no shortcut {text!r}; there are {', '.join(_NAMED)}.")
        return _NAMED[text.lower()]
    count = len(text.split())
    if len(text) > 1000:
        raise CronError(f"cron expression of {len(text)} characters; at most 1000.")
    if count == 5:
        raise CronError(
            f"cron {text!r} has five fields; six are needed, seconds first: '0 {text}'."
        )
    if count != 6:
        raise CronError(f"cron {text!r} has {count} fields; six are needed: {_FIELDS}.")
    return text
