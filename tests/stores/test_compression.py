"""Gzip, Zstandard and base64: other programs read what we write, and we read theirs."""

from __future__ import annotations

import base64
import gzip
import io
from collections.abc import Callable
from typing import BinaryIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lyftdata.stores.compression import (
    BROKEN,
    base64_bytes,
    base64_reader,
    gzip_bytes,
    gzip_reader,
    gzip_writer,
    zstd_bytes,
    zstd_reader,
)

Pack = Callable[[bytes], bytes]
Read = Callable[[BinaryIO], BinaryIO]
PAIRS = [
    pytest.param(gzip_bytes, gzip_reader, id="gzip"),
    pytest.param(zstd_bytes, zstd_reader, id="zstd"),
    pytest.param(base64_bytes, base64_reader, id="base64"),
]


@pytest.mark.parametrize(("pack", "read"), PAIRS)
@given(data=st.binary(max_size=5000), size=st.integers(1, 700))
def test_what_is_packed_is_read_in_pieces_of_any_size(
    pack: Pack, read: Read, data: bytes, size: int
) -> None:
    stream, found = read(io.BytesIO(pack(data))), b""
    while piece := stream.read(size):
        found += piece

    assert found == data


@pytest.mark.parametrize(("pack", "read"), PAIRS)
def test_data_that_is_cut_or_in_no_such_format_is_an_error(pack: Pack, read: Read) -> None:
    whole = pack(bytes(range(256)) * 40)
    for broken in (whole[: len(whole) // 2 - 1], b"\x00plain text, not packed at all"):
        with pytest.raises(BROKEN):
            read(io.BytesIO(broken)).read()


def test_gzip_is_what_others_read_and_the_same_for_the_same_data() -> None:
    data = b"line\n" * 10_000

    assert gzip.decompress(gzip_bytes(data)) == data
    assert gzip_bytes(data) == gzip_bytes(data)


def test_members_one_after_the_other_are_one_stream() -> None:
    both = gzip_bytes(b"one\n") + gzip.compress(b"two\n")

    assert gzip_reader(io.BytesIO(both)).read() == b"one\ntwo\n"


def test_frames_one_after_the_other_are_one_stream() -> None:
    both = zstd_bytes(b"one\n") + zstd_bytes(b"two\n")

    assert zstd_reader(io.BytesIO(both)).read() == b"one\ntwo\n"


def test_a_writer_leaves_its_target_open() -> None:
    target = io.BytesIO()
    with gzip_writer(target) as member:
        member.write(b"one\n")
    target.write(gzip_bytes(b"two\n"))

    assert gzip.decompress(target.getvalue()) == b"one\ntwo\n"


def test_base64_may_be_folded_into_lines() -> None:
    data = bytes(range(256)) * 3

    assert base64_reader(io.BytesIO(base64.encodebytes(data))).read() == data
