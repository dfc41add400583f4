"""Functions that choose between values, and those on lists, objects and JSON."""

from __future__ import annotations

import ipaddress
from typing import Any, Final

from lyftdata.core.event import DecodeError, decode_json, encode_json
from lyftdata.expressions.errors import EvaluationError
from lyftdata.expressions.functions.entry import Example, Function, text_argument
from lyftdata.expressions.values import checked_text, concat, shown


def cond(test: Any, yes: Any, no: Any) -> Any:
    """The second argument when the first is true, else the third; the other is not computed."""
    raise NotImplementedError("generated in place")


def coalesce(*values: Any) -> Any:
    """The first argument that is not nil; those after it are not computed."""
    raise NotImplementedError("generated in place")


def has(field: Any) -> bool:
    """Whether the event has the field, even when its value is null."""
    raise NotImplementedError("generated in place")


def field(path: str) -> Any:
    """The field at a path that is no Lua name: `field("user-agent")`, `field("/a/b")`."""
    raise NotImplementedError("generated in place")


def join(items: Any, separator: Any = "") -> str:
    """The texts and numbers of a list joined, with the separator between."""
    if not isinstance(items, list):
        raise EvaluationError(f"join takes a list, not {shown(items)}", value=items)
    mark = text_argument(separator, "join")
    return checked_text(mark.join([concat(one) for one in items]))


def keys(value: Any) -> list[str]:
    """The names of an object's keys, in their order."""
    if not isinstance(value, dict):
        raise EvaluationError(f"keys takes an object, not {shown(value)}", value=value)
    return list(value)


def from_json(text: Any) -> Any:
    """The value of a JSON text."""
    try:
        return decode_json(text_argument(text, "from_json"))
    except (DecodeError, RecursionError) as error:
        raise EvaluationError(f"from_json: {error}", value=text) from error


def to_json(value: Any) -> str:
    """The JSON text of any value."""
    return checked_text(encode_json(value).decode())


def in_network(address: Any, network: Any) -> bool:
    """Whether an IP address lies in a network such as `10.0.0.0/8`."""
    try:
        inside = ipaddress.ip_network(text_argument(network, "in_network"), strict=False)
        return ipaddress.ip_address(text_argument(address, "in_network")) in inside
    except ValueError as error:
        raise EvaluationError(f"in_network: {error}", value=address) from error


ENTRIES: Final = (
    Function(
        "cond(test, yes, no)", cond, 3, 3, (Example('cond(1 < 2, "a", "b")', "a"),), form="special"
    ),
    Function(
        "coalesce(value, ...)",
        coalesce,
        1,
        None,
        (Example("coalesce(nil, 0, 1)", 0),),
        form="special",
    ),
    Function(
        "has(field)",
        has,
        1,
        1,
        (Example("has(no_such_field)", value=False),),
        form="special",
        boolean=True,
    ),
    Function("field(path)", field, 1, 1, (Example('field("x-y")', None),), form="special"),
    Function(
        "join(list[, separator])",
        join,
        1,
        2,
        (Example('join(split("a b", " "), "+")', "a+b"),),
        aliases=("table.concat",),
    ),
    Function("keys(object)", keys, 1, 1, (Example("""keys(from_json('{"a":1}'))""", ["a"]),)),
    Function("from_json(text)", from_json, 1, 1, (Example("from_json('[1,2]')", [1, 2]),)),
    Function("to_json(value)", to_json, 1, 1, (Example('to_json("a")', '"a"'),)),
    Function(
        "in_network(address, network)",
        in_network,
        2,
        2,
        (Example('in_network("10.1.2.3", "10.0.0.0/8")', value=True),),
        boolean=True,
    ),
)
