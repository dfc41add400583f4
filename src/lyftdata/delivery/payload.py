"""Payloads: one text or document into records, and events with header, footer and commas around.

Used for what is held in memory as a whole: a response, a command's output, a document that is one
event. Long streams of lines go through `lines`.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from lyftdata.core.event import DecodeError, Json, decode_json, encode_json
from lyftdata.delivery.batch import BatchSpec
from lyftdata.spec.component import Batch, Position

PayloadMode = Literal["auto", "json", "raw", "binary"]


@dataclass(frozen=True, slots=True)
class Reading:
    """How the bytes of a payload become events."""

    json: bool = False
    """Records are JSON, else text that becomes `_raw`."""
    whole: bool = False
    """The payload is one record, line breaks and all."""
    binary: bool = False
    """The payload is one record, held as base64 in `_raw`."""
    keep_ends: bool = False
    """Line endings stay in the text."""

    @property
    def kind(self) -> Literal["text", "json"]:
        """The kind of the batches."""
        plain = not (self.json or self.whole or self.binary or self.keep_ends)
        return "text" if plain else "json"

    @property
    def streams(self) -> bool:
        """Whether the payload may be read line by line, never held as a whole."""
        return not (self.whole or self.binary or self.keep_ends)

    def records(self, payload: bytes) -> list[bytes]:
        """The records of one payload, in order, without their newlines."""
        if self.binary:
            return [_raw(base64.b64encode(payload).decode())] if payload else []
        if self.json:
            return _json_records(payload, whole=self.whole)
        if self.whole:
            return [_raw(payload.decode("utf-8", "replace"))] if payload else []
        if self.keep_ends:
            lines = payload.decode("utf-8", "replace").splitlines(keepends=True)
            return [_raw(line) for line in lines]
        return split_lines(payload)


def reading_of(mode: PayloadMode, *, json: bool, whole: bool, keep_ends: bool = False) -> Reading:
    """The reading that the settings `payload-mode`, `json` and `ignore-line-breaks` ask for."""
    return Reading(
        json=mode == "json" or (json and mode == "auto"),
        whole=whole,
        binary=mode == "binary",
        keep_ends=keep_ends and mode in ("auto", "raw") and not json,
    )


def split_lines(payload: bytes) -> list[bytes]:
    """The lines of a text, without their ends; the last one need not be ended."""
    lines = payload.replace(b"\r\n", b"\n").split(b"\n")
    if not lines[-1]:
        lines.pop()
    return lines


def batch_of(
    records: Sequence[bytes],
    *,
    kind: Literal["text", "json"],
    position: Callable[[int], Position],
    fields: Json | None = None,
    source_bytes: int = 0,
    marks: tuple[bool, bool] = (True, True),
) -> Batch:
    """A batch of records; `position(n)` is the position after the first n of them."""
    return Batch(
        raw=b"".join([record + b"\n" for record in records]),
        count=len(records),
        kind=kind,
        begin=position(0),
        end=position(len(records)),
        locate=position,
        fields=fields,
        source_bytes=source_bytes,
        begins_document=marks[0],
        ends_document=marks[1],
    )


def framed(batch: BatchSpec | None, lines: bytes, header: str = "", footer: str = "") -> bytes:
    """The bytes to send for events given as lines: newline-delimited, or a JSON array."""
    body = lines
    if batch is not None and batch.wrap_as_json:
        body = b"[" + lines.removesuffix(b"\n").replace(b"\n", b",") + b"]"
    return header.encode() + body + footer.encode()


def _json_records(payload: bytes, *, whole: bool) -> list[bytes]:
    text = payload.removeprefix(b"\xef\xbb\xbf").strip()
    if not text:
        return []
    if text[:1] != b"[" and not whole and b"\n" not in text:
        return [text]
    try:
        value = decode_json(text)
    except DecodeError:
        if whole:
            return [text.replace(b"\r", b" ").replace(b"\n", b" ")]
        return [line for line in split_lines(text) if line.strip()]
    if isinstance(value, list) and not whole:
        return [encode_json(one) for one in value]
    return [encode_json(value)]


def _raw(text: str) -> bytes:
    return encode_json({"_raw": text})
