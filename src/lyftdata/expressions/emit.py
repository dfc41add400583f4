"""The tree to Python source: one expression that can stand inside any function that has the event.

Constants decide the shape of comparisons, so that the usual condition runs without a call. What is
known to be a boolean uses Python's own `and`, `or` and `not`; all else tests for nil and false.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from lyftdata.core.event import MISSING, get_path
from lyftdata.expressions import values
from lyftdata.expressions.functions import FUNCTIONS
from lyftdata.expressions.interpret import OPERATORS, call_user, read_field
from lyftdata.expressions.lexer import read_number
from lyftdata.expressions.nodes import (
    Binary,
    Call,
    Chain,
    Field,
    Index,
    Literal,
    Node,
    Unary,
    walk,
)
from lyftdata.expressions.tools import ExpressionTools

Bind = Callable[[object], str]

_MAX_INLINE: Final = 15
"""Trees are cut into functions of this height: Python allows 200 brackets inside each other."""
_MIRRORED: Final = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}


class Emitter:
    """Writes source that reads the event from `event` and the tools from `tools` (names)."""

    def __init__(self, event: str, bind: Bind, tools: str) -> None:
        self._event = event
        self._bind = bind
        self._tools = tools
        self._temps = 0
        self._depth = 0

    def value(self, node: Node) -> str:
        """Source of the node's value."""
        if self._depth >= _MAX_INLINE and node.height > 1:
            return f"{self._bind(outlined(node))}({self._event}, {self._tools})"
        self._depth += 1
        source = self._value(node)
        self._depth -= 1
        return source

    def test(self, node: Node) -> str:
        """Source that is true for Python exactly when the node's value is true for Lua."""
        match node:
            case Chain("and" | "or" as operator, items):
                return "(" + f" {operator} ".join([self.test(item) for item in items]) + ")"
            case Unary("not", operand):
                return f"(not {self.test(operand)})"
            case Literal(value):
                return "True" if values.truthy(value) else "False"
        if is_boolean(node):
            return self.value(node)
        temp = self._temp()
        return f"(({temp} := {self.value(node)}) is not None and {temp} is not False)"

    def _value(self, node: Node) -> str:
        match node:
            case Literal(value):
                return _constant(value)
            case Field(path):
                return self._field(path)
            case Index(base, key):
                return self._bound_call(values.index, (base, key))
            case Unary(operator, operand):
                return self._unary(operator, operand)
            case Binary(operator, left, right):
                return self._binary(operator, left, right)
            case Chain(operator, items):
                return self._chain(operator, items)
            case Call():
                return self._call(node)

    def _field(self, path: str) -> str:
        if "." not in path and "/" not in path:
            return f"{self._event}.get({path!r})"
        return f"{self._bind(read_field)}({self._event}, {path!r})"

    def _unary(self, operator: str, operand: Node) -> str:
        if operator == "not":
            return f"(not {self.test(operand)})"
        function = values.negate if operator == "-" else values.length
        return self._bound_call(function, (operand,))

    def _chain(self, operator: str, items: Sequence[Node]) -> str:
        if operator == "..":
            return self._bound_call(values.concat, items)
        *firsts, last = items
        if all(is_boolean(item) for item in firsts):
            return "(" + f" {operator} ".join([self.value(item) for item in items]) + ")"
        parts = []
        for item in firsts:
            temp = self._temp()
            holds = f"({temp} := {self.value(item)}) is not None and {temp} is not False"
            parts.append(f"{temp} if {holds if operator == 'or' else f'not ({holds})'} else ")
        return "(" + "".join(parts) + self.value(last) + ")"

    def _binary(self, operator: str, left: Node, right: Node) -> str:
        if operator in ("==", "~="):
            return self._equality(operator, left, right)
        if operator in _MIRRORED:
            return self._ordering(operator, left, right)
        return self._bound_call(OPERATORS[operator], (left, right))

    def _equality(self, operator: str, left: Node, right: Node) -> str:
        if isinstance(left, Literal):
            left, right = right, left
        if isinstance(right, Literal):
            return self._equals_constant(operator, left, right.value)
        source = self._bound_call(values.same, (left, right))
        return source if operator == "==" else f"(not {source})"

    def _equals_constant(self, operator: str, operand: Node, constant: Any) -> str:
        if isinstance(operand, Literal):
            return repr(values.same(operand.value, constant) is (operator == "=="))
        source, written, equal = self.value(operand), _constant(constant), operator == "=="
        if constant is None or isinstance(constant, bool):
            return f"({source} {'is' if equal else 'is not'} {written})"
        if isinstance(constant, str) and read_number(constant) is None:
            return f"({source} {'==' if equal else '!='} {written})"
        temp, same = self._temp(), self._bind(values.same)
        # Python holds True equal to 1, and a text never equal to a number.
        other = "str" if not isinstance(constant, str) else None
        exact = f" and type({temp}) is not bool" if other and constant in (0, 1) else ""
        unlike = f"type({temp}) is str" if other else f"type({temp}) is not str"
        source = (
            f"(({temp} := {source}) == {written}{exact}"
            f" or ({unlike} and {same}({temp}, {written})))"
        )
        return source if equal else f"(not {source})"

    def _ordering(self, operator: str, left: Node, right: Node) -> str:
        function = self._bind(OPERATORS[operator])
        constant, operand, sign = right, left, operator
        if isinstance(left, Literal):
            constant, operand, sign = left, right, _MIRRORED[operator]
        if not isinstance(constant, Literal) or constant.value in (None, True, False):
            return f"{function}({self.value(left)}, {self.value(right)})"
        temp, written = self._temp(), _constant(constant.value)
        slow = (
            f"{function}({written}, {temp})"
            if constant is left
            else f"{function}({temp}, {written})"
        )
        source = f"type({temp} := {self.value(operand)})"
        fits = f"{source} is int or type({temp}) is float"
        if isinstance(constant.value, str):
            fits = f"{source} is str"
        return f"({temp} {sign} {written} if {fits} else {slow})"

    def _call(self, node: Call) -> str:
        entry = FUNCTIONS.get(node.name)
        if entry is None:
            return self._bound_call(call_user, node.arguments, f"{self._tools}, {node.name!r}")
        if entry.form == "special":
            return self._special(node)
        first = self._tools if entry.form == "tools" else ""
        return self._bound_call(entry.run, node.arguments, first)

    def _special(self, node: Call) -> str:
        if node.name == "count":
            return f"{self._bind(FUNCTIONS['count'].run)}({self._tools}, {node.key!r})"
        if node.name == "has":
            return self._has(node.arguments[0])
        if node.name == "cond":
            test, yes, no = node.arguments
            return f"({self.value(yes)} if {self.test(test)} else {self.value(no)})"
        *firsts, last = node.arguments
        parts = []
        for argument in firsts:
            temp = self._temp()
            parts.append(f"{temp} if ({temp} := {self.value(argument)}) is not None else ")
        return "(" + "".join(parts) + self.value(last) + ")"

    def _has(self, field: Node) -> str:
        assert isinstance(field, Field)
        if "." not in field.path and "/" not in field.path:
            return f"({field.path!r} in {self._event})"
        read, missing = self._bind(get_path), self._bind(MISSING)
        return f"({read}({self._event}, {field.path!r}) is not {missing})"

    def _bound_call(
        self, function: Callable[..., Any], arguments: Sequence[Node], first: str = ""
    ) -> str:
        sources = [first] if first else []
        sources += [self.value(argument) for argument in arguments]
        return f"{self._bind(function)}({', '.join(sources)})"

    def _temp(self) -> str:
        self._temps += 1
        return f"_t{self._temps}"


