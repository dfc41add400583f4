"""The tree of an expression: frozen values, made by `parser`, read by `emit` and `interpret`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Literal:
    """A constant: None, a boolean, a number or a text."""

    value: bool | int | float | str | None
    height: int = field(default=1, compare=False)


@dataclass(frozen=True, slots=True)
class Field:
    """A field of the event by its path (`a.b`); nil when it is missing."""

    path: str
    height: int = field(default=1, compare=False)


@dataclass(frozen=True, slots=True)
class Index:
    """`base[key]`: a key of an object, or a position in a list counted from 1."""

    base: Node
    key: Node
    height: int = field(default=1, compare=False)


@dataclass(frozen=True, slots=True)
class Unary:
    """`not`, `-` or `#` before one operand."""

    operator: str
    operand: Node
    height: int = field(default=1, compare=False)


@dataclass(frozen=True, slots=True)
class Binary:
    """Arithmetic (`+ - * / // % ^`) or a comparison (`== ~= < <= > >=`) of two operands."""

    operator: str
    left: Node
    right: Node
    height: int = field(default=1, compare=False)


@dataclass(frozen=True, slots=True)
class Chain:
    """Two or more operands joined by one of `and`, `or`, `..`, which are all associative."""

    operator: str
    items: tuple[Node, ...]
    height: int = field(default=1, compare=False)


@dataclass(frozen=True, slots=True)
class Call:
    """A function by its own name, never an alias. `key` names the counter of a `count()`."""

    name: str
    arguments: tuple[Node, ...]
    key: str = ""
    height: int = field(default=1, compare=False)


Node: TypeAlias = Literal | Field | Index | Unary | Binary | Chain | Call


def children(node: Node) -> tuple[Node, ...]:
    """The nodes right below."""
    match node:
        case Index(base, key):
            return (base, key)
        case Unary(_, operand):
            return (operand,)
        case Binary(_, left, right):
            return (left, right)
        case Chain(_, items):
            return items
        case Call(_, arguments):
            return arguments
    return ()


def walk(node: Node) -> Iterator[Node]:
    """The node and all below it."""
    waiting = [node]
    while waiting:
        here = waiting.pop()
        yield here
        waiting.extend(children(here))
