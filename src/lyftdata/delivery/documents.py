"""A whole stream of bytes as one record: the twin of `LineCutter` for `ignore-line-breaks`."""

from __future__ import annotations

from dataclasses import dataclass

from lyftdata.delivery.lines import BLOCK, EXCERPT, Lines, ReadAt
from lyftdata.delivery.payload import Reading
from lyftdata.spec.component import Refused


@dataclass(slots=True)
class DocumentCutter:
    """Gives everything from offset 0 to the end at once."""

    read_at: ReadAt
    reading: Reading
    most: int
    """Largest document in bytes; larger ones are refused."""
    encoding: str = "utf-8"

    def next(self, offset: int, *, until: int | None = None, final: bool = False) -> Lines | None:
        """The document, once it is `final` or known to end at `until`."""
        if offset or not (final or until):
            return None
        data = self.read_at(0, self.most + 1 if until is None else min(until, self.most + 1))
        if not data:
            return None
        if len(data) > self.most:
            return self._refused(data)
        text = data
        if self.encoding != "utf-8":
            text = data.decode(self.encoding, "replace").encode()
        records = self.reading.records(text.removeprefix(b"\xef\xbb\xbf"))
        raw = b"".join([record + b"\n" for record in records])
        return Lines(raw, len(records), 0, len(data), lambda _n: len(data))

    def _refused(self, data: bytes) -> Lines:
        end = len(data)
        while block := self.read_at(end, BLOCK):
            end += len(block)
        message = f"a document of {end} bytes is larger than {self.most}; raise max-read-size"
        refused = Refused(excerpt=data[:EXCERPT], code="document-too-large", message=message)
        return Lines(b"", 0, 0, end, lambda _n: end, (refused,))


@dataclass(slots=True)
class ArrayCutter:
    """Gives the elements of a JSON array, or the records of another payload that is read whole.

    Its offsets count records.
    """

    document: DocumentCutter

    def next(self, offset: int, *, until: int | None = None, final: bool = False) -> Lines | None:
        """The records from number `offset` on, up to number `until`."""
        whole = self.document.next(0, final=final or until is not None)
        if whole is None or (offset and offset >= whole.count):
            return None
        records = whole.raw.splitlines(keepends=True)[offset:until]
        raw = b"".join(records)
        end = offset + len(records)
        return Lines(raw, len(records), offset, end, lambda n: offset + n, whole.refused)
