"""The `discard` output: takes every event and keeps none; the ledger counts them."""

from __future__ import annotations

from collections.abc import Sequence

from lyftdata.core.event import Json
from lyftdata.spec.base import Spec
from lyftdata.spec.component import (
    Batching,
    Chunk,
    OutputDef,
    OutputExample,
    OutputTools,
    Part,
    RetryPolicy,
    Takes,
)


class DiscardSpec(Spec):
    """Takes every event and keeps none. For trying a job and for measuring."""


class Discard:
    """Writes nothing."""

    def __init__(self, spec: DiscardSpec, tools: OutputTools) -> None:
        pass

    def plan(self, chunk: Chunk, journalled: Sequence[tuple[str, Json]] = ()) -> list[Part]:  # noqa: ARG002
        """No part at all."""
        return []

    def write(self, parts: Sequence[Part]) -> None:
        """Nothing to write."""

    def close(self) -> None:
        """Nothing is open."""


component = OutputDef(
    name="discard",
    spec=DiscardSpec,
    open=Discard,
    takes=lambda _spec: Takes(form="lines"),
    batching=lambda _spec: Batching(),
    retry=lambda _spec: RetryPolicy(),
    idempotent=True,
    category="Utility",
    examples=(OutputExample(title="Nothing is kept", config="{}", given=({"a": 1},)),),
)
