"""The `files` input's settings: packed files, whole files, ages, order, removal."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import pytest

from lyftdata.core.event import Json
from lyftdata.inputs.files import component
from lyftdata.spec.component import Batch, Input
from tests.delivery.harness import SECOND_NS, Tools, drain, events, open_input, texts

pytestmark = pytest.mark.spec("JOB-4:input.files")


def put(path: Path, content: bytes, *, age_s: float, tools: Tools) -> Path:
    """A file last changed so long ago, by the clock of the tools."""
    path.write_bytes(content)
    changed = tools.clock.wall - int(age_s * SECOND_NS)
    os.utime(path, ns=(changed, changed))
    return path


def opened(root: Path, tools: Tools, config: Json, **more: object) -> Input:
    return open_input(
        component, {"path": str(root / "*.log*"), **config}, root / ".s", tools=tools, **more
    )


def all_of(source: Input) -> list[Batch]:
    taken = drain(source)
    if taken:
        source.committed(taken[-1].end)
    return taken


def test_a_packed_file_is_unpacked_and_gone_on_with_in_its_middle(tmp_path: Path) -> None:
    tools = Tools()
    lines = "".join(f"line {n}\n" for n in range(50_000))
    put(tmp_path / "a.log.gz", gzip.compress(lines.encode()), age_s=10, tools=tools)
    source = opened(tmp_path, tools, {})
    first = source.read(0)
    assert first
    source.close()

    again = opened(tmp_path, tools, {}, after=first.locate(100))
    rest = texts(all_of(again))
    again.close()

    assert texts([first])[:100] + rest == lines.splitlines()


def test_a_packed_file_that_was_read_is_not_read_again(tmp_path: Path) -> None:
    tools = Tools()
    put(tmp_path / "a.log.gz", gzip.compress(b"one\ntwo\n"), age_s=10, tools=tools)
    source = opened(tmp_path, tools, {})
    (batch,) = all_of(source)
    source.close()

    again = opened(tmp_path, tools, {}, after=batch.end)
    assert all_of(again) == []
    again.close()


@pytest.mark.parametrize(
    "content", [gzip.compress(b"one\n" * 9)[:-9], b"no gzip"], ids=["cut", "no gzip"]
)
def test_a_packed_file_that_is_broken_is_told_of_once(tmp_path: Path, content: bytes) -> None:
    tools = Tools()
    put(tmp_path / "a.log.gz", content, age_s=10, tools=tools)
    source = opened(tmp_path, tools, {})
    all_of(source)
    all_of(source)
    source.close()

    assert tools.codes == ["broken-gzip"]


def test_files_older_than_asked_are_left_alone(tmp_path: Path) -> None:
    tools = Tools()
    put(tmp_path / "old.log", b"old\n", age_s=61, tools=tools)
    put(tmp_path / "new.log", b"new\n", age_s=59, tools=tools)
    source = opened(tmp_path, tools, {"ignore-older-than": "1m"})

    assert texts(all_of(source)) == ["new"]
    source.close()


@pytest.mark.parametrize(
    ("oldest_first", "order"), [(True, ["1", "2", "3"]), (False, ["3", "2", "1"])]
)
def test_files_are_taken_by_age(tmp_path: Path, *, oldest_first: bool, order: list[str]) -> None:
    tools = Tools()
    for name, age in (("b", 30), ("a", 20), ("c", 10)):
        put(tmp_path / f"{name}.log", f"{4 - age // 10}\n".encode(), age_s=age, tools=tools)
    source = opened(tmp_path, tools, {"oldest-first": oldest_first})

    assert texts(all_of(source)) == order
    source.close()


def test_a_file_is_removed_once_it_was_saved_and_quiet_for_so_long(tmp_path: Path) -> None:
    tools = Tools()
    path = put(tmp_path / "a.log", b"one\n", age_s=10, tools=tools)
    source = opened(tmp_path, tools, {"remove-after": "30s"})
    (batch,) = drain(source)
    tools.clock.pass_by(31)
    assert drain(source) == []
    assert path.exists(), "its lines are not saved yet"

    source.committed(batch.end)
    tools.clock.pass_by(31)
    assert drain(source) == []

    assert not path.exists()
    source.close()


def test_a_file_that_grew_is_not_removed_before_its_lines_are_saved(tmp_path: Path) -> None:
    tools = Tools()
    path = put(tmp_path / "a.log", b"one\n", age_s=10, tools=tools)
    source = opened(tmp_path, tools, {"remove-after": "30s"})
    all_of(source)
    tools.clock.pass_by(29)
    with path.open("ab") as file:
        file.write(b"two\n")

    assert texts(all_of(source)) == ["two"]
    tools.clock.pass_by(29)
    assert drain(source) == []
    assert path.exists()
    source.close()


def test_a_whole_file_waits_until_it_no_longer_changes(tmp_path: Path) -> None:
    tools = Tools()
    put(tmp_path / "a.log", b"dear\nreader\n", age_s=0.5, tools=tools)
    source = opened(tmp_path, tools, {"ignore-line-breaks": True})
    assert drain(source) == []

    tools.clock.pass_by(1)

    (batch,) = drain(source)
    assert events(batch) == [{"_raw": "dear\nreader\n"}]
    source.close()


def test_a_whole_file_over_the_size_is_refused_and_the_next_is_given(tmp_path: Path) -> None:
    tools = Tools()
    put(tmp_path / "a.log", b"x" * 101, age_s=20, tools=tools)
    put(tmp_path / "b.log", b"y" * 100, age_s=10, tools=tools)
    config = {"ignore-line-breaks": True, "max-read-size": 100, "oldest-first": True}
    source = opened(tmp_path, tools, config)

    taken = drain(source)

    assert [one.code for batch in taken for one in batch.refused] == ["document-too-large"]
    assert [event for batch in taken for event in events(batch)] == [{"_raw": "y" * 100}]
    source.close()


def test_path_and_name_of_the_file_become_fields(tmp_path: Path) -> None:
    tools = Tools()
    path = put(tmp_path / "a.log", b"one\n", age_s=1, tools=tools)
    source = opened(tmp_path, tools, {"file-path-field": "from", "file-basename": "name"})

    (batch,) = drain(source)

    assert events(batch) == [{"_raw": "one", "from": str(path), "name": "a.log"}]
    source.close()


def test_other_encodings_become_utf_8(tmp_path: Path) -> None:
    tools = Tools()
    put(tmp_path / "a.log", "größe\n".encode("latin-1"), age_s=1, tools=tools)
    source = opened(tmp_path, tools, {"encoding": "latin-1"})

    assert texts(drain(source)) == ["größe"]
    source.close()


def test_a_start_at_the_beginning_forgets_how_far_it_was(tmp_path: Path) -> None:
    tools = Tools()
    put(tmp_path / "a.log", b"one\n", age_s=1, tools=tools)
    source = opened(tmp_path, tools, {})
    (batch,) = all_of(source)
    source.close()

    again = opened(tmp_path, tools, {"start-at-beginning": True}, after=batch.end)

    assert texts(drain(again)) == ["one"]
    again.close()


def test_it_ends_when_nothing_came_for_so_long(tmp_path: Path) -> None:
    tools = Tools()
    put(tmp_path / "a.log", b"one\nhalf", age_s=1, tools=tools)
    source = opened(tmp_path, tools, {"stop-reading-after": "5s"})
    assert texts(all_of(source)) == ["one"]
    tools.clock.pass_by(4)
    assert drain(source) == []
    assert not source.ended
    tools.clock.pass_by(2)

    assert texts(drain(source)) == ["half"]
    tools.clock.pass_by(6)
    assert drain(source) == []
    assert source.ended
    source.close()
