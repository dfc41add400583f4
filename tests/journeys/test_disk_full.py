"""A full disk, for what is written and for the state: the job waits, then goes on, without loss."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.bench import ledger, run_job, started

MIB = 1024 * 1024
pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount a small disk")


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    """A disk of two MiB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(disk)], check=True)  # noqa: S607
    yield disk
    subprocess.run(["umount", "-l", str(disk)], check=True)  # noqa: S607


def job(folder: Path, target: Path) -> str:
    text = f"""name: full
input:
  files: {{path: {folder}/in.log}}
output:
  file:
    path: {target}
    input-field: _raw
    retry: {{pause: 50ms, max-pause: 100ms}}
"""
    (folder / "job.yaml").write_text(text)
    return text


def fill(path: Path, lines: int) -> bytes:
    whole = b"".join(b"%06d %s\n" % (one, b"x" * 90) for one in range(lines))
    path.write_bytes(whole)
    return whole


def test_the_output_goes_on_when_there_is_space_again(tmp_path: Path, small: Path) -> None:
    whole = fill(tmp_path / "in.log", 15_000)
    (small / "ballast").write_bytes(b"x" * MIB)
    text = job(tmp_path, small / "out.log")
    with started("run", "job", "job.yaml", "--until-idle", folder=tmp_path) as running:
        running.wait_for("the disk to be full", lambda: "disk-full" in running.said)
        assert str(small / "out.log") in running.said
        assert "free some space" in running.said
        (small / "ballast").unlink()
        assert running.end() == 0
    assert (small / "out.log").read_bytes() == whole
    totals = ledger(run_job(tmp_path, text))
    assert (totals["received"], totals["delivered"]) == (15_000, 15_000)


def test_a_kill_on_a_full_disk_loses_and_repeats_nothing(tmp_path: Path, small: Path) -> None:
    whole = fill(tmp_path / "in.log", 15_000)
    (small / "ballast").write_bytes(b"x" * MIB)
    text = job(tmp_path, small / "out.log")
    with started("run", "job", "job.yaml", "--until-idle", folder=tmp_path) as running:
        running.wait_for("the disk to be full", lambda: "disk-full" in running.said)
        running.process.kill()
    (small / "ballast").unlink()
    totals = ledger(run_job(tmp_path, text))
    assert (small / "out.log").read_bytes() == whole
    assert (totals["received"], totals["delivered"]) == (15_000, 15_000)


def test_the_state_goes_on_when_there_is_space_again(tmp_path: Path, small: Path) -> None:
    whole = fill(tmp_path / "in.log", 15_000)
    job(tmp_path, tmp_path / "out.log")
    state = {"LYFTDATA_JOBS_DIR": str(small)}
    with started("run", "job", "job.yaml", folder=tmp_path, **state) as running:
        running.wait_for("all of it", lambda: done(tmp_path, len(whole)))
        squeeze(small)
        more = fill(tmp_path / "more", 3_000)
        with (tmp_path / "in.log").open("ab") as file:
            file.write(more)
        running.wait_for("the disk to be full", lambda: "disk-full" in running.said)
        assert "state.db" in running.said
        (small / "ballast").unlink()
        running.wait_for("the rest", lambda: done(tmp_path, len(whole) + len(more)))
        running.process.terminate()
        assert running.end() == 0
    assert (tmp_path / "out.log").read_bytes() == whole + more
    with started("run", "job", "job.yaml", "--until-idle", folder=tmp_path, **state) as again:
        assert again.end() == 0
        assert "received 0 " in again.said
    assert (tmp_path / "out.log").read_bytes() == whole + more


def test_a_run_that_cannot_begin_on_a_full_disk_says_so(tmp_path: Path, small: Path) -> None:
    fill(tmp_path / "in.log", 10)
    job(tmp_path, tmp_path / "out.log")
    squeeze(small)
    with started(
        "run", "job", "job.yaml", "--until-idle", folder=tmp_path, LYFTDATA_JOBS_DIR=str(small)
    ) as running:
        assert running.end() == 1
        assert "error: disk-full" in running.said
        assert str(small) in running.said


def done(folder: Path, size: int) -> bool:
    target = folder / "out.log"
    return target.exists() and target.stat().st_size >= size


def squeeze(disk: Path) -> None:
    """Leave no byte free."""
    with (disk / "ballast").open("wb", buffering=0) as file:
        block = b"x" * 4096
        while True:
            try:
                file.write(block)
            except OSError:
                return
