"""A small JSON file with lasting state of a component, replaced atomically."""

from __future__ import annotations

from pathlib import Path

from lyftdata.core.errors import PermanentError
from lyftdata.core.event import DecodeError, Json, decode_event, encode_json
from lyftdata.stores.durable import put
from lyftdata.stores.errors import told


def load_state(file: Path) -> Json:
    """What was saved, or `{}`. Raises `PermanentError` when the file is damaged."""
    with told("read", file):
        try:
            data = file.read_bytes()
        except FileNotFoundError:
            return {}
    try:
        return decode_event(data)
    except DecodeError as error:
        text = f"{str(file)!r} is damaged: {error}; remove it to start without it"
        raise PermanentError(text, code="damaged-state") from error


def save_state(file: Path, state: Json) -> None:
    """Replace what was saved. Raises `TemporaryError` or `PermanentError`."""
    with told("write", file):
        put(file, encode_json(state))
