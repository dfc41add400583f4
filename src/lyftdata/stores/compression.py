"""Gzip, Zstandard and base64 as bytes and as streams. The one place that picks their libraries."""

from __future__ import annotations

import base64
import binascii
import gzip
import io
import sys
import zlib
from typing import IO, BinaryIO, Final, cast

try:
    from isal import igzip as fast_gzip
except ImportError:  # no build of it for this machine: the same format, slower
    import gzip as fast_gzip  # type: ignore[no-redef]

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

LEVEL: Final = 2
"""Level of the fast gzip; the standard library's, where it stands in, takes the same number."""
BROKEN: Final = (gzip.BadGzipFile, EOFError, zstd.ZstdError, zlib.error, binascii.Error)
"""What the readers raise on data that is not in their format, or ends too early."""


def gzip_bytes(data: bytes) -> bytes:
    """One gzip member, without a time in it: the same bytes for the same data."""
    return fast_gzip.compress(data, LEVEL, mtime=0)


def zstd_bytes(data: bytes) -> bytes:
    """One Zstandard frame."""
    return zstd.compress(data)


def base64_bytes(data: bytes) -> bytes:
    """One line of base64."""
    return base64.b64encode(data)


def gzip_writer(target: IO[bytes]) -> BinaryIO:
    """A stream that compresses into `target`; closing it leaves `target` open."""
    return cast("BinaryIO", fast_gzip.open(target, "wb", compresslevel=LEVEL))  # type: ignore[no-untyped-call]


def gzip_reader(source: BinaryIO) -> BinaryIO:
    """The decompressed stream; all members, one after the other."""
    return cast("BinaryIO", fast_gzip.open(source, "rb"))  # type: ignore[no-untyped-call]


def zstd_reader(source: BinaryIO) -> BinaryIO:
    """The decompressed stream."""
    return cast("BinaryIO", zstd.open(source, "rb"))


def base64_reader(source: BinaryIO) -> BinaryIO:
    """The decoded stream; line breaks in the text are fine."""
    return cast("BinaryIO", io.BufferedReader(_Base64(source)))


class _Base64(io.RawIOBase):
    def __init__(self, source: BinaryIO) -> None:
        super().__init__()
        self._source = source
        self._decoded = b""
        self._text = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        while not self._decoded:
            block = self._source.read(64 * 1024)
            self._text += block.translate(None, b"\r\n\t ")
            whole = len(self._text) // 4 * 4 if block else len(self._text)
            self._decoded = base64.b64decode(self._text[:whole], validate=True)
            self._text = self._text[whole:]
            if not block:
                break
        n = min(len(buffer), len(self._decoded))
        buffer[:n] = self._decoded[:n]
        self._decoded = self._decoded[n:]
        return n
