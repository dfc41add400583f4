"""Lines out of any bytes, cut anywhere."""

from __future__ import annotations

import tracemalloc

from hypothesis import given
from hypothesis import strategies as st

from lyftdata.delivery.lines import LineCutter, Lines

CONTENT = st.binary(max_size=200).map(
    lambda data: data.replace(b"\0", b"\n").replace(b"\1", b"\r\n")
)


def cutter(content: bytes, *, block: int, most: int) -> LineCutter:
    return LineCutter(lambda at, size: content[at : at + size], max_line=most, block=block)


def all_of(cut: LineCutter, offset: int = 0, until: int | None = None) -> list[Lines]:
    pieces = []
    while until is None or offset < until:
        piece = cut.next(offset, until=until, final=True)
        if piece is None:
            break
        assert piece.begin == offset
        assert piece.end > offset
        pieces.append(piece)
        offset = piece.end
    return pieces


def joined(pieces: list[Lines]) -> bytes:
    return b"".join(piece.raw for piece in pieces)


@given(CONTENT, st.integers(1, 40), st.integers(1, 40))
def test_every_line_comes_once_or_is_refused(content: bytes, block: int, most: int) -> None:
    pieces = all_of(cutter(content, block=block, most=most))
    assert pieces == [] or pieces[-1].end == len(content)
    lines = content.split(b"\n")
    unended = lines.pop()
    sized = [(line, len(line) + 1) for line in lines] + (
        [(unended, len(unended))] if unended else []
    )
    refused = sum(len(piece.refused) for piece in pieces)
    assert refused + sum(piece.count for piece in pieces) == len(sized)
    assert all(piece.raw.count(b"\n") == piece.count for piece in pieces)


@given(CONTENT, st.integers(1, 40), st.data())
def test_locate_leads_to_the_rest(content: bytes, block: int, data: st.DataObject) -> None:
    pieces = [one for one in all_of(cutter(content, block=block, most=1000)) if one.count > 1]
    if not pieces:
        return
    piece = data.draw(st.sampled_from(pieces))
    n = data.draw(st.integers(1, piece.count - 1))
    rest = all_of(cutter(content, block=block, most=1000), piece.locate(n), piece.end)
    expected = b"".join(piece.raw.splitlines(keepends=True)[n:]) if b"\r" not in content else None
    assert sum(one.count for one in rest) == piece.count - n
    assert expected is None or b"\v" in content or b"\f" in content or joined(rest) == expected


@given(CONTENT, st.integers(1, 40), st.integers(1, 40), st.data())
def test_a_replay_with_other_blocks_gives_the_same(
    content: bytes, block: int, other: int, data: st.DataObject
) -> None:
    pieces = all_of(cutter(content, block=block, most=1000))
    if not pieces:
        return
    first = data.draw(st.integers(0, len(pieces) - 1))
    last = data.draw(st.integers(first, len(pieces) - 1))
    chosen = pieces[first : last + 1]
    again = all_of(cutter(content, block=other, most=1000), chosen[0].begin, chosen[-1].end)
    assert joined(again) == joined(chosen)
    assert again[-1].end == chosen[-1].end


def test_crlf_and_the_byte_order_mark_go() -> None:
    (piece,) = all_of(cutter(b"\xef\xbb\xbfa\r\nb\r\n", block=100, most=100))
    assert piece.raw == b"a\nb\n"


def test_an_unended_line_waits_until_the_end_is_final() -> None:
    cut = cutter(b"half", block=100, most=100)
    assert cut.next(0) is None
    piece = cut.next(0, final=True)
    assert piece
    assert piece.raw == b"half\n"


def test_a_line_of_100_mib_takes_little_memory() -> None:
    size = 100 * 1024 * 1024

    def read_at(offset: int, length: int) -> bytes:
        if offset < size:
            return b"x" * min(length, size - offset)
        return b"\nok\n"[offset - size : offset - size + length]

    tracemalloc.start()
    cut = LineCutter(read_at)
    (long, short) = all_of(cut)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert long.refused[0].code == "line-too-long"
    assert short.raw == b"ok\n"
    assert peak < 8 * 1024 * 1024
