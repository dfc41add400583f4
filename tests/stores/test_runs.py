"""Runs over a folder of objects: lists that stay the same, fingerprints that are remembered."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from lyftdata.core.errors import PermanentError
from lyftdata.stores.durable import TEMPORARY
from lyftdata.stores.objects_dir import ObjectsDir, Stored
from lyftdata.stores.runs import Runs, fingerprint

ONE, TWO = Stored("a/one", 3, 1_000), Stored("two", 5, 2_000)


@pytest.fixture
def store(tmp_path: Path) -> ObjectsDir:
    for name in ("logs/a.log", "logs/deep/b.log", "other.txt"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    return ObjectsDir(tmp_path)


def test_a_list_stays_as_it_was_begun(tmp_path: Path) -> None:
    Runs(tmp_path, remember=False).begin(1, [ONE, TWO])

    assert Runs(tmp_path, remember=False).load(1) == [ONE, TWO]
    assert Runs(tmp_path, remember=False).load(2) == []


def test_finished_runs_are_dropped_and_what_they_held_is_remembered(tmp_path: Path) -> None:
    runs = Runs(tmp_path, remember=True)
    runs.begin(1, [ONE])
    runs.begin(2, [TWO])
    runs.finish(1, now_ns=500)

    again = Runs(tmp_path, remember=True)
    again.recall(since_ns=0)

    assert again.seen == {fingerprint(ONE): 500}
    assert (again.load(1), again.load(2)) == ([], [TWO])


def test_without_fingerprints_nothing_is_remembered(tmp_path: Path) -> None:
    runs = Runs(tmp_path, remember=False)
    runs.begin(1, [ONE])
    runs.finish(1, now_ns=500)

    assert list(tmp_path.iterdir()) == []


def test_old_fingerprints_go_and_their_file_shrinks(tmp_path: Path) -> None:
    runs = Runs(tmp_path, remember=True)
    for number in range(1, 10):
        runs.begin(number, [Stored(f"o{number}", 1, 1)])
        runs.finish(number, now_ns=number)
    before = (tmp_path / "fingerprints.jsonl").stat().st_size

    runs.recall(since_ns=9)

    assert list(runs.seen.values()) == [9]
    assert (tmp_path / "fingerprints.jsonl").stat().st_size == before // 9


def test_a_line_that_a_crash_cut_short_is_left_out(tmp_path: Path) -> None:
    runs = Runs(tmp_path, remember=True)
    runs.begin(1, [ONE])
    runs.finish(1, now_ns=500)
    with (tmp_path / "fingerprints.jsonl").open("ab") as file:
        file.write(b'["half')

    runs.recall(since_ns=0)

    assert runs.seen == {fingerprint(ONE): 500}


def test_an_object_written_again_has_another_fingerprint() -> None:
    assert fingerprint(ONE) != fingerprint(Stored("a/one", 3, 1_001))
    assert fingerprint(ONE) != fingerprint(Stored("a/one", 4, 1_000))


def test_objects_are_listed_by_prefix_and_name(store: ObjectsDir) -> None:
    assert [one.name for one in store.find([])] == ["logs/a.log", "logs/deep/b.log", "other.txt"]
    assert [one.name for one in store.find(["/logs/d", "oth"])] == ["logs/deep/b.log", "other.txt"]


def test_what_is_half_written_or_a_link_is_no_object(store: ObjectsDir) -> None:
    (store.root / f"{TEMPORARY}1-x").write_text("half")
    (store.root / "link").symlink_to("/etc/hostname")

    assert [one.name for one in store.find(["l", "."])] == ["logs/a.log", "logs/deep/b.log"]


def test_a_name_cannot_lead_out_of_the_folder(store: ObjectsDir) -> None:
    (store.root / "link").symlink_to("/etc")
    for name in ("../x", "logs/../../x", "link/hostname"):
        with pytest.raises(PermanentError) as caught:
            store.open(name)
        assert caught.value.kind == "unsafe-name"


def test_an_object_has_its_size_and_time_and_a_missing_one_is_none(store: ObjectsDir) -> None:
    os.utime(store.root / "other.txt", ns=(7, 7))

    assert store.named("/other.txt") == Stored("other.txt", 9, 7)
    assert (store.named("none"), store.open("none")) == (None, None)


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(PermanentError, match="create it or correct the path") as caught:
        ObjectsDir(tmp_path / "none").find([])

    assert caught.value.kind == "path-not-found"
