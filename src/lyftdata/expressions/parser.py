"""Tokens to the tree, by precedence climbing; names of functions and their arity are checked here.

Depth is bounded twice: the parser's own recursion, and the height of every tree it returns.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from typing import Final

from lyftdata.core.event import split_path
from lyftdata.expressions.errors import ExpressionError, nearest
from lyftdata.expressions.functions import ALIASES, FUNCTIONS
from lyftdata.expressions.lexer import Token, tokens
from lyftdata.expressions.nodes import Binary, Call, Chain, Field, Index, Literal, Node, Unary
from lyftdata.expressions.patterns import PatternError, compile_pattern

MAX_DEPTH: Final = 100
_CHUNK: Final = 50
_SPELLINGS: Final = {"&&": "and", "||": "or", "!=": "~=", "!": "not"}
_CONSTANTS: Final = {"nil": None, "null": None, "true": True, "false": False}
_COMPARISONS: Final = frozenset({"==", "~=", "<", "<=", ">", ">="})
_CHAINS: Final = frozenset({"and", "or", ".."})
_UNARY: Final = 7
_POWER: Final = 8
_BINDING: Final = (
    {"or": 1, "and": 2, "..": 4, "^": _POWER}
    | dict.fromkeys(_COMPARISONS, 3)
    | dict.fromkeys(("+", "-"), 5)
    | dict.fromkeys(("*", "/", "//", "%"), 6)
)
_STATEMENTS: Final = frozenset({"function", "local", "return", "if", "for", "while", "goto"})


def parse(text: str, *, place: str = "", user_functions: AbstractSet[str] | None = None) -> Node:
    """The tree of `text`. Raises `ExpressionError` at the first fault.

    `place` names the counters of `count()` in this text; `user_functions` are the names to accept
    besides the built-in ones, `None` for any name.
    """
    return _Parser(text, place or text, user_functions).whole()


class _Parser:
    def __init__(self, text: str, place: str, user_functions: AbstractSet[str] | None) -> None:
        self._tokens = tokens(text)
        self._at = 0
        self._depth = 0
        self._place = place
        self._counters = 0
        self._user_functions = user_functions

    def whole(self) -> Node:
        if self._peek().kind == "end":
            raise ExpressionError("the expression is empty", 0)
        node = self._expression(0)
        token = self._peek()
        if token.kind != "end":
            hint = "an expression is one value, without statements" if token.kind == "name" else ""
            raise ExpressionError(f"unexpected {token.text!r}", token.offset, hint)
        return node

    def _expression(self, binding: int) -> Node:
        token = self._peek()
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise ExpressionError(f"nested more than {MAX_DEPTH} deep", token.offset)
        left = self._prefix()
        while True:
            operator = self._operator()
            strength = _BINDING.get(operator, 0)
            if strength <= binding:
                break
            left = self._continued(left, operator, strength)
        self._depth -= 1
        return left

    def _continued(self, left: Node, operator: str, strength: int) -> Node:
        offset = self._peek().offset
        if operator in _CHAINS:
            items = [left]
            while self._operator() == operator:
                self._take()
                items.append(self._expression(strength))
            return self._chain(operator, items, offset)
        self._take()
        right = self._expression(strength - 1 if operator == "^" else strength)
        if operator in _COMPARISONS and self._operator() in _COMPARISONS:
            hint = "write `a < b and b < c`"
            raise ExpressionError("comparisons cannot be chained", self._peek().offset, hint)
        return Binary(operator, left, right, self._height(offset, left, right))

    def _chain(self, operator: str, items: list[Node], offset: int) -> Node:
        while len(items) > 1:
            groups = [items[at : at + _CHUNK] for at in range(0, len(items), _CHUNK)]
            items = [
                Chain(operator, tuple(group), self._height(offset, *group))
                if len(group) > 1
                else group[0]
                for group in groups
            ]
        return items[0]

    def _prefix(self) -> Node:
        token = self._peek()
        operator = self._operator()
        if operator not in ("not", "-", "#"):
            return self._postfix(self._primary())
        self._take()
        operand = self._expression(_UNARY)
        if operator == "-" and isinstance(operand, Literal) and _is_number(operand.value):
            assert isinstance(operand.value, int | float)
            return Literal(-operand.value)
        return Unary(operator, operand, self._height(token.offset, operand))

    def _primary(self) -> Node:
        token = self._take()
        if token.kind in ("number", "string"):
            return Literal(token.value)
        if token.kind == "name" and token.text in _CONSTANTS:
            return Literal(_CONSTANTS[token.text])
        if token.kind == "name" and token.text not in ("and", "or", "not"):
            return self._name(token)
        if token.text == "(":
            inner = self._expression(0)
            self._expect(")", f"the ( at character {token.offset + 1} is not closed")
            return inner
        what = (
            "the expression ends too early" if token.kind == "end" else f"unexpected {token.text!r}"
        )
        raise ExpressionError(what, token.offset, "a value is missing here")

    def _name(self, token: Token) -> Node:
        path = token.text
        while self._peek().text == "." and self._tokens[self._at + 1].kind == "name":
            self._take()
            path += "." + self._take().text
        if self._peek().text == "(" and self._peek().kind == "op":
            return self._call(path, token.offset)
        following = self._peek()
        if token.text in _STATEMENTS and following.kind in ("name", "number", "string"):
            hint = "an expression is one value; statements go into `run` of a script"
            raise ExpressionError(f"unexpected {token.text!r}", token.offset, hint)
        return Field(path)

    def _postfix(self, node: Node) -> Node:
        while self._peek().text in ("[", ".") and self._peek().kind == "op":
            opening = self._take()
            if opening.text == "[":
                key = self._expression(0)
                self._expect("]", f"the [ at character {opening.offset + 1} is not closed")
            else:
                name = self._take()
                if name.kind != "name":
                    raise ExpressionError("a name is missing after the dot", name.offset)
                key = Literal(name.text)
            node = Index(node, key, self._height(opening.offset, node, key))
        return node

    def _call(self, written: str, offset: int) -> Node:
        self._take()
        arguments: list[Node] = []
        while self._peek().text != ")" or self._peek().kind != "op":
            arguments.append(self._expression(0))
            if self._peek().text != ",":
                break
            comma = self._take()
            if self._peek().text == ")":
                raise ExpressionError("an argument is missing after the comma", comma.offset)
        self._expect(")", f"the ( of {written} is not closed")
        name = self._function(written, len(arguments), offset)
        key = ""
        if name == "count":
            arguments, key = self._counter(arguments, offset)
        elif name in ("has", "field"):
            arguments = [_field_argument(name, arguments[0], offset)]
        elif name == "match":
            _check_pattern(arguments[1], offset)
        if name == "field":
            return arguments[0]
        return Call(name, tuple(arguments), key, self._height(offset, *arguments))

    def _function(self, written: str, given: int, offset: int) -> str:
        name = ALIASES.get(written, written)
        if name not in FUNCTIONS:
            if self._is_users(written):
                return written
            known = (*FUNCTIONS, *ALIASES, *(self._user_functions or ()))
            hint = nearest(written, known) or "the reference lists all functions"
            message = f"there is no function {written!r}"
            raise ExpressionError(message, offset, hint, code="unknown-function")
        entry = FUNCTIONS[name]
        if given < entry.fewest or (entry.most is not None and given > entry.most):
            message = f"{written} does not take {given} argument{'' if given == 1 else 's'}"
            hint = f"it is {entry.signature}"
            raise ExpressionError(message, offset, hint, code="function-arguments")
        return name

    def _is_users(self, name: str) -> bool:
        if self._user_functions is None:
            return "." not in name
        return name in self._user_functions

    def _counter(self, arguments: list[Node], offset: int) -> tuple[list[Node], str]:
        if not arguments:
            self._counters += 1
            return [], f"{self._place}#{self._counters}"
        name = arguments[0]
        if not isinstance(name, Literal) or not isinstance(name.value, str):
            message = "count takes a name in quotes, or nothing"
            raise ExpressionError(message, offset, code="function-arguments")
        return [], name.value

    def _height(self, offset: int, *below: Node) -> int:
        height = 1 + max((node.height for node in below), default=0)
        if height > MAX_DEPTH:
            hint = "split it over several steps"
            raise ExpressionError(f"nested more than {MAX_DEPTH} deep", offset, hint)
        return height

    def _operator(self) -> str:
        token = self._peek()
        if token.kind == "op" or token.text in ("and", "or", "not"):
            return _SPELLINGS.get(token.text, token.text)
        return ""

    def _peek(self) -> Token:
        return self._tokens[self._at]

    def _take(self) -> Token:
        token = self._tokens[self._at]
        if token.kind != "end":
            self._at += 1
        return token

    def _expect(self, text: str, otherwise: str) -> None:
        token = self._take()
        if token.text != text or token.kind != "op":
            found = repr(token.text) if token.text else "the end"
            raise ExpressionError(f"{text!r} is missing before {found}", token.offset, otherwise)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _field_argument(name: str, argument: Node, offset: int) -> Field:
    if name == "has" and isinstance(argument, Field):
        return argument
    if isinstance(argument, Literal) and isinstance(argument.value, str) and argument.value:
        split_path(argument.value)
        return Field(argument.value)
    hint = f'write it as {name}("a.b")'
    raise ExpressionError(
        f"{name} takes the path of a field", offset, hint, code="function-arguments"
    )


def _check_pattern(argument: Node, offset: int) -> None:
    if not isinstance(argument, Literal) or not isinstance(argument.value, str):
        return
    try:
        compile_pattern(argument.value)
    except PatternError as error:
        raise ExpressionError(str(error), offset, code="invalid-pattern") from error
