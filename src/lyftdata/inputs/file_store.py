"""The `file-store` input: reads objects, files under a folder, once or at each firing.

The list of every run is kept beside the job's state; a position names the run, the object, and how
far that was read. So a crash neither loses nor repeats objects.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, BinaryIO, ClassVar, Final, Literal

from pydantic import BeforeValidator, Field

from lyftdata.core.event import Json, encode_json
from lyftdata.delivery.documents import ArrayCutter, DocumentCutter
from lyftdata.delivery.lines import MAX_LINE, LineCutter, Lines
from lyftdata.delivery.payload import PayloadMode, Reading, reading_of
from lyftdata.delivery.preprocessors import Unpacking, unpacked
from lyftdata.delivery.stream import Forward
from lyftdata.spec.base import Spec
from lyftdata.spec.component import Batch, InputDef, InputExample, InputTools, Position, Refused
from lyftdata.spec.options import Options
from lyftdata.spec.trigger import TriggerSpec
from lyftdata.spec.types import FieldPath, Interval, Regex, TemplateText, Text, TimeFormat
from lyftdata.stores.compression import BROKEN
from lyftdata.stores.errors import told
from lyftdata.stores.objects_dir import ObjectsDir, Stored
from lyftdata.stores.runs import Runs, fingerprint, place
from lyftdata.times import TimestampError, compile_parser

MAX_DOCUMENT: Final = 100_000_000
_OLD_MODES: Final = {
    "list-and-download": "list-and-download-objects",
    "list": "list-objects",
    "download": "download-objects",
}


def _mode(value: object) -> object:
    return _OLD_MODES.get(value, value) if isinstance(value, str) else value


class NamePattern(Spec):
    """A time in the names of the objects."""

    pattern: Regex
    """Regular expression; its first group, else all of the match, is the time."""
    format: TimeFormat
    """Format of the time."""

    def time_ns(self, name: str) -> int | None:
        """The time in a name in epoch ns, None when there is none."""
        found = self.pattern.search(name)
        if found is None:
            return None
        try:
            return compile_parser(self.format)(found[1] if found.re.groups else found[0])
        except TimestampError:
            return None


class TimestampMode(Options):
    """What counts as the time of an object, for `maximum-age` and the window of the trigger."""

    bare: ClassVar[Mapping[str, Json]] = {
        "last-modified": {"last-modified": True},
        "none": {"none": True},
    }

    last_modified: bool | None = None
    """When it was last written."""
    object_name: NamePattern | None = None
    """A time in its name."""
    none: bool | None = None
    """None: age and window are not looked at."""


class FileStoreSpec(Spec):
    """Reads the files under a folder as objects."""

    path: TemplateText
    """The folder under which the objects lie."""
    object_names: tuple[Text, ...] = ()
    """Names or beginnings of names; `download-objects` takes them as exact names. An empty list
    means everything."""
    mode: Annotated[
        Literal["list-and-download-objects", "list-objects", "download-objects"],
        BeforeValidator(_mode),
    ] = "list-and-download-objects"
    """`list-objects` gives one event with name, size and time per object, and reads none."""
    trigger: TriggerSpec | None = None
    """When to look; without it once, when the job starts."""
    ignore_linebreaks: bool = False
    """An object is one event."""
    json_: bool = False
    """Objects hold JSON: a list of events, or one object a line."""
    payload_mode: PayloadMode = "auto"
    """How the bytes are read: `json`, `raw` text, `binary` (base64), or `auto`: as `json` says."""
    preprocessors: Unpacking = ()
    """Steps on the bytes before they are read, in order: `extension`, `gzip`, `zstd`, `base64`."""
    object_name_field: FieldPath | None = None
    """Field that gets the name of the object."""
    include_regex: tuple[Regex, ...] = ()
    """Only objects whose name matches one of these."""
    exclude_regex: tuple[Regex, ...] = ()
    """No objects whose name matches one of these."""
    maximum_age: Interval | None = None
    """No objects that are older than this."""
    timestamp_mode: TimestampMode = TimestampMode.model_validate("last-modified")
    """What counts as the time of an object."""
    fingerprinting: bool = False
    """Remember which objects were read, and leave them out as long as they do not change."""
    maximum_fingerprint_age: Interval | None = None
    """Forget fingerprints after this long."""
    max_line_size: int = Field(default=MAX_LINE, ge=1)
    """Longest line in bytes; longer ones become dead letters."""

    old_spellings: ClassVar[Mapping[str, str]] = {"ignore-line-breaks": "ignore-linebreaks"}

    def reading(self) -> Reading:
        """How an object becomes records."""
        return reading_of(self.payload_mode, json=self.json_, whole=self.ignore_linebreaks)

    @property
    def kind(self) -> Literal["text", "json"]:
        """The kind of the batches."""
        return "json" if self.mode == "list-objects" else self.reading().kind

    def passes(self, one: Stored, tools: InputTools) -> bool:
        """Whether an object is wanted."""
        if any(pattern.search(one.name) for pattern in self.exclude_regex):
            return False
        if self.include_regex and not any(p.search(one.name) for p in self.include_regex):
            return False
        return self._in_time(one, tools)

    def _in_time(self, one: Stored, tools: InputTools) -> bool:
        mode = self.timestamp_mode
        if mode.none:
            return True
        at = mode.object_name.time_ns(one.name) if mode.object_name else one.modified_ns
        if at is None:
            return False
        if self.maximum_age is not None and at < tools.clock.wall_ns() - self.maximum_age:
            return False
        return tools.window is None or tools.window[0] <= at < tools.window[1]


Cutter = LineCutter | DocumentCutter | ArrayCutter


class FileStoreInput:
    """One run over the objects, or the rest of one that was interrupted, or a replay."""

    def __init__(self, spec: FileStoreSpec, tools: InputTools) -> None:
        self._spec = spec
        self._tools = tools
        self._store = ObjectsDir(Path(spec.path.fill({}, tools.tools)))
        self._runs = Runs(tools.folder, remember=spec.fingerprinting)
        after = tools.after or place(0, 0, 0)
        self._run: int = after["run"]
        self._item: int = after["object"]
        self._at: int = after["at"]
        self._objects = self._runs.load(self._run)
        self._cutter: Cutter | None = None
        self._ahead: Lines | None = None
        self._streams: list[BinaryIO] = []
        self._listed = self._item < len(self._objects) or tools.until is not None
        self.ended = False

    @property
    def caught_up(self) -> bool:
        """Nothing comes by itself after the run."""
        return self.ended

    def read(self, wait_s: float) -> Batch | None:  # noqa: ARG002 - there is nothing to wait for
        """The next lines of the object at hand, else of the next one."""
        if self.ended:
            return None
        if not self._listed:
            self._list()
        if self._item >= len(self._objects) and not self._next_run():
            self.ended = True
            return None
        batch = self._listing() if self._spec.mode == "list-objects" else self._lines()
        self._run, self._item, self._at = (batch.end[key] for key in ("run", "object", "at"))
        until = self._tools.until
        over = self._item >= len(self._objects) and until is None
        self.ended = over or batch.end == until
        return batch

    def committed(self, position: Position) -> None:
        """The lists are dropped when the next run begins."""

    def close(self) -> None:
        """Close the object at hand."""
        while self._streams:
            self._streams.pop().close()

    # --- lists ---

    def _list(self) -> None:
        spec, clock = self._spec, self._tools.clock
        self._runs.finish(self._run, now_ns=clock.wall_ns())
        if spec.fingerprinting:
            age = spec.maximum_fingerprint_age
            self._runs.recall(since_ns=clock.wall_ns() - age if age is not None else 0)
        wanted = [one for one in self._found() if spec.passes(one, self._tools)]
        fresh = [one for one in wanted if fingerprint(one) not in self._runs.seen]
        self._run, self._item, self._at = self._run + 1, 0, 0
        self._objects = fresh
        if fresh:
            self._runs.begin(self._run, fresh)
        self._listed = True

    def _found(self) -> list[Stored]:
        if self._spec.trigger is not None and not self._store.exists:
            # Another job may be about to make it.
            self._warn("path-not-found", str(self._store.root))
            return []
        if self._spec.mode != "download-objects" or not self._spec.object_names:
            return self._store.find(self._spec.object_names)
        found = []
        for name in self._spec.object_names:
            one = self._store.named(name)
            if one is None:
                self._warn("object-missing", name)
            else:
                found.append(one)
        return found

    def _next_run(self) -> bool:
        """A replay may reach over the end of a run."""
        until = self._tools.until
        if until is None or until["run"] <= self._run:
            return False
        self._run, self._item, self._at = self._run + 1, 0, 0
        self._objects = self._runs.load(self._run)
        return bool(self._objects) or self._next_run()

    # --- batches ---

    def _listing(self) -> Batch:
        run, begin = self._run, self._item
        records = [encode_json(_described(one)) for one in self._objects[begin : self._stop()]]
        end = begin + len(records)
        return Batch(
            raw=b"".join([record + b"\n" for record in records]),
            count=len(records),
            kind="json",
            begin=place(run, begin, 0),
            end=place(run, end, 0),
            locate=lambda n: place(run, begin + n, 0),
            begins_document=begin == 0,
            ends_document=end == len(self._objects),
        )

    def _stop(self) -> int | None:
        until = self._tools.until
        return until["object"] if until is not None and until["run"] == self._run else None

    def _until_at(self) -> int | None:
        until = self._tools.until
        if until is None or (until["run"], until["object"]) != (self._run, self._item):
            return None
        return int(until["at"])

    def _lines(self) -> Batch:
        one = self._objects[self._item]
        try:
            with told("read", one.name):
                cutter = self._cutter or self._open(one)
                lines = self._cut(cutter) if cutter else None
                self._ahead = self._peek(cutter, lines) if cutter and lines else None
        except BROKEN as error:
            lines, self._ahead = self._broken(one, error), None
        return self._batch(one, lines or Lines(b"", 0, self._at, self._at, _same))

    def _cut(self, cutter: Cutter) -> Lines | None:
        if self._ahead is not None:
            return self._ahead
        return cutter.next(self._at, until=self._until_at(), final=True)

    def _peek(self, cutter: Cutter, lines: Lines) -> Lines | None:
        stop = self._until_at()
        if stop is not None and lines.end >= stop:
            # The replay ends inside this object: it is not over, only this range is.
            return Lines(b"", 0, stop, stop, _same)
        return cutter.next(lines.end, until=stop, final=True)

    def _batch(self, one: Stored, lines: Lines) -> Batch:
        run, item, over = self._run, self._item, self._ahead is None
        field = self._spec.object_name_field
        if over:
            self.close()
            self._cutter = None
        return Batch(
            raw=lines.raw,
            count=lines.count,
            kind=self._spec.kind,
            begin=place(run, item, lines.begin),
            end=place(run, item + 1, 0) if over else place(run, item, lines.end),
            locate=lambda n: place(run, item, lines.locate(n)),
            fields={field: one.name} if field else None,
            source_bytes=one.size if over else 0,
            begins_document=lines.begin == 0,
            ends_document=over,
            refused=lines.refused,
        )

    def _open(self, one: Stored) -> Cutter | None:
        opened = self._store.open(one.name)
        if opened is None:
            self._warn("object-missing", one.name)
            return None
        self._streams.append(opened)
        stream = unpacked(opened, self._spec.preprocessors, name=one.name)
        self._streams.append(stream)
        self._cutter = self._cutter_for(Forward(stream))
        return self._cutter

    def _cutter_for(self, forward: Forward) -> Cutter:
        reading = self._spec.reading()
        lines = reading.streams
        if reading.json and lines:
            lines = not re.match(rb"(\xef\xbb\xbf)?\s*\[", forward.read_at(0, 64))
        if not lines:
            return ArrayCutter(DocumentCutter(forward.read_at, reading, MAX_DOCUMENT))
        return LineCutter(forward.read_at, max_line=self._spec.max_line_size)

    def _broken(self, one: Stored, error: Exception) -> Lines:
        message = f"object {one.name!r} cannot be unpacked: {error}; what came before it was read"
        refused = Refused(excerpt=one.name.encode(), code="object-unreadable", message=message)
        return Lines(b"", 0, self._at, self._at, _same, (refused,))

    def _warn(self, code: str, name: str) -> None:
        self._tools.tools.warn(code, "input.file-store", name=name)


def _same(n: int) -> int:
    return n


def _described(one: Stored) -> Json:
    return {"name": one.name, "size": one.size, "last_modified_ns": one.modified_ns}


component = InputDef(
    name="file-store",
    spec=FileStoreSpec,
    open=FileStoreInput,
    continuous=lambda _spec: False,
    gives=lambda spec: spec.kind,
    category="Object Store/Block Store",
    examples=(
        InputExample(
            title="All lines of all objects",
            config="path: '{dir}'\nobject-name-field: object\n",
            files={"a.log": "one\n", "b/c.log": "two\nthree"},
            expect=(
                {"_raw": "one", "object": "a.log"},
                {"_raw": "two", "object": "b/c.log"},
                {"_raw": "three", "object": "b/c.log"},
            ),
        ),
        InputExample(
            title="JSON, as a list or one object a line",
            config="path: '{dir}'\npayload-mode: json\ninclude-regex: ['[.]json$']\n",
            files={"a.json": '[{"n":1},\n {"n":2}]', "b.json": '{"n":3}\n', "c.txt": "no"},
            expect=({"n": 1}, {"n": 2}, {"n": 3}),
        ),
        InputExample(
            title="An object as one event",
            config="path: '{dir}'\nobject-names: [notes/]\nignore-linebreaks: true\n",
            files={"notes/a.txt": "dear\nreader\n", "other": "no"},
            expect=({"_raw": "dear\nreader\n"},),
        ),
    ),
)
