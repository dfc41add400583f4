"""What a component is: all that engine, compiler, documents and pages know of one.

    bytes -> Input.read -> Batch -> actions -> Chunk -> Output.plan, write -> position saved

Nobody here saves a position: the engine does, once the output has committed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar, Generic, Literal, Protocol, TypeAlias, TypeVar

from lyftdata.core.clock import Clock, Ids
from lyftdata.core.event import Json
from lyftdata.expressions import ExpressionTools
from lyftdata.spec.base import Spec
from lyftdata.spec.types import Condition

S = TypeVar("S", bound=Spec)
S_contra = TypeVar("S_contra", bound=Spec, contravariant=True)

Position: TypeAlias = Json
"""Where an input stands, as a small JSON object of its own making; opaque to all others."""

Step: TypeAlias = Callable[[Json], "Json | list[Json] | None"]
"""One action on one event. It owns the event and may change it in place. It returns the event (or
another), None to filter it, or a list when it splits. `EventError` follows the job's `on-error`;
`JobAborted` stops the job."""


# --- what flows ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Records of one source, in order, as bytes.

    `raw` holds `count` records, each ended by one newline. `kind` says what a record is: `text`
    becomes `{"_raw": "<line>"}`, `json` is one JSON object, or a blank line, which is no event. A
    payload with newlines in it (a whole document as one event) is handed over as `json` with a
    `_raw` field.
    """

    raw: bytes
    count: int
    kind: Literal["text", "json"]
    begin: Position
    end: Position
    locate: Callable[[int], Position]
    """The position after the first `n` records, 0 < n < count. Called only where a batch is cut."""
    fields: Json | None = None
    """Fields to set on every event of the batch (file path, object name)."""
    source_bytes: int = 0
    """Bytes read at the source for it, before decompression; what "MB in" counts."""
    begins_document: bool = False
    ends_document: bool = False
    refused: Sequence[Refused] = ()
    """Records that the input itself could not take (over `max-line-size`): for dead letters. They
    are not in `raw` nor in `count`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A record that an input could not take: the start of it, and why."""

    excerpt: bytes
    code: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """What an output is to write at once: the results of the records between two positions."""

    count: int
    lines: bytes
    """The events in the form that `takes` asked for, each ended by a newline; else empty."""
    events: Sequence[Json] = ()
    """The events as objects, only for an output that takes `events`."""
    guid: str
    """Made from job, output and begin position: the same records replayed get the same one."""
    number: int
    """The running number of the chunk in this job: `${stat|_BATCH_NUMBER}`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One object or piece of a file: its name and mark are journalled before it is written."""

    name: str
    data: bytes
    count: int
    mark: Json = field(default_factory=dict)
    """What the output must find again after a crash (for example the file size before it)."""


# --- settings that components share ---------------------------------------------------------------


class ActionSpec(Spec):
    """Settings that every action has."""

    description: str = ""
    """A note for people; no effect."""
    condition: Condition | None = None
    """Lua expression over the event. When false, the action is skipped and the event passes."""

    def why_dropped(self) -> str:
        """What a trace says of an event that this action dropped; empty where nothing fits."""
        return ""


# --- inputs ---------------------------------------------------------------------------------------


