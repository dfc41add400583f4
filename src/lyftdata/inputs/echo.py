"""The `echo` input: gives a text of the job itself, once or at each firing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from lyftdata.core.event import Json
from lyftdata.delivery.payload import Reading, batch_of
from lyftdata.spec.base import Spec
from lyftdata.spec.component import Batch, InputDef, InputExample, InputTools, Position
from lyftdata.spec.trigger import TriggerSpec
from lyftdata.spec.types import Multiline


class EchoSpec(Spec):
    """Gives sample data that stands in the job itself: each line of `event` is one event."""

    old_spellings: ClassVar[Mapping[str, str]] = {"ignore-line-breaks": "ignore-linebreaks"}

    event: Multiline
    """The data."""
    json_: bool = False
    """The data are JSON: one object, a list of objects, or one object a line. Else each line
    becomes `{"_raw": "<line>"}`."""
    ignore_linebreaks: bool = False
    """The whole text is one event."""
    trigger: TriggerSpec | None = None
    """When to give the data; without it once, when the job starts."""

    def reading(self) -> Reading:
        """How the text becomes records."""
        return Reading(json=self.json_, whole=self.ignore_linebreaks)


class Echo:
    """One firing. Positions are `{"firing": n, "at": records given}`; 0 begins the next firing."""

    def __init__(self, spec: EchoSpec, tools: InputTools) -> None:
        self._kind = spec.reading().kind
        self._records = spec.reading().records(spec.event.encode())
        self._until = tools.until
        after = tools.after or {"firing": 0, "at": 0}
        self._firing: int = after["firing"]
        self._at: int = after["at"]
        self.ended = self._position(0) == self._until

    @property
    def caught_up(self) -> bool:
        """Nothing comes by itself after the firing."""
        return self.ended

    def read(self, wait_s: float) -> Batch | None:  # noqa: ARG002 - there is nothing to wait for
        """All records that are left of the firing."""
        if self.ended:
            return None
        rest = self._records[self._at : self._stop()]
        firing, at = self._firing, self._at
        batch = batch_of(
            rest,
            kind=self._kind,
            position=lambda n: self._place(firing, at + n),
            source_bytes=sum(map(len, rest)),
            marks=(at == 0, at + len(rest) == len(self._records)),
        )
        self._firing, self._at = batch.end["firing"], batch.end["at"]
        self.ended = self._until is None or batch.end == self._until
        return batch

    def committed(self, position: Position) -> None:
        """Nothing is to be released."""

    def close(self) -> None:
        """Nothing is open."""

    def _stop(self) -> int:
        until = self._until
        last = until is not None and until["firing"] == self._firing
        return until["at"] if until is not None and last else len(self._records)

    def _position(self, n: int) -> Json:
        return self._place(self._firing, self._at + n)

    def _place(self, firing: int, at: int) -> Json:
        if at >= len(self._records):
            return {"firing": firing + 1, "at": 0}
        return {"firing": firing, "at": at}


component = InputDef(
    name="echo",
    spec=EchoSpec,
    open=Echo,
    continuous=lambda _spec: False,
    gives=lambda spec: spec.reading().kind,
    category="Utility",
    examples=(
        InputExample(
            title="Each line is an event",
            config="event: |\n  first\n  second\n",
            expect=({"_raw": "first"}, {"_raw": "second"}),
        ),
        InputExample(
            title="JSON",
            config='json: true\nevent: \'{"hello": "world"}\'\n',
            expect=({"hello": "world"},),
        ),
        InputExample(
            title="A list gives one event per element",
            config='json: true\nevent: |\n  [{"n": 1},\n   {"n": 2}]\n',
            expect=({"n": 1}, {"n": 2}),
        ),
        InputExample(
            title="The whole text as one event",
            config="ignore-linebreaks: true\nevent: |\n  first\n  second\n",
            expect=({"_raw": "first\nsecond\n"},),
        ),
    ),
)
