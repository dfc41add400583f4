"""What a job remembers of its files: over restarts, and through crashes while compressing."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from lyftdata.core.errors import PermanentError
from lyftdata.stores.rolled import NAME, RolledFiles


def test_files_are_remembered_in_order_over_a_restart(tmp_path: Path) -> None:
    files = RolledFiles(tmp_path, run="1")
    files.written(["b", "a"], keep=True)
    files.written(["c"], keep=True)

    again = RolledFiles(tmp_path, run="1")

    assert again.finished("c") == ["b", "a"]
    assert (again.seen("a"), again.seen("x")) == (True, False)


def test_a_new_run_has_seen_nothing_but_still_owes_the_compression(tmp_path: Path) -> None:
    RolledFiles(tmp_path, run="1").written(["a"], keep=True)

    again = RolledFiles(tmp_path, run="2")

    assert not again.seen("a")
    assert again.finished("b") == ["a"]


def test_nothing_is_kept_unless_asked(tmp_path: Path) -> None:
    RolledFiles(tmp_path, run="1").written(["a"], keep=False)

    assert list(tmp_path.iterdir()) == []


def test_compressing_adds_a_member_to_what_was_packed_before(tmp_path: Path) -> None:
    plain = tmp_path / "a.log"
    files = RolledFiles(tmp_path / "state", run="1")

    for text in ("one\n", "two\n"):
        plain.write_text(text)
        files.written([str(plain)], keep=True)
        files.compress(str(plain))

    assert gzip.decompress((tmp_path / "a.log.gz").read_bytes()) == b"one\ntwo\n"
    assert not plain.exists()
    assert RolledFiles(tmp_path / "state", run="1").finished("") == []


def test_a_crash_between_packing_and_removing_packs_once(tmp_path: Path) -> None:
    plain, packed = tmp_path / "a.log", tmp_path / "a.log.gz"
    plain.write_text("one\n")
    files = RolledFiles(tmp_path / "state", run="1")
    files.written([str(plain)], keep=True)
    files.compress(str(plain))
    # As it was in the moment before the plain file was removed:
    plain.write_text("one\n")
    size = packed.stat().st_size
    (tmp_path / "state" / NAME).write_text(
        f'{{"run":"1","seen":["{plain}"],"plain":["{plain}"],"packing":["{plain}",{size}]}}'
    )

    RolledFiles(tmp_path / "state", run="1").compress(str(plain))

    assert gzip.decompress(packed.read_bytes()) == b"one\n"
    assert not plain.exists()


def test_a_damaged_memory_is_told_with_its_path(tmp_path: Path) -> None:
    (tmp_path / NAME).write_text('{"run":')

    with pytest.raises(PermanentError, match=NAME) as caught:
        RolledFiles(tmp_path, run="1")

    assert caught.value.kind == "damaged-state"