class Input(Protocol):
    """An open source. One thread calls it."""

    def read(self, wait_s: float) -> Batch | None:
        """The next batch; waits up to `wait_s` seconds for one, None when there is none yet.

        Raises `TemporaryError` (the engine waits and calls again) or `PermanentError`.
        """
        ...

    @property
    def ended(self) -> bool:
        """Whether nothing will ever follow in this run (`read` has given its last batch)."""
        ...

    @property
    def caught_up(self) -> bool:
        """Whether all that exists now has been read (`--until-idle`)."""
        ...

    def committed(self, position: Position) -> None:
        """The engine has saved `position`: what stands before it may be released or removed."""
        ...

    def close(self) -> None:
        """Let go of everything; may be called twice."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class InputTools:
    """What an input may use: clock, ids, a folder of its own for lasting state, warnings."""

    clock: Clock
    ids: Ids
    tools: ExpressionTools
    folder: Path
    job: str
    after: Position | None
    """Read on from here; None at the very first start."""
    until: Position | None = None
    """Replay after a crash: give exactly the records between `after` and here, then end."""
    window: tuple[int, int] | None = None
    """The run window in epoch ns, for a job with a trigger."""
    until_idle: bool = False
    """The run ends once the input has caught up: what still might grow is then complete."""


class OpenInput(Protocol[S_contra]):
    def __call__(self, spec: S_contra, tools: InputTools) -> Input: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class InputDef(Generic[S]):
    """One input."""

    kind: ClassVar[str] = "input"
    name: str
    spec: type[S]
    open: OpenInput[S]
    continuous: Callable[[S], bool]
    """Whether it stays up and waits for more when everything is read."""
    gives: Callable[[S], Literal["text", "json"]]
    """The kind of its batches, so that the compiler can choose the form of the event."""
    replays: bool = True
    """Whether a range of positions gives the same records again (not so for a command's output)."""
    category: str = ""
    examples: tuple[InputExample, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class InputExample:
    """Settings, files to make first (name -> content; `{dir}` in config is their folder), and the
    events that must come out, in order."""

    title: str
    config: str
    files: Mapping[str, str] = field(default_factory=dict)
    expect: tuple[Json, ...] = ()


# --- actions --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Touches:
    """What an action may do to an event, for the compiler. `None` means any field."""

    reads: frozenset[str] | None
    """Top-level keys that it reads."""
    writes: frozenset[str] | None = frozenset()
    """Top-level keys that it sets, renames or removes."""
    drops: bool = False
    splits: bool = False
    keys_only: bool = False
    """Whether it looks at the keys of the event only, never at values: same keys, same effect."""
    rebuilds: bool = False
    """Whether it builds the event anew, which costs as much as reading it."""
    state: bool = False
    """Whether it must see each event once and in order."""


class ActionTools(ExpressionTools, Protocol):
    """What an action may use at run time besides the event."""

    @property
    def place(self) -> str:
        """The action's place for warnings: `actions[2].filter`."""
        ...


class Code(Protocol):
    """Collects the Python statements of one action inside the loop over a batch's events.

    The event is the variable `e` (a dict that the code may change in place or assign anew), the
    tools are `tools`. `DROP` as a statement filters the event.
    """

    DROP: ClassVar[str]

    def bind(self, thing: object) -> str:
        """A name under which the code reaches `thing`."""
        ...

    def add(self, *lines: str) -> None:
        """Append statements, indented relative to the loop body."""
        ...

    def temp(self) -> str:
        """A fresh local variable."""
        ...


class Prepare(Protocol[S_contra]):
    def __call__(self, spec: S_contra, tools: ActionTools) -> Step: ...


class Emit(Protocol[S_contra]):
    def __call__(self, spec: S_contra, code: Code, tools: ActionTools) -> bool: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionDef(Generic[S]):
    """One action: its settings, its plain meaning, and where speed pays faster code for it."""

    kind: ClassVar[str] = "action"
    name: str
    spec: type[S]
    touches: Callable[[S], Touches]
    prepare: Prepare[S]
    """Compile the settings once; the step it returns is the meaning that the interpreter runs. The
    engine itself looks at `condition`; the step never sees events for which it is false."""
    emit: Emit[S] | None = None
    """Write faster code that agrees with the step; return False to use the step instead."""
    category: str = ""
    examples: tuple[Example, ...] = ()
    tolerates: tuple[tuple[str, str], ...] = ()
    """The page's table: what may go wrong -> what happens then (tolerated, or an error)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """An action's example, run as a test and shown on its page."""

    title: str
    config: str
    given: Json
    expect: tuple[Json, ...]
    error: str = ""
    """The code of the `EventError` that it ends in, if it does."""


# --- outputs --------------------------------------------------------------------------------------


class Output(Protocol):
    """An open sink. One thread calls it."""

    def plan(self, chunk: Chunk, journalled: Sequence[tuple[str, Json]] = ()) -> list[Part]:
        """Cut a chunk into named parts. After a crash, `journalled` holds names and marks of the
        interrupted try, in order: the same parts must come out under them."""
        ...

    def write(self, parts: Sequence[Part]) -> None:
        """Write and make durable; the same parts again leave one copy where the output can.

        Raises `TemporaryError` to be tried again as the retry settings say, else `PermanentError`.
        """
        ...

    def close(self) -> None:
        """Let go of everything; may be called twice."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Takes:
    """The form in which an output wants its events."""

    form: Literal["lines", "field", "events"]
    """`lines`: whole events as JSON; `field`: content of one field as text; `events`: objects."""
    field: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Batching:
    """When the engine closes a chunk. Size 0: no bound by count, a chunk per read batch."""

    size: int = 0
    timeout_ns: int = 0
    """Close this long after the first event, even if not full; 0: when the input is idle."""
    by_document: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPolicy:
    """How a `TemporaryError` is answered: pauses double from `pause_ns` up to `max_pause_ns`."""

    retries: int | None = None
    """Tries after the first; None: for ever."""
    pause_ns: int = 1_000_000_000
    max_pause_ns: int = 60_000_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputTools:
    """What an output may use."""

    clock: Clock
    tools: ExpressionTools
    folder: Path
    job: str
    run_guid: str


class OpenOutput(Protocol[S_contra]):
    def __call__(self, spec: S_contra, tools: OutputTools) -> Output: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputDef(Generic[S]):
    """One output."""

    kind: ClassVar[str] = "output"
    name: str
    spec: type[S]
    open: OpenOutput[S]
    takes: Callable[[S], Takes]
    batching: Callable[[S], Batching]
    retry: Callable[[S], RetryPolicy]
    idempotent: bool
    """Whether a replay of the same parts leaves exactly one copy."""
    category: str = ""
    examples: tuple[OutputExample, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputExample:
    """Settings, the events given, and the files that must stand in `{dir}` afterwards (name pattern
    -> content), or what was printed."""

    title: str
    config: str
    given: tuple[Json, ...]
    files: Mapping[str, str] = field(default_factory=dict)
    printed: str = ""
