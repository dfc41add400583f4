"""Steps on whole payloads: what one end packs the other unpacks, by names and by order."""

from __future__ import annotations

import gzip
import io
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from lyftdata.delivery.preprocessors import Packing, Unpacking, packed, unpacked

Step = Literal["gzip", "zstd", "base64"]
STEPS: list[Step] = ["gzip", "zstd", "base64"]


def read(data: bytes, *steps: str, name: str = "object") -> bytes:
    checked: Unpacking = TypeAdapter(Unpacking).validate_python(steps)
    return unpacked(io.BytesIO(data), checked, name=name).read()


@given(data=st.binary(max_size=2000), steps=st.lists(st.sampled_from(STEPS), max_size=4))
def test_the_steps_backwards_give_the_data_again(data: bytes, steps: list[Step]) -> None:
    assert read(packed(data, tuple(steps)), *reversed(steps)) == data


def test_the_extensions_of_a_name_say_the_steps() -> None:
    data = packed(b"text", ("gzip", "base64"))

    assert read(data, "extension", name="logs/2026.b64.gz/a.json.gz.b64") == b"text"
    assert read(packed(b"text", ("zstd",)), "extension", name="A.ZST") == b"text"


def test_a_name_without_such_an_extension_is_taken_as_it_is() -> None:
    assert read(b"text", "extension", name="a.gz.txt") == b"text"


def test_gzip_is_gzip() -> None:
    assert gzip.decompress(packed(b"text", ("gzip",))) == b"text"


@pytest.mark.parametrize("kind", [Packing, Unpacking])
def test_what_this_build_cannot_do_is_told_at_its_place(kind: Any) -> None:
    with pytest.raises(ValidationError) as caught:
        TypeAdapter[Any](kind).validate_python(("gzip", "parquet"))

    [fault] = caught.value.errors()
    assert (fault["type"], fault["ctx"]["at"]) == ("needs-extra", [1])
