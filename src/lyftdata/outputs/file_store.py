"""The `file-store` output: events as whole objects under a folder, each put at once.

Object names carry a GUID made from the chunk, so that a replay writes over its own objects.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from lyftdata.core.event import Json
from lyftdata.delivery.batch import batching_of
from lyftdata.delivery.objects import Objects, ObjectSpec
from lyftdata.delivery.retry import policy_of
from lyftdata.spec.component import Chunk, OutputDef, OutputExample, OutputTools, Part
from lyftdata.spec.types import TemplateText
from lyftdata.stores.durable import delete, put
from lyftdata.stores.errors import told


class FileStoreSpec(ObjectSpec):
    """Writes objects as files under a folder. There is no append: every batch is a whole object."""

    path: TemplateText
    """The folder under which the objects lie; it is made when missing."""


class FileStoreOutput:
    """Puts and deletes objects of one root folder."""

    def __init__(self, spec: FileStoreSpec, tools: OutputTools) -> None:
        self._delete = spec.mode == "delete"
        self._root = Path(spec.path.fill({}, tools.tools))
        self._objects = Objects(spec, tools)

    def plan(self, chunk: Chunk, journalled: Sequence[tuple[str, Json]] = ()) -> list[Part]:
        """One part per object."""
        return self._objects.plan(chunk, journalled)

    def write(self, parts: Sequence[Part]) -> None:
        """Put or delete the objects, each durable before the next."""
        for part in parts:
            path = self._root / part.name
            if self._delete:
                with told("delete", path):
                    delete(path)
            else:
                with told("write", path):
                    put(path, part.data)

    def close(self) -> None:
        """Nothing is open."""


component = OutputDef(
    name="file-store",
    spec=FileStoreSpec,
    open=FileStoreOutput,
    takes=FileStoreSpec.takes,
    batching=lambda spec: batching_of(spec.batch),
    retry=lambda spec: policy_of(spec.retry),
    idempotent=True,
    category="Object Store/Block Store",
    examples=(
        OutputExample(
            title="A file per batch",
            config=(
                "path: '{dir}'\nobject-name: {name: events}\nguid-suffix: .ndjson\n"
                "batch: {fixed-size: 100, timeout: 5s}\n"
            ),
            given=({"a": 1}, {"a": 2}),
            files={"events/*.ndjson": '{"a":1}\n{"a":2}\n'},
        ),
        OutputExample(
            title="A JSON array per host, under a fixed name",
            config=(
                "path: '{dir}'\nobject-name: {name: '${host}.json'}\n"
                "disable-object-name-guid: true\n"
                "batch: {mode: document, wrap-as-json: true, header: '{\"events\":', footer: '}'}\n"
            ),
            given=({"host": "a", "n": 1}, {"host": "b", "n": 2}, {"host": "a", "n": 3}),
            files={
                "a.json": '{"events":[{"host":"a","n":1},{"host":"a","n":3}]}',
                "b.json": '{"events":[{"host":"b","n":2}]}',
            },
        ),
        OutputExample(
            title="Each event's text under the name that it carries",
            config=(
                "path: '{dir}'\nobject-name: {field: name}\ninput-field: text\n"
                "disable-object-name-guid: true\n"
            ),
            given=({"name": "notes/one.txt", "text": "hello"},),
            files={"notes/one.txt": "hello"},
        ),
    ),
)
