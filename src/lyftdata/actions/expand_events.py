"""`expand-events`: one event for each entry of a list."""

from __future__ import annotations

from lyftdata.actions import _entries
from lyftdata.spec.component import ActionDef, Example

component = ActionDef(
    name="expand-events",
    spec=_entries.ExpandEventsSpec,
    touches=_entries.touches,
    prepare=_entries.prepare,
    category="parsing",
    examples=(
        Example(
            title="One event per object",
            config="input-field: rows",
            given={"count": 2, "rows": [{"a": 1}, {"a": 2}]},
            expect=({"a": 1}, {"a": 2}),
        ),
        Example(
            title="With the other fields, and numbered",
            config="{input-field: tags, output-field: tag, keep-fields: true, index-field: at}",
            given={"id": 7, "tags": ["x", "y"]},
            expect=({"id": 7, "tag": "x", "at": 0}, {"id": 7, "tag": "y", "at": 1}),
        ),
        Example(
            title="An empty list drops the event",
            config="input-field: rows",
            given={"rows": []},
            expect=(),
        ),
        Example(
            title="What is no list, sent to dead letters",
            config="{input-field: rows, on-error: error}",
            given={"rows": 5},
            expect=(),
            error="not-a-list",
        ),
    ),
    tolerates=_entries.TOLERATES,
)