def is_boolean(node: Node) -> bool:
    """Whether the node's value is always true or false, never anything else."""
    match node:
        case Literal(value):
            return isinstance(value, bool)
        case Unary(operator, _):
            return operator == "not"
        case Binary(operator, _, _):
            return operator in ("==", "~=") or operator in _MIRRORED
        case Chain("and" | "or", items):
            return all(is_boolean(item) for item in items)
        case Call(name, _):
            return name in FUNCTIONS and FUNCTIONS[name].boolean
    return False


def needs_tools(node: Node) -> bool:
    """Whether the value depends on anything besides the event."""
    calls = [one.name for one in walk(node) if isinstance(one, Call)]
    return any(
        name not in FUNCTIONS or FUNCTIONS[name].form == "tools" or name == "count"
        for name in calls
    )


def outlined(node: Node, *, test: bool = False) -> Callable[[Any, ExpressionTools | None], Any]:
    """A function of (event, tools) that computes the node's value, or its truth."""
    names: dict[str, object] = {}
    emitter = Emitter("event", binder(names), "tools")
    source = emitter.test(node) if test else emitter.value(node)
    return define("event, tools", source, names)


def binder(names: dict[str, object]) -> Bind:
    """A `bind` that collects the objects of generated code in `names`, one name per object."""
    known: dict[int, str] = {}

    def bind(thing: object) -> str:
        name = known.setdefault(id(thing), f"_b{len(known)}")
        names[name] = thing
        return name

    return bind


def define(parameters: str, source: str, names: dict[str, object]) -> Callable[..., Any]:
    """The function of `parameters` that returns `source`."""
    return eval(compile(f"lambda {parameters}: {source}", "<expression>", "eval"), names)  # type: ignore[no-any-return]  # noqa: S307


def _constant(value: Any) -> str:
    return f"({value!r})" if isinstance(value, int | float) and value < 0 else repr(value)
