"""How a temporary failure is answered: the `retry` block."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from pydantic import BeforeValidator, Field, PlainSerializer, WithJsonSchema

from lyftdata.spec.base import Spec
from lyftdata.spec.component import RetryPolicy
from lyftdata.spec.types import Interval

SECOND_NS = 1_000_000_000


def _count(value: Any) -> Any:
    return None if value == "forever" else value


Retries = Annotated[
    Annotated[int, Field(ge=0)] | None,
    BeforeValidator(_count),
    PlainSerializer(lambda value: "forever" if value is None else value),
    WithJsonSchema({"anyOf": [{"type": "integer", "minimum": 0}, {"const": "forever"}]}),
]
"""A number of tries, or `forever`."""


class RetrySpec(Spec):
    """Try again after a temporary failure; the pause doubles each time up to `max-pause`."""

    old_spellings: ClassVar[Mapping[str, str]] = {"max_pause": "max-pause"}

    retries: Retries = None
    """Tries after the first one, or `forever`."""
    pause: Interval = SECOND_NS
    """Pause before the second try."""
    max_pause: Interval = 60 * SECOND_NS
    """Longest pause between two tries."""
    timeout: Interval = 30 * SECOND_NS
    """How long one try may take, where the transport can tell."""

    def policy(self) -> RetryPolicy:
        """The same for the engine."""
        return RetryPolicy(
            retries=self.retries,
            pause_ns=self.pause,
            max_pause_ns=max(self.pause, self.max_pause),
        )


def policy_of(retry: RetrySpec | None) -> RetryPolicy:
    """The policy of an output with this `retry` block, or without one: for ever, 1 s to 60 s."""
    return (retry or RetrySpec()).policy()
