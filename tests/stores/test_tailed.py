"""Files that are read as they grow: known by inode and first bytes, through renames and cuts."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from lyftdata.stores.file_set import FileSet
from lyftdata.stores.folder import Wanted, find_identity, look
from lyftdata.stores.tailed import Tailed, tailed_from


def tailed(path: Path) -> Tailed:
    found = look(path)
    assert found
    return Tailed(1, path, found.identity)


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "app.log"
    path.write_bytes(b"one\ntwo\n")
    return path


@pytest.fixture
def opened(log: Path) -> Iterator[Tailed]:
    file = tailed(log)
    assert file.open()
    yield file
    file.close()


def test_reads_at_any_offset_and_knows_when_there_is_more(opened: Tailed) -> None:
    assert opened.read_at(4, 100) == b"two\n"
    assert opened.has_more()
    opened.offset = 8
    assert not opened.has_more()


def test_is_read_on_when_it_was_renamed_and_when_it_was_removed(opened: Tailed, log: Path) -> None:
    moved = log.rename(log.with_suffix(".1"))
    assert opened.read_at(0, 3) == b"one"
    moved.unlink()
    assert opened.read_at(4, 3) == b"two"


def test_does_not_open_another_file_that_took_its_path(log: Path) -> None:
    file = tailed(log)
    log.rename(log.with_suffix(".1"))
    log.write_bytes(b"new\n")

    assert not file.open()
    file.path = log.with_suffix(".1")
    assert file.open()
    file.close()


def test_a_file_cut_and_filled_past_the_old_end_is_noticed(opened: Tailed, log: Path) -> None:
    opened.entry(8)
    assert not opened.was_cut()

    log.write_bytes(b"other lines, many more than before\n")

    opened.offset = 8
    assert opened.was_cut()


def test_a_file_that_only_grew_is_the_same(opened: Tailed, log: Path) -> None:
    opened.offset = 8
    opened.entry(8)
    with log.open("ab") as file:
        file.write(b"three\n" * 100)

    assert not opened.was_cut()
    opened.entry(600)
    assert not opened.was_cut()


def test_an_entry_of_a_position_brings_it_back(opened: Tailed) -> None:
    again = tailed_from(opened.entry(4))

    assert (again.number, again.offset, again.identity) == (1, 4, opened.identity)
    assert again.open()
    assert again.read_at(4, 4) == b"two\n"
    assert not again.was_cut()
    again.close()


def test_a_packed_file_is_read_by_offsets_of_its_content(tmp_path: Path) -> None:
    path = tmp_path / "old.log.gz"
    path.write_bytes(gzip.compress(b"one\ntwo\n"))
    file = tailed(path)
    assert file.open()

    assert file.read_at(4, 100) == b"two\n"
    assert file.read_at(0, 4) == b"one\n"
    file.offset = 8
    assert not file.has_more()
    assert not file.was_cut()
    file.close()


def test_wildcards_with_include_and_exclude(tmp_path: Path) -> None:
    for name in ("a.log", "b.log", "b.txt", "deep/c.log", "deep/d.bak"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(name)
    (tmp_path / "folder.log").mkdir()

    def names(pattern: str, **more: tuple[re.Pattern[str], ...]) -> list[str]:
        found = Wanted(str(tmp_path / pattern), **more).find()
        return [one.path.relative_to(tmp_path).as_posix() for one in found]

    assert names("*.log") == ["a.log", "b.log"]
    assert names("**/*.log", exclude=(re.compile("b.log$"),)) == ["a.log", "deep/c.log"]
    assert names("**", include=(re.compile(r"\.(txt|bak)$"),)) == ["b.txt", "deep/d.bak"]
    assert names("none.log") == []


def test_two_names_of_one_file_are_one_file(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_text("x")
    (tmp_path / "b.log").hardlink_to(tmp_path / "a.log")

    assert len(Wanted(str(tmp_path / "*.log")).find()) == 1


def test_a_file_is_found_by_its_identity_under_another_name(log: Path) -> None:
    found = look(log)
    assert found
    log.rename(log.with_name("elsewhere"))

    assert find_identity(found.identity, log.parent) == log.with_name("elsewhere")
    assert find_identity((0, 0), log.parent) is None


def test_a_set_numbers_each_file_once_and_forgets_what_is_done(log: Path) -> None:
    files = FileSet.at(None, Wanted(str(log.parent / "*.log")), lambda found: found)
    files.scan()
    (one,) = files.files
    assert files.ready(one)
    one.offset = 8
    files.finish(one)
    saved = files.position()
    log.unlink()
    log.with_name("b.log").write_text("b")
    files.forget(saved)
    files.scan()

    assert [(file.path.name, file.number) for file in files.files] == [("b.log", 2)]
    again = FileSet.at(files.position(), files.wanted, files.choose)
    assert [file.number for file in again.files] == [2]
    files.close()
