"""What an event is: a JSON object. Field paths, the codec, canonical hashing.

Integers of any size stay exact, key order is kept, duplicate keys: the last one wins, and a number
that no float can hold makes the text invalid.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any, Final, TypeAlias

import msgspec

Json: TypeAlias = dict[str, Any]
"""An event, or any JSON object."""


class Missing:
    """The type of `MISSING`; falsy, so that `value or default` reads well for text."""

    def __bool__(self) -> bool:
        return False

    def __repr__(self) -> str:
        return "MISSING"


MISSING: Final = Missing()
"""No such field. Differs from `None`, which is JSON null."""

_decoder = msgspec.json.Decoder(dict[str, Any])
_any_decoder = msgspec.json.Decoder()
_encoder = msgspec.json.Encoder()

decode_event = _decoder.decode
"""One JSON object from bytes; raises `msgspec.DecodeError`, also for JSON that is no object."""
decode_events = _decoder.decode_lines
"""All objects of newline-delimited JSON; raises `msgspec.DecodeError` if any line is bad."""
decode_json = _any_decoder.decode
"""Any JSON value from bytes or text; raises `msgspec.DecodeError`."""
encode_json = _encoder.encode
"""Compact JSON bytes of any JSON value."""
DecodeError = msgspec.DecodeError


def encode_events(events: Iterable[Json]) -> bytes:
    """Newline-delimited JSON, one event a line, each line ended."""
    return _encoder.encode_lines(events if isinstance(events, list) else list(events))


def object_writer(keys: tuple[str, ...]) -> Callable[..., object]:
    """A maker of values that encode as the JSON object of these keys, given its values in order.

    For many objects of the same keys; no key may hold a quote, a backslash or a control character.
    """
    names = {f"f{place}": key for place, key in enumerate(keys)}
    return msgspec.defstruct("Object", list(names), rename=names, gc=False)


def digest(value: object) -> str:
    """SHA-256, in hex, over the canonical JSON (sorted keys, no spaces) of a JSON value."""
    return hashlib.sha256(msgspec.json.encode(value, order="sorted")).hexdigest()


@lru_cache(maxsize=4096)
def split_path(path: str) -> tuple[str, ...]:
    """The parts of `a.b`, `a/b` or the JSON Pointer `/a/b` (`~0`, `~1` escapes, RFC 6901)."""
    if path.startswith("/"):
        return tuple(part.replace("~1", "/").replace("~0", "~") for part in path[1:].split("/"))
    return tuple(path.split("/")) if "/" in path else tuple(path.split("."))


def get_path(event: Json, path: str) -> Any:
    """The value at `path`, or `MISSING`. A key that equals the whole path wins over nesting."""
    if path in event:
        return event[path]
    node: Any = event
    for part in split_path(path):
        node = _step(node, part)
        if node is MISSING:
            return MISSING
    return node


def set_path(event: Json, path: str, value: Any) -> None:
    """Write at `path`, creating objects on the way; `PathError` if it leads through a scalar."""
    parts = split_path(path)
    if path in event or len(parts) == 1:
        event[path if path in event else parts[0]] = value
        return
    node: Any = event
    for part in parts[:-1]:
        node = _descend(node, part, path)
    _write(node, parts[-1], value, path)


def remove_path(event: Json, path: str) -> Any:
    """Take the value at `path` out and return it, or `MISSING`."""
    if path in event:
        return event.pop(path)
    *parents, last = split_path(path)
    node: Any = event
    for part in parents:
        node = _step(node, part)
    if isinstance(node, dict):
        return node.pop(last, MISSING)
    if isinstance(node, list) and _is_index(last, node):
        return node.pop(int(last))
    return MISSING


class PathError(ValueError):
    """A field path that leads through a value which is neither object nor list."""


def _is_index(part: str, node: list[Any]) -> bool:
    return part.isascii() and part.isdigit() and int(part) < len(node)


def _step(node: Any, part: str) -> Any:
    if isinstance(node, dict):
        return node.get(part, MISSING)
    if isinstance(node, list) and _is_index(part, node):
        return node[int(part)]
    return MISSING


def _descend(node: Any, part: str, path: str) -> Any:
    found = _step(node, part)
    if found is MISSING:
        found = {}
        _write(node, part, found, path)
    if not isinstance(found, dict | list):
        raise PathError(f"cannot write {path!r}: {part!r} holds {found!r}, not an object")
    return found


def _write(node: Any, part: str, value: Any, path: str) -> None:
    if isinstance(node, dict):
        node[part] = value
    elif isinstance(node, list) and _is_index(part, node):
        node[int(part)] = value
    elif isinstance(node, list) and part == str(len(node)):
        node.append(value)
    else:
        raise PathError(f"cannot write {path!r}: {part!r} is no index of a list of {len(node)}")
