"""`expand`: as `expand-events`, but each event keeps the other fields of the original."""

from __future__ import annotations

from lyftdata.actions import _entries
from lyftdata.spec.component import ActionDef, Example


class ExpandSpec(_entries.ExpandEventsSpec):
    """Makes an event of each entry of a list, with the other fields of the original in each."""

    keep_fields: bool = True
    """Whether each event also gets the other fields of the original; those of the entry win. The
    list itself is not kept."""


component = ActionDef(
    name="expand",
    spec=ExpandSpec,
    touches=_entries.touches,
    prepare=_entries.prepare,
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
    tolerates=_entries.TOLERATES,
)
