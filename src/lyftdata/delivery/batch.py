"""How an output gathers events: the `batch` block, and the bytes around and between the events."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Literal

from pydantic import Field

from lyftdata.spec.base import Spec
from lyftdata.spec.component import Batching
from lyftdata.spec.types import Interval, TemplateText


class BatchSpec(Spec):
    """Gather events and send them together."""

    old_spellings: ClassVar[Mapping[str, str]] = {
        "fixed_size": "fixed-size",
        "wrap_as_json": "wrap-as-json",
    }

    mode: Literal["fixed", "document"] = "fixed"
    """`fixed` sends after `fixed-size` events or `timeout`; `document` sends where a document of
    the input ends (one file, object, response or firing)."""
    fixed_size: int = Field(default=0, ge=0)
    """Most events in a batch. 0: no bound by count; what was read in one go is sent together."""
    timeout: Interval = 0
    """Send this long after the first event even if the batch is not full. 0: as soon as the input
    has nothing more for now."""
    header: TemplateText | None = None
    """Text before the events; `${...}` is filled from the first event of the batch."""
    footer: TemplateText | None = None
    """Text after the events; `${...}` is filled from the first event of the batch."""
    wrap_as_json: bool = False
    """Join the events with commas inside `[` and `]`, which makes a JSON array."""

    def batching(self) -> Batching:
        """The same for the engine."""
        return Batching(
            size=self.fixed_size,
            timeout_ns=self.timeout,
            by_document=self.mode == "document",
        )


def batching_of(batch: BatchSpec | None) -> Batching:
    """How the engine closes chunks for an output with this `batch` block, or without one."""
    return batch.batching() if batch else Batching()
