"""The meaning of an expression, written for reading: a walk over the tree, one event at a time.

The slow oracle: a property test holds the generated code of `emit` equal to it.
"""

from __future__ import annotations

from typing import Any, Final

from lyftdata.core.event import MISSING, Json, get_path
from lyftdata.expressions import values
from lyftdata.expressions.errors import EvaluationError
from lyftdata.expressions.functions import FUNCTIONS
from lyftdata.expressions.nodes import Binary, Call, Chain, Field, Index, Literal, Node, Unary
from lyftdata.expressions.tools import ExpressionTools

OPERATORS: Final = {
    "+": values.add,
    "-": values.subtract,
    "*": values.multiply,
    "/": values.divide,
    "//": values.floor_divide,
    "%": values.modulo,
    "^": values.power,
    "==": values.same,
    "~=": lambda left, right: not values.same(left, right),
    "<": values.less,
    "<=": values.less_equal,
    ">": values.greater,
    ">=": values.greater_equal,
}


def evaluate(node: Node, event: Json, tools: ExpressionTools) -> Any:
    """The value of the tree for one event. Raises `EvaluationError`."""
    match node:
        case Literal(value):
            return value
        case Field(path):
            return read_field(event, path)
        case Index(base, key):
            return values.index(evaluate(base, event, tools), evaluate(key, event, tools))
        case Unary(operator, operand):
            return _unary(operator, evaluate(operand, event, tools))
        case Binary(operator, left, right):
            one = evaluate(left, event, tools)
            return OPERATORS[operator](one, evaluate(right, event, tools))
        case Chain(operator, items):
            return _chain(operator, items, event, tools)
        case Call():
            return _call(node, event, tools)


def read_field(event: Json, path: str) -> Any:
    """The value at a path; nil when it is missing."""
    value = get_path(event, path)
    return None if value is MISSING else value


def call_user(tools: ExpressionTools, name: str, *arguments: Any) -> Any:
    """Call a function of the user's own file."""
    function = tools.functions.get(name)
    if function is None:
        known = ", ".join(sorted(tools.functions)) or "none"
        raise EvaluationError(f"there is no function {name!r}; the loaded file defines: {known}")
    return function(*arguments)


def _unary(operator: str, value: Any) -> Any:
    if operator == "not":
        return not values.truthy(value)
    return values.negate(value) if operator == "-" else values.length(value)


def _chain(operator: str, items: tuple[Node, ...], event: Json, tools: ExpressionTools) -> Any:
    if operator == "..":
        return values.concat(*[evaluate(item, event, tools) for item in items])
    value = None
    for item in items:
        value = evaluate(item, event, tools)
        if values.truthy(value) is (operator == "or"):
            return value
    return value


def _call(node: Call, event: Json, tools: ExpressionTools) -> Any:
    entry = FUNCTIONS.get(node.name)
    if entry is not None and entry.form == "special":
        return _special(node, event, tools)
    arguments = [evaluate(argument, event, tools) for argument in node.arguments]
    if entry is None:
        return call_user(tools, node.name, *arguments)
    return entry.run(tools, *arguments) if entry.form == "tools" else entry.run(*arguments)


def _special(node: Call, event: Json, tools: ExpressionTools) -> Any:
    if node.name == "count":
        return FUNCTIONS["count"].run(tools, node.key)
    if node.name == "has":
        (field,) = node.arguments
        assert isinstance(field, Field)
        return get_path(event, field.path) is not MISSING
    if node.name == "cond":
        test, yes, no = node.arguments
        return evaluate(yes if values.truthy(evaluate(test, event, tools)) else no, event, tools)
    for argument in node.arguments:
        value = evaluate(argument, event, tools)
        if value is not None:
            return value
    return None
