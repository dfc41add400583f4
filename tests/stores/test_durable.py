"""Atomic puts, appends that can be taken back, deletions."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from lyftdata.stores.append import AppendFiles, size_of
from lyftdata.stores.durable import delete, put


def test_put_makes_folders_and_replaces_the_whole_content(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / "object"

    put(path, b"a long first content")
    put(path, b"second")

    assert path.read_bytes() == b"second"
    assert [one.name for one in path.parent.iterdir()] == ["object"]


def test_a_reader_sees_the_old_content_or_the_new_one_never_a_mixture(tmp_path: Path) -> None:
    path = tmp_path / "object"
    contents = [bytes([65 + n]) * 50_000 for n in range(20)]
    put(path, contents[0])
    stop, mixed = threading.Event(), []

    def read() -> None:
        while not stop.is_set():
            if (found := path.read_bytes()) not in contents:
                mixed.append(found)

    reader = threading.Thread(target=read)
    reader.start()
    for content in contents:
        put(path, content)
    stop.set()
    reader.join()

    assert mixed == []


def test_a_put_that_fails_leaves_nothing_over(tmp_path: Path) -> None:
    (tmp_path / "taken").mkdir()

    with pytest.raises(IsADirectoryError):
        put(tmp_path / "taken", b"data")

    assert [one.name for one in tmp_path.iterdir()] == ["taken"]


def test_the_temporary_name_of_a_long_name_fits(tmp_path: Path) -> None:
    path = tmp_path / ("ö" * 127)

    put(path, b"x")

    assert path.read_bytes() == b"x"


def test_delete_tells_whether_there_was_something(tmp_path: Path) -> None:
    put(tmp_path / "one", b"")

    assert (delete(tmp_path / "one"), delete(tmp_path / "one")) == (True, False)


def test_appends_go_to_the_end_or_back_to_a_size(tmp_path: Path) -> None:
    path, files = tmp_path / "logs" / "a.log", AppendFiles()

    files.append(path, b"one\n")
    files.append(path, b"two\n")
    files.append(path, b"2\n", rewind=4)
    files.close()

    assert path.read_bytes() == b"one\n2\n"
    assert (size_of(path), size_of(tmp_path / "none")) == (6, 0)


def test_a_rewind_beyond_the_end_adds_no_hole(tmp_path: Path) -> None:
    files = AppendFiles()

    files.append(tmp_path / "a.log", b"one\n", rewind=100)
    files.close()

    assert (tmp_path / "a.log").read_bytes() == b"one\n"


def test_a_file_that_was_rotated_away_is_opened_anew_at_its_path(tmp_path: Path) -> None:
    path, files = tmp_path / "a.log", AppendFiles()

    files.append(path, b"old\n")
    path.rename(tmp_path / "a.log.1")
    files.append(path, b"new\n")
    files.close()

    assert path.read_bytes() == b"new\n"
    assert (tmp_path / "a.log.1").read_bytes() == b"old\n"


def open_below(folder: Path) -> int:
    """How many descriptors of this process lead below the folder."""
    targets = [str(one.readlink()) for one in Path("/proc/self/fd").iterdir() if one.is_symlink()]
    return sum(target.startswith(f"{folder}/") for target in targets)


def test_no_more_files_are_open_than_allowed_and_all_get_their_lines(tmp_path: Path) -> None:
    files = AppendFiles(max_open=3, sync=False)

    for _ in range(2):
        for n in range(20):
            files.append(tmp_path / f"{n}.log", b"x")
    held = open_below(tmp_path)
    files.close()

    assert (held, open_below(tmp_path)) == (3, 0)
    assert {one.read_bytes() for one in tmp_path.iterdir()} == {b"xx"}
