"""An expression of the job language: parsed once, then compiled or inlined into a stage."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from lyftdata.core.event import Json, split_path
from lyftdata.expressions.emit import Bind, Emitter, binder, define, is_boolean, needs_tools
from lyftdata.expressions.functions import FUNCTIONS
from lyftdata.expressions.nodes import Call, Field, Node, walk
from lyftdata.expressions.parser import parse
from lyftdata.expressions.tools import ExpressionTools


@dataclass(frozen=True)
class Expression:
    """`text` and its tree. Values are JSON values; missing and null are both `None`."""

    text: str
    node: Node

    @cached_property
    def fields(self) -> frozenset[str]:
        """Paths of the event fields that it reads, as written (`a.b`), with all below them."""
        return frozenset(one.path for one in walk(self.node) if isinstance(one, Field))

    @cached_property
    def roots(self) -> frozenset[str]:
        """The top-level keys that it may read: of `a.b` both `a` and the literal key `a.b`."""
        return self.fields | {split_path(path)[0] for path in self.fields}

    @cached_property
    def uses_state(self) -> bool:
        """Whether it changes state (`count()`), so that it must run once per event, in order."""
        return any(isinstance(one, Call) and one.name == "count" for one in walk(self.node))

    @cached_property
    def uses_tools(self) -> bool:
        """Whether its source needs the tools: it depends on more than the event."""
        return needs_tools(self.node)

    @cached_property
    def user_functions(self) -> frozenset[str]:
        """Functions it calls that are not built in."""
        calls = (one.name for one in walk(self.node) if isinstance(one, Call))
        return frozenset(name for name in calls if name not in FUNCTIONS)

    @cached_property
    def is_boolean(self) -> bool:
        """Whether the value is always true or false."""
        return is_boolean(self.node)

    def source(self, event: str, bind: Bind, *, tools: str = "tools") -> str:
        """Python source of the value, to stand inside a function.

        `event` and `tools` are names of variables there; `bind(obj)` gives a name under which the
        source reaches `obj`. It assigns temporaries `_t1`, `_t2`... and raises `EvaluationError`.
        """
        return Emitter(event, bind, tools).value(self.node)

    def condition_source(self, event: str, bind: Bind, *, tools: str = "tools") -> str:
        """As `source`, but true for Python exactly when the value is true for Lua."""
        return Emitter(event, bind, tools).test(self.node)

    def compile(self, tools: ExpressionTools) -> Callable[[Json], Any]:
        """The function from an event to the value; it raises `EvaluationError`."""
        names: dict[str, object] = {"tools": tools}
        return define("event", self.source("event", binder(names)), names)

    def compile_condition(self, tools: ExpressionTools) -> Callable[[Json], bool]:
        """The function from an event to the truth of the value; it raises `EvaluationError`."""
        names: dict[str, object] = {"tools": tools}
        return define("event", self.condition_source("event", binder(names)), names)


def parse_expression(
    text: str, *, place: str = "", user_functions: AbstractSet[str] | None = frozenset()
) -> Expression:
    """Parse and check `text`. Raises `ExpressionError` at the first fault.

    `place` names the job's place, so that equal texts at two places count on their own;
    `user_functions` are further names to accept (`script.load`), `None` for any name.
    """
    return Expression(text, parse(text, place=place, user_functions=user_functions))
