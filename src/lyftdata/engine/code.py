"""Writes the one Python function that runs a stretch of actions over a whole batch.

for number, e in zip(numbers, events):   a loop per split, nested
    [condition] [the action's own code, or a call of its step] [what errors do]
    put(e)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ClassVar, Final

from lyftdata.core.errors import EventError, JobAborted
from lyftdata.engine.layout import Layouts
from lyftdata.engine.prepared import Prepared
from lyftdata.engine.result import Abort
from lyftdata.expressions import EvaluationError

MAX_SPLITS: Final = 8
"""Splits in one function: Python nests at most 20 blocks."""
Stretch = Callable[[Any, Sequence[int], list[Any]], None]
"""(tally, numbers of the records, their events) -> fills `tally.out`."""


class Writer:
    """Collects statements; implements `spec.component.Code` for the emitters of actions."""

    DROP: ClassVar[str] = "continue"

    def __init__(self) -> None:
        self.names: dict[str, object] = {}
        self._known: dict[int, str] = {}
        self._lines: list[str] = []
        self._indent = 0
        self._temps = 0

    def bind(self, thing: object) -> str:
        """A name under which the code reaches `thing`."""
        name = self._known.setdefault(id(thing), f"_k{len(self._known)}")
        self.names[name] = thing
        return name

    def add(self, *lines: str) -> None:
        """Append statements at the present depth."""
        for text in lines:
            self._lines += ["    " * self._indent + one for one in text.splitlines()]

    def temp(self) -> str:
        """A fresh local variable."""
        self._temps += 1
        return f"_v{self._temps}"

    def open(self, line: str) -> None:
        """Begin a block."""
        self.add(line)
        self._indent += 1

    def close(self) -> None:
        """End the innermost block."""
        self._indent -= 1

    def mark(self) -> tuple[int, int]:
        """Where the text stands now, for `back`."""
        return len(self._lines), self._indent

    def back(self, mark: tuple[int, int]) -> None:
        """Forget what was written since `mark`."""
        del self._lines[mark[0] :]
        self._indent = mark[1]

    @property
    def text(self) -> str:
        """The source."""
        return "\n".join(self._lines) + "\n"


def write_stretch(
    actions: tuple[Prepared, ...], put: str, layouts: Layouts | None = None, laid: int = 0
) -> tuple[Stretch, str]:
    """The function for these actions and its source; `put` is the statement for what comes out:
    `event`, `line` or `field:<path>`. The last `laid` actions may be done by a layout.
    """
    code = Writer()
    code.names |= {"EventError": EventError, "JobAborted": JobAborted, "Abort": Abort}
    code.names |= {"EvaluationError": EvaluationError}
    code.open("def stretch(tally, numbers, events):")
    code.add("put = tally.out.append", "fail = tally.fail")
    if put == "line":
        code.add("lines = tally.lines()")
    code.add("known = make = None")
    code.open("try:")
    code.open("for number, e in zip(numbers, events):")
    made = "False"
    for number, action in enumerate(actions):
        if layouts is not None and number == len(actions) - laid:
            _write_layout(code, layouts)
        made = _write_action(code, action, made)
    _write_put(code, put, made)
    while code.mark()[1] > 1:
        code.close()
    code.open("except JobAborted as cause:")
    code.add("raise Abort(number, cause) from cause")
    exec(compile(code.text, "<stretch>", "exec"), code.names)  # noqa: S102
    return code.names["stretch"], code.text  # type: ignore[return-value]


def generated(actions: tuple[Prepared, ...]) -> frozenset[int]:
    """Indexes of the actions that write their own code."""
    plain = [one for one in actions if not one.touches.splits]
    return frozenset(one.index for one in plain if _emitted(Writer(), one))


def _write_put(code: Writer, put: str, made: str) -> None:
    if put == "event":
        code.add("put(e)")
    elif put == "line":
        code.add("put(lines[number])")
    else:
        path = put.removeprefix("field:")
        rest = f"tally.text(e, {path!r}, number, made={made})"
        code.add(f"value = e.get({path!r})", f"put(value) if type(value) is str else {rest}")


def _write_layout(code: Writer, layouts: Layouts) -> None:
    code.add("keys = tuple(e)")
    code.add(f"if keys != known: known, make = keys, {code.bind(layouts)}(keys)")
    code.open("if make is not None:")
    code.add("put(make(*e.values()))", "continue")
    code.close()


def _write_action(code: Writer, action: Prepared, made: str) -> str:
    """Returns the name that says whether the events after it were made by a split."""
    code.add(f"# {action.tools.place}")
    depth = code.mark()[1]
    split = action.touches.splits
    if split:
        code.add("parts = e")
    if action.condition is not None:
        _write_condition(code, action)
    code.open("try:")
    if split or not _emitted(code, action):
        _write_step(code, action, split=split)
    code.close()
    code.open("except EventError as error:")
    code.open(f"if not fail({action.index}, error, number, e, made={made}):")
    code.add("continue")
    while code.mark()[1] > depth:
        code.close()
    if not split:
        return made
    now = code.temp()
    code.add(f"{now} = {made} or type(parts) is list")
    code.open("for e in tally.split(parts):")
    return now


def _write_condition(code: Writer, action: Prepared) -> None:
    tools = code.bind(action.tools)
    assert action.condition is not None  # the caller looked
    source = action.condition.condition_source("e", code.bind, tools=tools)
    code.open("try:")
    code.add(f"holds = {source}")
    code.close()
    code.open("except EvaluationError as error:")
    code.add(f"{tools}.warn('condition-failed', error=error)", "holds = False")
    code.close()
    code.open("if holds:")


def _emitted(code: Writer, action: Prepared) -> bool:
    emit = action.definition.emit
    if emit is None:
        return False
    mark = code.mark()
    code.add(f"tools = {code.bind(action.tools)}")
    start = code.mark()
    if not emit(action.spec, code, action.tools):
        code.back(mark)
        return False
    if code.mark() == start:
        code.add("pass")
    return True


def _write_step(code: Writer, action: Prepared, *, split: bool) -> None:
    target = "parts" if split else "e"
    code.add(f"given = {code.bind(action.step)}(e)")
    code.open("if given is None:")
    code.add("continue")
    code.close()
    code.add(f"{target} = given")
