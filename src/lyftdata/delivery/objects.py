"""Events as whole objects in a store: the settings that all store outputs share, and the planning.

Decides names and bytes; puts nothing anywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

from lyftdata.core.event import MISSING, Json, get_path
from lyftdata.delivery.batch import BatchSpec
from lyftdata.delivery.bodies import Bodies, takes_of
from lyftdata.delivery.naming import ChunkTools, safe_name
from lyftdata.delivery.preprocessors import Packing, packed
from lyftdata.delivery.retry import RetrySpec
from lyftdata.delivery.schema_watch import SCHEMA_NUMBER, SchemaWatch
from lyftdata.spec.base import Spec
from lyftdata.spec.component import Chunk, OutputTools, Part, Takes
from lyftdata.spec.options import Options
from lyftdata.spec.types import FieldPath, TemplateText, Text


class ObjectName(Options):
    """Where the name of an object comes from."""

    shorthand: ClassVar[str] = "name"

    name: TemplateText | None = None
    """This text; `${...}` is filled from the event, a batch from its first event."""
    field: FieldPath | None = None
    """The content of this field. Events without it go under the name `unnamed`."""


class ObjectSpec(Spec):
    """What is written as an object, and under which name."""

    object_name: ObjectName
    """Name of the object; slashes make folders. `..` and the like are escaped."""
    mode: Literal["put", "delete"] = "put"
    """`put` writes objects. `delete` removes the object that each event names."""
    disable_object_name_guid: bool = False
    """Use the name as it is. Without a GUID a later object of the same name replaces an earlier
    one. Always so for `delete`."""
    guid_prefix: Text = "/"
    """Text between the name and the GUID."""
    guid_suffix: Text = ""
    """Text after the GUID, such as `.json.gz`."""
    input_field: FieldPath | None = None
    """Write only the content of this field; without it the whole event as JSON."""
    batch: BatchSpec | None = None
    """Gather events into one object. Without it every event is an object of its own."""
    retry: RetrySpec | None = None
    """How a temporary failure is answered."""
    preprocessors: Packing = ()
    """Steps on the bytes before they are written, in order: `gzip`, `zstd`, `base64`."""
    track_schema: bool = False
    """Watch fields and types of the written JSON; when they grow, `${stat|__SCHEMA_NUMBER}` in the
    name goes up by one."""

    def takes(self) -> Takes:
        """The form in which events are wanted."""
        return takes_of(self.input_field, by_event=self._by_event())

    def _by_event(self) -> bool:
        named = self.object_name
        by_name = named.field is not None or bool(named.name and named.name.fields)
        alone = self.batch is None and self.input_field is not None
        return by_name or alone or self.track_schema or Bodies(batch=self.batch).by_event


@dataclass(frozen=True, slots=True)
class _Group:
    name: str
    body: bytes
    count: int


class Objects:
    """Plans the objects of one output. The same chunk gives the same parts."""

    def __init__(self, spec: ObjectSpec, tools: OutputTools) -> None:
        self._spec = spec
        self._tools = tools
        self._bodies = Bodies(batch=spec.batch, field=spec.input_field)
        self._schema = SchemaWatch(tools.folder) if spec.track_schema else None

    def plan(self, chunk: Chunk, journalled: Sequence[tuple[str, Json]] = ()) -> list[Part]:
        """One part per object. Names of an interrupted try are taken over in order."""
        if not chunk.count:
            return []
        mark = journalled[0][1] if journalled else self._mark(chunk)
        number = mark.get("schema", 0)
        tools = ChunkTools(self._tools.tools, mark["now"], chunk.number, {SCHEMA_NUMBER: number})
        groups = list(self._groups(chunk, tools))
        names = [name for name, _ in journalled]
        if len(names) != len(groups):
            names = [self._full(group.name, chunk.guid, at) for at, group in enumerate(groups)]
        return _last_of_each(
            [
                Part(name=name, data=self._packed(group.body), count=group.count, mark=mark)
                for name, group in zip(names, groups, strict=True)
            ]
        )

    def _mark(self, chunk: Chunk) -> Json:
        mark: Json = {"now": self._tools.clock.wall_ns()}
        if self._schema is not None:
            mark["schema"] = self._schema.number(chunk.events)
        return mark

    def _packed(self, body: bytes) -> bytes:
        return packed(body, self._spec.preprocessors) if self._spec.mode == "put" else b""

    def _full(self, name: str, guid: str, at: int) -> str:
        spec = self._spec
        if spec.disable_object_name_guid or spec.mode == "delete":
            full = name
        else:
            own = f"{guid}-{at}" if at else guid
            full = f"{name}{spec.guid_prefix}{own}{spec.guid_suffix}"
        safe = safe_name(full)
        if safe != full.strip("/") and "//" not in full:
            self._tools.tools.warn("unsafe-name", "output.object-name", name=full, used=safe)
        return safe

    def _groups(self, chunk: Chunk, tools: ChunkTools) -> Iterator[_Group]:
        name_of = self._name_of(tools)
        if self._spec.takes().form != "events":
            yield from self._from_lines(chunk, name_of({}), tools)
        elif self._spec.batch is None:
            end = b"\n" if self._spec.input_field is None else b""
            for event in chunk.events:
                yield _Group(name_of(event), self._bodies.content(event) + end, 1)
        else:
            grouped: dict[str, list[Json]] = {}
            for event in chunk.events:
                grouped.setdefault(name_of(event), []).append(event)
            for name, events in grouped.items():
                yield _Group(name, self._bodies.together(events, tools), len(events))

    def _from_lines(self, chunk: Chunk, name: str, tools: ChunkTools) -> Iterator[_Group]:
        if self._spec.batch is not None:
            yield _Group(name, self._bodies.framed(chunk.lines, (), tools), chunk.count)
            return
        for line in chunk.lines.splitlines(keepends=True):
            yield _Group(name, line, 1)

    def _name_of(self, tools: ChunkTools) -> Callable[[Json], str]:
        named = self._spec.object_name
        if named.name is not None:
            literal = named.name.literal
            return named.name.compile(tools) if literal is None else lambda _event: literal
        field = named.field or ""
        return lambda event: _text(get_path(event, field))


def _text(value: object) -> str:
    if value is None or value is MISSING or value == "":
        return "unnamed"
    return value if isinstance(value, str) else str(value)


def _last_of_each(parts: list[Part]) -> list[Part]:
    """A later object of the same name would replace an earlier one: write only the last."""
    kept: dict[str, Part] = {}
    for part in parts:
        before = kept.pop(part.name, None)
        count = part.count + (before.count if before else 0)
        kept[part.name] = Part(name=part.name, data=part.data, count=count, mark=part.mark)
    return list(kept.values())
