"""`abort`: stop the job when an event says so."""

from __future__ import annotations

from lyftdata.actions import _paths as fieldwork
from lyftdata.core.errors import JobAborted
from lyftdata.core.event import Json
from lyftdata.spec.component import ActionDef, ActionSpec, ActionTools, Example, Step, Touches
from lyftdata.spec.types import Expr, TemplateText


class AbortSpec(ActionSpec):
    """Stops the job at the first event for which the condition is true. What came before that event
    is delivered; the event itself is not, and is read again when the job is started anew."""

    condition: Expr
    """Lua expression over the event: when true, the job stops."""
    message: TemplateText
    """The reason, written to the job's log; may hold `${...}`."""


def prepare(spec: AbortSpec, tools: ActionTools) -> Step:
    """The step, called only for events that meet the condition. Raises `JobAborted`."""
    message = fieldwork.placed_template(spec.message, f"{tools.place}.message")

    def step(event: Json) -> Json:
        raise JobAborted(message.fill(event, tools))

    return step


def _touches(spec: AbortSpec) -> Touches:
    return fieldwork.touches(spec, reads=spec.message.fields, flags={"state": True})


component = ActionDef(
    name="abort",
    spec=AbortSpec,
    touches=_touches,
    prepare=prepare,
    category="flow",
    examples=(
        Example(
            title="Stop on a fatal event",
            config="{condition: level == 'fatal', message: 'giving up: ${reason}'}",
            given={"level": "fatal", "reason": "no licence"},
            expect=(),
            error="job-aborted",
        ),
        Example(
            title="Other events pass",
            config="{condition: level == 'fatal', message: giving up}",
            given={"level": "info"},
            expect=({"level": "info"},),
        ),
        Example(
            title="A missing field is nil and meets no condition",
            config="{condition: errors ~= nil and errors > 100, message: too many errors}",
            given={"level": "info"},
            expect=({"level": "info"},),
        ),
    ),
    tolerates=(
        ("the condition cannot be computed", "the event passes, warning `condition-failed`"),
        ("the condition is true", "the job stops, `job-aborted`"),
    ),
)
