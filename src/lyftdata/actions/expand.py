"""`expand`: as `expand-events`, but each event keeps the other fields of the original."""

from __future__ import annotations

from lyftdata.actions import expand_events
from lyftdata.spec.component import ActionDef, Example

component = ActionDef(
    name="expand",
    spec=expand_events.ExpandSpec,
    touches=expand_events.component.touches,
    prepare=expand_events.prepare,
    category="parsing",
    examples=(
        Example(
            title="The fields of each entry beside those of the event",
            config="input-field: rows",
            given={"host": "a1", "rows": [{"n": 1}, {"n": 2}]},
            expect=({"host": "a1", "n": 1}, {"host": "a1", "n": 2}),
        ),
        Example(
            title="Plain entries take the place of the list",
            config="input-field: tags",
            given={"id": 7, "tags": ["x", "y"]},
            expect=({"id": 7, "tags": "x"}, {"id": 7, "tags": "y"}),
        ),
        Example(
            title="No list, no change",
            config="input-field: rows",
            given={"rows": "text"},
            expect=({"rows": "text"},),
        ),
        Example(
            title="No object can be made inside a text",
            config="{input-field: rows, output-field: host.row}",
            given={"host": "a1", "rows": [1]},
            expect=(),
            error="path-through-scalar",
        ),
    ),
    tolerates=expand_events.TOLERATES,
)
