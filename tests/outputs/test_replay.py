"""A crash between planning and saving: the same parts again leave one copy."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import pytest

from lyftdata.core.event import Json
from lyftdata.outputs import file, file_store
from lyftdata.spec.component import Chunk
from tests.delivery.harness import Tools, chunk_for, journal, open_output


def crash_and_replay(component: Any, config: Json, folder: Path, chunk: Chunk) -> None:
    first = open_output(component, config, folder)
    parts = first.plan(chunk)
    marks = journal(parts)
    first.write(parts)  # written, but the engine dies before it saves the position
    first.close()
    later = Tools()
    later.clock.pass_by(100_000)
    again = open_output(component, config, folder, tools=later)
    again.write(again.plan(chunk, marks))
    again.close()


@pytest.mark.spec("JOB-4:output.file")
def test_file_has_the_lines_once(tmp_path: Path) -> None:
    path = tmp_path / "${host}.log"
    (tmp_path / "a.log").write_text("before\n")
    config = {"path": str(path), "input-field": "text"}
    given = [{"host": "a", "text": "one"}, {"host": "b", "text": "two"}]
    crash_and_replay(
        file.component, config, tmp_path / "s", chunk_for(file.component, config, given)
    )
    assert (tmp_path / "a.log").read_text() == "before\none\n"
    assert (tmp_path / "b.log").read_text() == "two\n"


@pytest.mark.spec("JOB-4:output.file")
def test_a_path_with_the_time_is_the_one_of_the_first_try(tmp_path: Path) -> None:
    config = {"path": str(tmp_path / "${time|now_time_secs}.log")}
    chunk = chunk_for(file.component, config, [{"a": 1}])
    crash_and_replay(file.component, config, tmp_path / "s", chunk)
    (only,) = tmp_path.glob("*.log")
    assert only.read_text() == '{"a":1}\n'


@pytest.mark.spec("JOB-4:output.file-store")
@pytest.mark.parametrize("batch", [None, {"fixed-size": 10}])
def test_objects_are_written_over(tmp_path: Path, batch: Json | None) -> None:
    config: Json = {
        "path": str(tmp_path / "out"),
        "object-name": {"name": "${time|now_time_secs}"},
        **({"batch": batch} if batch else {}),
    }
    chunk = chunk_for(file_store.component, config, [{"a": 1}, {"a": 2}])
    crash_and_replay(file_store.component, config, tmp_path / "s", chunk)
    objects = sorted((tmp_path / "out").rglob("*"))
    content = "".join(path.read_text() for path in objects if path.is_file())
    assert content == '{"a":1}\n{"a":2}\n'


@pytest.mark.spec("JOB-4:output.file")
def test_what_others_append_meanwhile_stays(tmp_path: Path) -> None:
    config = {"path": str(tmp_path / "a.log")}
    output = open_output(file.component, config, tmp_path / "s")
    parts = output.plan(chunk_for(file.component, config, [{"a": 1}]))
    (tmp_path / "a.log").write_text("theirs\n")
    output.write(parts)
    output.close()
    assert (tmp_path / "a.log").read_text() == 'theirs\n{"a":1}\n'


@pytest.mark.spec("JOB-4:output.file")
def test_truncate_empties_once_a_run(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_text("old\n")
    config = {"path": str(tmp_path / "a.log"), "truncate": True}
    for run, n in (("r1", 1), ("r1", 2), ("r2", 3), ("r2", 4)):
        output = open_output(file.component, config, tmp_path / "s", run=run)
        output.write(output.plan(chunk_for(file.component, config, [{"n": n}])))
        output.close()
    assert (tmp_path / "a.log").read_text() == '{"n":3}\n{"n":4}\n'


@pytest.mark.spec("JOB-4:output.file")
def test_files_that_are_left_behind_are_compressed(tmp_path: Path) -> None:
    config = {"path": str(tmp_path / "${day}.log"), "compress-after": True, "input-field": "t"}
    output = open_output(file.component, config, tmp_path / "s")
    for day, text in (("mon", "a"), ("tue", "b"), ("mon", "c"), ("tue", "d")):
        output.write(output.plan(chunk_for(file.component, config, [{"day": day, "t": text}])))
    output.close()
    assert gzip.decompress((tmp_path / "mon.log.gz").read_bytes()) == b"a\nc\n"
    assert gzip.decompress((tmp_path / "tue.log.gz").read_bytes()) == b"b\n"
    assert (tmp_path / "tue.log").read_text() == "d\n"
    assert not (tmp_path / "mon.log").exists()


@pytest.mark.spec("JOB-4:output.file-store")
def test_names_cannot_leave_the_root(tmp_path: Path) -> None:
    tools = Tools()
    config = {
        "path": str(tmp_path / "out"),
        "object-name": {"field": "name"},
        "disable-object-name-guid": True,
    }
    output = open_output(file_store.component, config, tmp_path / "s", tools=tools)
    names = ["../../evil", "/etc/passwd", "a/../../b", "x" * 1000, "nul\0", ".", "a//b"]
    for name in names:
        output.write(output.plan(chunk_for(file_store.component, config, [{"name": name}])))
    written = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(written) == len(names)
    assert all(path.is_relative_to(tmp_path / "out") for path in written)
    assert set(tools.codes) == {"unsafe-name"}


@pytest.mark.spec("JOB-4:output.file-store")
def test_delete_removes_and_does_not_mind_a_missing_object(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("x")
    config = {"path": str(tmp_path), "object-name": {"field": "name"}, "mode": "delete"}
    output = open_output(file_store.component, config, tmp_path / "s")
    given = [{"name": "a"}, {"name": "never"}]
    output.write(output.plan(chunk_for(file_store.component, config, given)))
    assert not (tmp_path / "a").exists()


@pytest.mark.spec("JOB-4:output.file-store")
def test_the_schema_number_goes_up_when_the_schema_grows(tmp_path: Path) -> None:
    config = {
        "path": str(tmp_path / "out"),
        "object-name": {"name": "v${stat|__SCHEMA_NUMBER}-${stat|_BATCH_NUMBER}"},
        "disable-object-name-guid": True,
        "track-schema": True,
        "batch": {"fixed-size": 10},
    }
    output = open_output(file_store.component, config, tmp_path / "s")
    written: list[Json] = [{"a": 1}, {"a": 2}, {"a": "x"}, {"a": 1, "b": 1}]
    for number, event in enumerate(written, start=1):
        chunk = chunk_for(file_store.component, config, [event], number=number)
        output.write(output.plan(chunk))
    names = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert names == ["v1-1", "v1-2", "v2-3", "v3-4"]
