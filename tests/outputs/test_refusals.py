"""Full disks and missing rights are told with code, path, fix, and leave nothing half-written."""

from __future__ import annotations

import os
import resource
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from lyftdata.core.errors import PermanentError, TemporaryError
from lyftdata.outputs import file, file_store
from tests.delivery.harness import chunk_for, open_output


@contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.spec("JOB-4:output.file")
def test_a_full_disk_is_a_temporary_error(tmp_path: Path) -> None:
    config = {"path": "/dev/full"}
    output = open_output(file.component, config, tmp_path)
    parts = output.plan(chunk_for(file.component, config, [{"a": 1}]))
    with pytest.raises(TemporaryError, match="/dev/full") as caught:
        output.write(parts)
    output.close()
    assert caught.value.kind == "disk-full"


@pytest.mark.spec("JOB-4:output.file")
def test_an_append_that_failed_half_way_is_cut_off_and_can_be_tried_again(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_text("before\n")
    config = {"path": str(tmp_path / "a.log")}
    output = open_output(file.component, config, tmp_path / "s")
    parts = output.plan(chunk_for(file.component, config, [{"a": "x" * 100}]))
    with files_of_at_most(50), pytest.raises(PermanentError) as caught:
        output.write(parts)
    assert caught.value.kind == "file-too-large"
    assert (tmp_path / "a.log").read_text() == "before\n"
    output.write(parts)
    output.close()
    assert (tmp_path / "a.log").read_bytes() == b"before\n" + parts[0].data


@pytest.mark.spec("JOB-4:output.file-store")
def test_a_put_that_failed_leaves_the_old_object_and_no_rest(tmp_path: Path) -> None:
    root = tmp_path / "out"
    root.mkdir()
    (root / "name").write_text("old")
    config = {"path": str(root), "object-name": "name", "disable-object-name-guid": True}
    output = open_output(file_store.component, config, tmp_path / "s")
    parts = output.plan(chunk_for(file_store.component, config, [{"a": "x" * 100}]))
    with files_of_at_most(50), pytest.raises(PermanentError):
        output.write(parts)
    assert [path.name for path in root.iterdir()] == ["name"]
    assert (root / "name").read_text() == "old"


@contextmanager
def another_user() -> Iterator[None]:
    """Root may write anywhere, so the effective user changes for the time being."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.mark.spec("JOB-4:output.file-store")
def test_a_folder_without_the_right_to_write_is_told() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "closed"
        folder.mkdir()
        Path(name).chmod(0o755)
        folder.chmod(0o555)
        config = {"path": str(folder), "object-name": "a"}
        output = open_output(file_store.component, config, Path(name) / "s")
        parts = output.plan(chunk_for(file_store.component, config, [{"a": 1}]))
        with another_user(), pytest.raises(PermanentError) as caught:
            output.write(parts)
        folder.chmod(0o755)
    assert caught.value.kind == "no-permission"
    assert str(folder) in str(caught.value)
    assert "give the user" in str(caught.value)
