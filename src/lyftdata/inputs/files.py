"""The `files` input: reads log files line by line and follows them as they grow and rotate."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Annotated, ClassVar, Final, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from lyftdata.core.event import Json
from lyftdata.delivery.documents import DocumentCutter
from lyftdata.delivery.encodings import checked_encoding
from lyftdata.delivery.lines import MAX_LINE, LineCutter, Lines, ReadAt
from lyftdata.delivery.payload import Reading
from lyftdata.spec.base import Spec
from lyftdata.spec.component import Batch, InputDef, InputExample, InputTools, Position
from lyftdata.spec.types import FieldPath, Interval, Regex, TemplateText, Text
from lyftdata.stores.errors import told
from lyftdata.stores.file_set import LINGER_NS, FileSet
from lyftdata.stores.folder import Found, Wanted
from lyftdata.stores.replay import Stretch, between, reopened, stretches
from lyftdata.stores.tailed import Tailed

SETTLED_NS: Final = 1_000_000_000
"""A whole file counts as complete when it has not changed for so long."""
POLL_S: Final = 0.05
LONGEST_POLL_S: Final = 0.2


def _stop(value: object) -> object:
    if value is False:
        return None
    return "0s" if value is True else value


class FilesSpec(Spec):
    """Reads the files that a wildcard path names, line by line, and waits for more."""

    shorthand: ClassVar[str] = "path"
    old_spellings: ClassVar[Mapping[str, str]] = {"ignore-linebreaks": "ignore-line-breaks"}

    path: TemplateText
    """Path of a file, or a wildcard: `*`, `?`, `[...]`, and `**` for folders of any depth."""
    json_: bool = False
    """Every line is a JSON object. Else a line becomes `{"_raw": "<line>"}`."""
    raw: bool = False
    """The same as `json`: lines are taken as they are, not put into `_raw`."""
    ignore_line_breaks: bool = False
    """A whole file is one event, given once it no longer changes."""
    include: tuple[Regex, ...] = ()
    """Only files whose path matches one of these."""
    exclude: tuple[Regex, ...] = ()
    """No files whose path matches one of these."""
    ignore_older_than: Interval | None = None
    """Leave new files alone that were last changed longer ago than this."""
    glob_minimum_cooldown: Interval = 300_000_000
    """At least this long between two looks for new and renamed files."""
    stop_reading_after: Annotated[Interval | None, BeforeValidator(_stop)] = None
    """End when nothing new has come for this long; `true` or `0s`: as soon as all is read. Without
    it the job stays and waits."""
    start_at_beginning: bool = False
    """Forget at every start how far the files were read."""
    oldest_first: bool = False
    """Take the files that are there in the order of their last change, oldest first; else the
    youngest first. Each is read to its end before the next."""
    file_path_field: FieldPath | None = None
    """Field that gets the path of the file."""
    file_basename: FieldPath | None = None
    """Field that gets the name of the file, without its folder."""
    remove_after: Interval | None = None
    """Remove a file this long after all of it was delivered and nothing new came."""
    fingerprinting: Literal["dev-inode"] = "dev-inode"
    """How a file is known again after it was renamed: by device and inode, with its first bytes."""
    encoding: Annotated[str, AfterValidator(checked_encoding)] = "utf-8"
    """Encoding of the files, such as `utf-8`, `latin-1`, `cp1252`."""
    max_line_size: int = Field(default=MAX_LINE, ge=1)
    """Longest line in bytes; longer ones become dead letters."""
    max_read_size: int = Field(default=100_000_000, ge=1)
    """Largest file in bytes that `ignore-line-breaks` takes; larger ones become dead letters."""
    data_dir: Text = ""
    """Accepted from older jobs and not used: positions are kept with the state of the job."""

    @property
    def kind(self) -> Literal["text", "json"]:
        """The kind of the batches."""
        return "json" if self.json_ or self.raw or self.ignore_line_breaks else "text"

    def cutter(self, read_at: ReadAt) -> LineCutter | DocumentCutter:
        """What cuts the bytes of one file into records."""
        json = self.json_ or self.raw
        if self.ignore_line_breaks:
            reading = Reading(json=json, whole=True)
            return DocumentCutter(read_at, reading, self.max_read_size, self.encoding)
        return LineCutter(read_at, max_line=self.max_line_size, encoding=self.encoding)

    def wanted(self, tools: InputTools) -> Wanted:
        """Which files are read."""
        return Wanted(self.path.fill({}, tools.tools), self.include, self.exclude)

    def batch(self, file: Tailed, lines: Lines, place: Callable[[int], Position]) -> Batch:
        """A batch of one file; `place` makes a position of an offset in it."""
        fields: Json = {}
        if self.file_path_field:
            fields[self.file_path_field] = str(file.path)
        if self.file_basename:
            fields[self.file_basename] = file.path.name
        return Batch(
            raw=lines.raw,
            count=lines.count,
            kind=self.kind,
            begin=place(lines.begin),
            end=place(lines.end),
            locate=lambda n: place(lines.locate(n)),
            fields=fields or None,
            source_bytes=lines.end - lines.begin,
            begins_document=lines.begin == 0,
            ends_document=self.ignore_line_breaks,
            refused=lines.refused,
        )


class FilesInput:
    """Follows a set of files. One thread calls it."""

    def __init__(self, spec: FilesSpec, tools: InputTools) -> None:
        self._spec = spec
        self._tools = tools
        after = None if spec.start_at_beginning else tools.after
        self._files = FileSet.at(after, spec.wanted(tools), self._choose)
        self._cutters: dict[int, LineCutter | DocumentCutter] = {}
        self._looked_ns = -1
        self._read_ns = tools.clock.monotonic_ns()
        self._unseen = True
        self._told_of_none = False
        self._saved: Json = {"files": []}
        self.ended = False
        self.caught_up = False

    def read(self, wait_s: float) -> Batch | None:
        """The next lines of the file at hand, else of the next one that has some."""
        poll = POLL_S
        while True:
            batch = self._next()
            if batch is not None or self.ended or wait_s <= 0:
                return batch
            time.sleep(min(poll, wait_s))
            wait_s -= poll
            poll = min(poll * 2, LONGEST_POLL_S)

    def committed(self, position: Position) -> None:
        """Files that are done with may be forgotten, or removed."""
        self._saved = position
        self._files.forget(position)

    def close(self) -> None:
        """Close all files."""
        self._files.close()

    def _next(self) -> Batch | None:
        self._look(force=False)
        batch = self._pass()
        if batch is not None:
            return batch
        self._look(force=self._unseen)
        return self._pass() or self._idle()

    def _idle(self) -> Batch | None:
        """All that is there has been read."""
        self._remove_read()
        self._tell_of_none()
        stop = self._spec.stop_reading_after
        over = stop is not None and self._now() - self._read_ns >= stop
        if over or self._tools.until_idle:
            batch = self._pass(final=True)
            if batch is not None:
                return batch
        self.caught_up = True
        self.ended = over
        return None

    def _tell_of_none(self) -> None:
        if self._files.files or self._told_of_none or self._files.next_number > 1:
            return
        self._told_of_none = True
        self._tools.tools.warn(
            "no-files",
            "input.files",
            path=self._files.wanted.pattern,
            hint="no such file yet; the input waits for one: correct the path if it is wrong",
        )

    def _tell_of_broken(self, file: Tailed) -> None:
        file.told_broken = True
        self._tools.tools.warn(
            "broken-gzip",
            "input.files",
            path=str(file.path),
            reason=file.broken,
            hint="what stands before the fault was read; the rest is, if the file is completed",
        )

    def _pass(self, *, final: bool = False) -> Batch | None:
        for file in list(self._files.files):
            if not self._files.ready(file):
                continue
            last = final or self._given_up(file) or self._settled(file)
            cutter = self._cutters.setdefault(file.number, self._spec.cutter(file.read_at))
            with told("read", file.path):
                lines = cutter.next(file.offset, final=last)
            if lines is not None:
                return self._batch(file, lines)
            self._quiet(file, last=last)
        return None

    def _quiet(self, file: Tailed, *, last: bool) -> None:
        file.quiet_since = file.quiet_since or self._now()
        file.checked = False
        if file.broken and not file.told_broken:
            self._tell_of_broken(file)
        if last and file.missing:
            self._files.finish(file)
            self._cutters.pop(file.number, None)

    def _given_up(self, file: Tailed) -> bool:
        quiet = file.quiet_since and self._now() - file.quiet_since >= LINGER_NS
        return file.missing and bool(quiet)

    def _settled(self, file: Tailed) -> bool:
        # Whole files only: a file that somebody is still writing is not a document yet.
        if not self._spec.ignore_line_breaks or file.offset:
            return False
        return self._tools.clock.wall_ns() - file.modified_ns() >= SETTLED_NS

    def _batch(self, file: Tailed, lines: Lines) -> Batch:
        file.quiet_since = 0
        self.caught_up = False
        self._unseen = True
        self._read_ns = self._now()
        standing = self._files.position()
        file.offset = lines.end
        at = next(i for i, one in enumerate(self._files.files) if one is file)

        def place(offset: int) -> Position:
            files = list(standing["files"])
            files[at] = file.entry(offset)
            return {"next": standing["next"], "files": files}

        return self._spec.batch(file, lines, place)

    def _remove_read(self) -> None:
        after = self._spec.remove_after
        if after is None:
            return
        saved = {entry["number"]: entry["offset"] for entry in self._saved["files"]}
        for file in self._files.files:
            quiet = bool(file.quiet_since) and self._now() - file.quiet_since >= after
            if quiet and not file.missing and saved.get(file.number) == file.offset:
                with told("remove", file.path):
                    file.path.unlink(missing_ok=True)

    def _look(self, *, force: bool) -> None:
        now = self._now()
        cooldown = self._spec.glob_minimum_cooldown
        if self._looked_ns < 0 or force or now - self._looked_ns >= cooldown:
            self._looked_ns = now
            self._unseen = False
            self._files.scan()

    def _choose(self, found: list[Found]) -> list[Found]:
        oldest = self._spec.ignore_older_than
        since = self._tools.clock.wall_ns() - oldest if oldest is not None else 0
        return sorted(
            (one for one in found if one.modified_ns >= since),
            key=lambda one: (one.modified_ns, str(one.path)),
            reverse=not self._spec.oldest_first,
        )

    def _now(self) -> int:
        return self._tools.clock.monotonic_ns()


class ReplayedFiles:
    """Gives once more what was read between two positions, then ends."""

    def __init__(self, spec: FilesSpec, tools: InputTools, until: Position) -> None:
        self._spec = spec
        self._tools = tools
        self._until = until
        self._wanted = spec.wanted(tools)
        self._rest = stretches(tools.after, until)
        self._cutter: LineCutter | DocumentCutter | None = None

    @property
    def ended(self) -> bool:
        """Whether all of it was given."""
        return not self._rest

    @property
    def caught_up(self) -> bool:
        """The same: nothing is waited for."""
        return self.ended

    def read(self, wait_s: float) -> Batch | None:  # noqa: ARG002 - there is nothing to wait for
        """The next lines of the first file that is not at its end."""
        while self._rest:
            stretch = self._rest[0]
            lines = self._lines(stretch)
            if lines is None:
                self._lost(stretch)
                self._drop()
                continue
            stretch.file.offset = lines.end
            if lines.end >= stretch.end:
                self._drop()
            return self._spec.batch(stretch.file, lines, self._place(stretch.file))
        return None

    def committed(self, position: Position) -> None:
        """Nothing is to be released."""

    def close(self) -> None:
        """Close the file at hand."""
        for stretch in self._rest:
            stretch.file.close()

    def _lines(self, stretch: Stretch) -> Lines | None:
        file = stretch.file
        if self._cutter is None:
            if not reopened(file, self._wanted):
                return None
            self._cutter = self._spec.cutter(file.read_at)
        with told("read", file.path):
            return self._cutter.next(file.offset, until=stretch.end)

    def _drop(self) -> None:
        self._rest.pop(0).file.close()
        self._cutter = None

    def _place(self, file: Tailed) -> Callable[[int], Position]:
        return lambda offset: between(self._tools.after, self._until, file, offset)

    def _lost(self, stretch: Stretch) -> None:
        self._tools.tools.warn(
            "replay-incomplete",
            "input.files",
            path=str(stretch.file.path),
            missing_bytes=stretch.end - stretch.file.offset,
        )


def open_files(spec: FilesSpec, tools: InputTools) -> FilesInput | ReplayedFiles:
    """The input, or its replay when `tools.until` is given."""
    if tools.until is not None:
        return ReplayedFiles(spec, tools, tools.until)
    return FilesInput(spec, tools)


component = InputDef(
    name="files",
    spec=FilesSpec,
    open=open_files,
    continuous=lambda spec: spec.stop_reading_after is None,
    gives=lambda spec: spec.kind,
    category="File",
    examples=(
        InputExample(
            title="Every line is an event",
            config="path: '{dir}/app.log'\nstop-reading-after: 0s\n",
            files={"app.log": "one\ntwo\r\nthree"},
            expect=({"_raw": "one"}, {"_raw": "two"}, {"_raw": "three"}),
        ),
        InputExample(
            title="JSON lines, with the name of the file",
            config=(
                "path: '{dir}/*.ndjson'\njson: true\nfile-basename: file\nstop-reading-after: 0s\n"
            ),
            files={"a.ndjson": '{"n":1}\n\n{"n":2}\n'},
            expect=({"n": 1, "file": "a.ndjson"}, {"n": 2, "file": "a.ndjson"}),
        ),
        InputExample(
            title="A whole file as one event",
            config="path: '{dir}/*.txt'\nignore-line-breaks: true\nstop-reading-after: 0s\n",
            files={"note.txt": "dear\nreader\n"},
            expect=({"_raw": "dear\nreader\n"},),
        ),
    ),
)
