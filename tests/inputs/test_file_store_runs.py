"""Runs of the `file-store` input: fingerprints, restarts at any point, bad objects."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from lyftdata.core.event import Json
from lyftdata.inputs.file_store import component
from tests.delivery.harness import drain, events, open_input, texts

pytestmark = pytest.mark.spec("JOB-4:input.file-store")


@pytest.fixture
def store(tmp_path: Path) -> Path:
    root = tmp_path / "store"
    root.mkdir()
    for name in ("a", "b", "c"):
        (root / name).write_text(f"{name}1\n{name}2\n")
    return root


def config(store: Path, **more: object) -> Json:
    return {"path": str(store), **more}


def test_fingerprints_leave_out_what_was_read(store: Path, tmp_path: Path) -> None:
    settings = config(store, fingerprinting=True)
    first = drain(open_input(component, settings, tmp_path / "s"))
    (store / "aa").write_text("new\n")
    second = drain(open_input(component, settings, tmp_path / "s", after=first[-1].end))
    assert texts(second) == ["new"]
    third = drain(open_input(component, settings, tmp_path / "s", after=second[-1].end))
    assert third == []


def test_an_object_that_changed_is_read_again(store: Path, tmp_path: Path) -> None:
    settings = config(store, fingerprinting=True)
    first = drain(open_input(component, settings, tmp_path / "s"))
    (store / "b").write_text("other\n")
    second = drain(open_input(component, settings, tmp_path / "s", after=first[-1].end))
    assert texts(second) == ["other"]


@pytest.mark.parametrize("cut", range(6))
def test_a_crash_after_any_record_neither_loses_nor_repeats(
    store: Path, tmp_path: Path, cut: int
) -> None:
    settings = config(store, fingerprinting=True)
    first = drain(open_input(component, settings, tmp_path / "s"))
    at, within = divmod(cut, 2)
    after = first[at].locate(within) if within else first[at].begin
    (store / "A-later").write_text("later\n")
    second = drain(open_input(component, settings, tmp_path / "s", after=after))
    third = drain(open_input(component, settings, tmp_path / "s", after=second[-1].end))
    assert texts(first)[:cut] + texts(second) == ["a1", "a2", "b1", "b2", "c1", "c2"]
    assert texts(third) == ["later"]


def test_a_replay_gives_the_range_again(store: Path, tmp_path: Path) -> None:
    first = drain(open_input(component, config(store), tmp_path / "s"))
    source = open_input(
        component,
        config(store),
        tmp_path / "s",
        after=first[0].locate(1),
        until=first[2].locate(1),
    )
    assert texts(drain(source)) == ["a2", "b1", "b2", "c1"]
    assert source.ended
    source.close()


def test_a_replay_of_a_first_run(store: Path, tmp_path: Path) -> None:
    first = drain(open_input(component, config(store), tmp_path / "s"))
    source = open_input(component, config(store), tmp_path / "s", until=first[0].end)
    assert texts(drain(source)) == ["a1", "a2"]
    assert source.ended


def test_positions_differ_between_runs(store: Path, tmp_path: Path) -> None:
    first = drain(open_input(component, config(store), tmp_path / "s"))
    second = drain(open_input(component, config(store), tmp_path / "s", after=first[-1].end))
    assert texts(first) == texts(second)
    begins = [batch.begin for batch in first + second]
    assert all(begins.count(one) == 1 for one in begins)


def test_packed_objects_are_unpacked_by_their_names(tmp_path: Path) -> None:
    root = tmp_path / "store"
    root.mkdir()
    (root / "a.log.gz").write_bytes(gzip.compress(b"packed\n") + gzip.compress(b"twice\n"))
    (root / "b.log").write_text("plain\n")
    settings = config(root, preprocessors=["extension"])
    assert texts(drain(open_input(component, settings, tmp_path / "s"))) == [
        "packed",
        "twice",
        "plain",
    ]


def test_a_broken_object_is_refused_and_the_next_is_read(tmp_path: Path) -> None:
    root = tmp_path / "store"
    root.mkdir()
    (root / "a.gz").write_bytes(gzip.compress(b"x\n" * 1000)[:-12])
    (root / "b.gz").write_bytes(b"no gzip at all")
    (root / "c").write_text("fine\n")
    settings = config(root, preprocessors=["extension"])
    batches = drain(open_input(component, settings, tmp_path / "s"))
    codes = [one.code for batch in batches for one in batch.refused]
    assert codes == ["object-unreadable", "object-unreadable"]
    assert texts(batches)[-1] == "fine"


def test_list_mode_gives_one_event_per_object(store: Path, tmp_path: Path) -> None:
    source = open_input(component, config(store, mode="list"), tmp_path / "s")
    (batch,) = drain(source)
    assert [(one["name"], one["size"]) for one in events(batch)] == [("a", 6), ("b", 6), ("c", 6)]


def test_download_mode_takes_exact_names(store: Path, tmp_path: Path) -> None:
    settings = config(store, mode="download-objects", **{"object-names": ["b", "nope"]})
    assert texts(drain(open_input(component, settings, tmp_path / "s"))) == ["b1", "b2"]


def test_empty_objects_do_not_hold_up_the_run(tmp_path: Path) -> None:
    root = tmp_path / "store"
    root.mkdir()
    (root / "a").write_text("")
    first = open_input(component, config(root), tmp_path / "s")
    batches = drain(first)
    assert first.ended
    (root / "b").write_text("x\n")
    second = drain(open_input(component, config(root), tmp_path / "s", after=batches[-1].end))
    assert texts(second) == ["x"]
