"""The bytes that an output sends for some events: whole events or one field, framed as a batch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lyftdata.core.event import MISSING, Json, encode_json, get_path
from lyftdata.delivery.batch import BatchSpec
from lyftdata.delivery.payload import framed
from lyftdata.expressions import ExpressionTools
from lyftdata.spec.component import Takes


def takes_of(field: str | None, *, by_event: bool) -> Takes:
    """The form for whole events or one field; as objects when each one is looked at."""
    if by_event:
        return Takes(form="events")
    return Takes(form="lines") if field is None else Takes(form="field", field=field)


@dataclass(frozen=True, slots=True)
class Bodies:
    """Makes bodies as `batch` and `input-field` ask for."""

    batch: BatchSpec | None = None
    field: str | None = None

    def content(self, event: Json) -> bytes:
        """What is written of one event, without a newline. A field that is missing is empty."""
        if self.field is None:
            return encode_json(event)
        value = get_path(event, self.field)
        if isinstance(value, str):
            return value.encode("utf-8", "replace")
        return b"" if value is None or value is MISSING else encode_json(value)

    def framed(self, lines: bytes, events: Sequence[Json], tools: ExpressionTools) -> bytes:
        """Lines with header and footer around, both filled from the first event if there is one."""
        if self.batch is None:
            return lines
        first = events[0] if events else {}
        header, footer = self.batch.header, self.batch.footer
        return framed(
            self.batch,
            lines,
            header.fill(first, tools) if header else "",
            footer.fill(first, tools) if footer else "",
        )

    def together(self, events: Sequence[Json], tools: ExpressionTools) -> bytes:
        """The body for several events."""
        lines = b"".join([self.content(event) + b"\n" for event in events])
        return self.framed(lines, events, tools)

    @property
    def by_event(self) -> bool:
        """Whether header or footer read fields of an event."""
        batch = self.batch
        texts = (batch.header, batch.footer) if batch else ()
        return any(text is not None and text.fields for text in texts)
