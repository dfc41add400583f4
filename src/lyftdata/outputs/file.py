"""The `file` output: events appended to files, one line per event.

The size of each file before a write is journalled, so that a replay after a crash cuts back to it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal

from lyftdata.core.event import Json
from lyftdata.delivery.bodies import Bodies, takes_of
from lyftdata.delivery.naming import ChunkTools, safe_path
from lyftdata.delivery.retry import RetrySpec, policy_of
from lyftdata.spec.base import Spec
from lyftdata.spec.component import (
    Batching,
    Chunk,
    OutputDef,
    OutputExample,
    OutputTools,
    Part,
    Takes,
)
from lyftdata.spec.types import FieldPath, TemplateText
from lyftdata.stores.append import AppendFiles, size_of
from lyftdata.stores.durable import put
from lyftdata.stores.errors import told
from lyftdata.stores.rolled import RolledFiles


class FileSpec(Spec):
    """Appends events to files on the machine of the worker. One file has one writing job."""

    path: TemplateText
    """Path of the file. `${...}` is filled per event; what an event fills in cannot leave the
    folder in which the literal part of the path ends."""
    input_field: FieldPath | None = None
    """Write only the content of this field; without it the whole event as JSON. An event that
    lacks the field, or has null there, gives an empty line."""
    file_per_event: bool = False
    """Every event replaces the file, instead of being appended. With a path that is the same for
    all, the last event stays."""
    truncate: bool = False
    """Empty a file that exists when it is first written in a run."""
    compress_after: bool = False
    """When the filled path changes, compress the file before to `.gz` and remove the plain one."""
    sync: Literal["batch", "never"] = "batch"
    """`batch`: a batch counts as written when the disk has it. `never`: leave it to the system;
    faster, and a power cut may lose what was already counted."""
    retry: RetrySpec | None = None
    """How a temporary failure, such as a full disk, is answered."""

    def takes(self) -> Takes:
        """The form in which events are wanted."""
        by_event = bool(self.path.fields) or self.file_per_event
        return takes_of(self.input_field, by_event=by_event)


class FileOutput:
    """Open files of one job."""

    def __init__(self, spec: FileSpec, tools: OutputTools) -> None:
        self._spec = spec
        self._tools = tools
        self._bodies = Bodies(field=spec.input_field)
        self._files = AppendFiles(sync=spec.sync == "batch")
        self._rolled = RolledFiles(tools.folder, run=tools.run_guid)
        self._rewinding: set[str] = set()
        first = spec.path.pieces[0] if spec.path.pieces else ""
        self._fixed = first if isinstance(first, str) else ""

    def plan(self, chunk: Chunk, journalled: Sequence[tuple[str, Json]] = ()) -> list[Part]:
        """One part per file, in the order in which the files first occur."""
        now = journalled[0][1]["now"] if journalled else self._tools.clock.wall_ns()
        path_of = self._path_of(ChunkTools(self._tools.tools, now, chunk.number))
        groups = self._groups(chunk, path_of)
        if not journalled:
            if self._spec.compress_after:
                self._compress(current=next(reversed(groups), ""))
            return [self._part(name, data, count, now) for name, (data, count) in groups.items()]
        marks = dict(journalled)
        self._rewinding.update(marks)
        return [
            Part(name=name, data=data, count=count, mark=marks.get(name, {"now": now}))
            for name, (data, count) in groups.items()
        ]

    def write(self, parts: Sequence[Part]) -> None:
        """Append each part to its file and wait for the disk."""
        for part in parts:
            with told("write", part.name):
                if self._spec.file_per_event:
                    put(Path(part.name), part.data)
                else:
                    self._append(part)
        self._rolled.written([part.name for part in parts], keep=self._keeps_record)

    def close(self) -> None:
        """Close the files."""
        self._files.close()

    @property
    def _keeps_record(self) -> bool:
        return self._spec.truncate or self._spec.compress_after

    def _append(self, part: Part) -> None:
        # A try that failed or crashed may have left some of it behind; else others may have
        # appended meanwhile, and theirs must stay.
        again = part.name in self._rewinding
        rewind = part.mark.get("size") if again or part.mark.get("truncate") else None
        self._rewinding.add(part.name)
        self._files.append(Path(part.name), part.data, rewind=rewind)
        self._rewinding.discard(part.name)

    def _part(self, name: str, data: bytes, count: int, now: int) -> Part:
        if self._spec.file_per_event:
            return Part(name=name, data=data, count=count, mark={"now": now})
        with told("look at", name):
            mark: Json = {"size": size_of(Path(name)), "now": now}
        if self._spec.truncate and not self._rolled.seen(name):
            mark.update(size=0, truncate=True)
        return Part(name=name, data=data, count=count, mark=mark)

    def _path_of(self, tools: ChunkTools) -> Callable[[Json], str]:
        path = self._spec.path
        if path.literal is not None:
            literal = path.literal
            return lambda _event: literal
        fill = path.compile(tools)
        return lambda event: self._checked(fill(event))

    def _checked(self, filled: str) -> str:
        path = safe_path(filled, fixed=self._fixed)
        if path != filled:
            self._tools.tools.warn("unsafe-name", "output.file.path", name=filled, used=path)
        return path

    def _groups(self, chunk: Chunk, path_of: Callable[[Json], str]) -> dict[str, tuple[bytes, int]]:
        if self._spec.takes().form != "events":
            return {path_of({}): (chunk.lines, chunk.count)} if chunk.count else {}
        grouped: dict[str, list[bytes]] = {}
        for event in chunk.events:
            grouped.setdefault(path_of(event), []).append(self._bodies.content(event))
        return {name: (self._joined(contents), len(contents)) for name, contents in grouped.items()}

    def _joined(self, contents: list[bytes]) -> bytes:
        kept = contents[-1:] if self._spec.file_per_event else contents
        return b"".join([content + b"\n" for content in kept])

    def _compress(self, *, current: str) -> None:
        # A new chunk is planned only after the one before is saved for good, so no replay can
        # need the plain file any more.
        for name in self._rolled.finished(current):
            self._files.release(Path(name))
            with told("compress", name):
                self._rolled.compress(name)


component = OutputDef(
    name="file",
    spec=FileSpec,
    open=FileOutput,
    takes=FileSpec.takes,
    batching=lambda _spec: Batching(),
    retry=lambda spec: policy_of(spec.retry),
    idempotent=True,
    category="File",
    examples=(
        OutputExample(
            title="Whole events, one JSON object a line",
            config="path: '{dir}/out/events.ndjson'\n",
            given=({"a": 1}, {"a": 2}),
            files={"out/events.ndjson": '{"a":1}\n{"a":2}\n'},
        ),
        OutputExample(
            title="One field, a file per host",
            config="path: '{dir}/${host||unknown}.log'\ninput-field: _raw\n",
            given=(
                {"host": "a", "_raw": "one"},
                {"host": "b", "_raw": "two"},
                {"host": "a", "_raw": "three"},
                {"_raw": "four"},
            ),
            files={"a.log": "one\nthree\n", "b.log": "two\n", "unknown.log": "four\n"},
        ),
        OutputExample(
            title="The newest event only",
            config="path: '{dir}/last.json'\nfile-per-event: true\n",
            given=({"n": 1}, {"n": 2}),
            files={"last.json": '{"n":2}\n'},
        ),
    ),
)
