"""Steps on whole payloads: what an output does to its bytes, what an input undoes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Annotated, BinaryIO, Final, Literal, TypeVar

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

from lyftdata.stores.compression import (
    base64_bytes,
    base64_reader,
    gzip_bytes,
    gzip_reader,
    zstd_bytes,
    zstd_reader,
)

T = TypeVar("T", bound=Sequence[str])


def _available(steps: T) -> T:
    if "parquet" in steps:
        text = "parquet needs an extra that this build does not have; write JSON lines, or gzip"
        at = {"text": text, "at": [list(steps).index("parquet")]}
        raise PydanticCustomError("needs-extra", "{text}", at)
    return steps


Packing = Annotated[
    tuple[Literal["gzip", "zstd", "parquet", "base64"], ...], AfterValidator(_available)
]
"""Steps of an output, in order."""
Unpacking = Annotated[
    tuple[Literal["extension", "gzip", "zstd", "parquet", "base64"], ...],
    AfterValidator(_available),
]
"""Steps of an input, in order. `extension` takes those that the object's name ends in."""

_PACK: Final[Mapping[str, Callable[[bytes], bytes]]] = {
    "gzip": gzip_bytes,
    "zstd": zstd_bytes,
    "base64": base64_bytes,
}
_UNPACK: Final[Mapping[str, Callable[[BinaryIO], BinaryIO]]] = {
    "gzip": gzip_reader,
    "zstd": zstd_reader,
    "base64": base64_reader,
}
_EXTENSIONS: Final = {".gz": "gzip", ".zst": "zstd", ".b64": "base64"}


def packed(data: bytes, steps: Packing) -> bytes:
    """The bytes after all steps."""
    for step in steps:
        data = _PACK[step](data)
    return data


def unpacked(source: BinaryIO, steps: Unpacking, *, name: str) -> BinaryIO:
    """The stream after all steps; it is decompressed as it is read, never held as a whole."""
    for step in steps:
        for one in _by_extension(name) if step == "extension" else [step]:
            source = _UNPACK[one](source)
    return source


def _by_extension(name: str) -> list[str]:
    """`a.json.gz.b64` was compressed, then encoded: decode first."""
    steps = []
    for suffix in reversed(PurePosixPath(name).suffixes):
        if suffix.lower() not in _EXTENSIONS:
            break
        steps.append(_EXTENSIONS[suffix.lower()])
    return steps
