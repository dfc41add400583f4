"""The `print` output: events on the standard output or error of the process that runs the job."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import BinaryIO, ClassVar, Literal

from lyftdata.core.errors import PermanentError
from lyftdata.core.event import Json
from lyftdata.delivery.batch import BatchSpec, batching_of
from lyftdata.delivery.bodies import Bodies, takes_of
from lyftdata.delivery.naming import ChunkTools
from lyftdata.delivery.retry import policy_of
from lyftdata.spec.base import Spec
from lyftdata.spec.component import (
    Chunk,
    OutputDef,
    OutputExample,
    OutputTools,
    Part,
    Takes,
)
from lyftdata.spec.types import FieldPath, TemplateText
from lyftdata.stores.errors import told


class PrintSpec(Spec):
    """Prints each event on a line of its own."""

    shorthand: ClassVar[str] = "stream"

    stream: Literal["stdout", "stderr"] = "stdout"
    """Where to print."""
    input_field: FieldPath | None = None
    """Print only the content of this field; without it the whole event as JSON."""
    text: TemplateText | None = None
    """Print this text for each event, with `${field}` filled in."""
    batch: BatchSpec | None = None
    """Print events together, with `header`, `footer` or as a JSON array."""

    def takes(self) -> Takes:
        """The form in which events are wanted."""
        if self.text is not None:
            return Takes(form="events")
        return takes_of(self.input_field, by_event=False)


class Print:
    """Prints at once; what was printed before a crash is printed again."""

    def __init__(self, spec: PrintSpec, tools: OutputTools) -> None:
        self._spec = spec
        self._tools = tools
        self._bodies = Bodies(batch=spec.batch, field=spec.input_field)
        self._stream: BinaryIO = getattr(sys, spec.stream).buffer

    def plan(self, chunk: Chunk, journalled: Sequence[tuple[str, Json]] = ()) -> list[Part]:  # noqa: ARG002
        """One part for the chunk."""
        tools = ChunkTools(self._tools.tools, self._tools.clock.wall_ns(), chunk.number)
        lines = chunk.lines
        if self._spec.text is not None:
            text = self._spec.text.compile(tools)
            lines = b"".join([text(event).encode() + b"\n" for event in chunk.events])
        data = self._bodies.framed(lines, chunk.events, tools)
        return [Part(name=self._spec.stream, data=data, count=chunk.count)]

    def write(self, parts: Sequence[Part]) -> None:
        """Print and flush."""
        try:
            with told("print to", self._spec.stream):
                for part in parts:
                    self._stream.write(part.data)
                self._stream.flush()
        except ValueError as error:
            reason = f"{self._spec.stream} of the job's process is closed"
            raise PermanentError(reason, code="stream-closed") from error

    def close(self) -> None:
        """The stream belongs to the process."""


component = OutputDef(
    name="print",
    spec=PrintSpec,
    open=Print,
    takes=PrintSpec.takes,
    batching=lambda spec: batching_of(spec.batch),
    retry=lambda _spec: policy_of(None),
    idempotent=False,
    category="Utility",
    examples=(
        OutputExample(
            title="Whole events on standard output",
            config="stdout",
            given=({"a": 1}, {"b": "x"}),
            printed='{"a":1}\n{"b":"x"}\n',
        ),
        OutputExample(
            title="One field",
            config="{input-field: _raw}",
            given=({"_raw": "a line"},),
            printed="a line\n",
        ),
        OutputExample(
            title="A text made from each event",
            config="{text: '${user} came from ${ip||nowhere}'}",
            given=({"user": "ann", "ip": "10.0.0.1"}, {"user": "bob"}),
            printed="ann came from 10.0.0.1\nbob came from nowhere\n",
        ),
    ),
)
