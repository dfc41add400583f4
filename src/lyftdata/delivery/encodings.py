"""Names of text encodings, checked when the job is read."""

from __future__ import annotations

import codecs
from typing import Final

from pydantic_core import PydanticCustomError

_ASCII: Final = "".join(map(chr, range(128)))


def checked_encoding(name: str) -> str:
    """The canonical name of an encoding in which ASCII, newlines too, is itself."""
    if "{{" in name:
        return name
    try:
        found = codecs.lookup(name).name
        plain = _ASCII.encode(found) == _ASCII.encode()
    except (LookupError, UnicodeError):
        found, plain = name, False
    if not plain:
        text = f"cannot read the encoding {name!r}; such as utf-8, latin-1, cp1252 can be read"
        raise PydanticCustomError("unsupported-encoding", "{text}", {"text": text})
    return found
