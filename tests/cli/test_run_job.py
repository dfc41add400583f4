"""`lyftdata run job`: no server, state kept."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

from tests.cli.bench import lyftdata

COPY = """
name: copy
input:
  files: {path: "{{folder}}/in.log"}
output:
  file: {path: "{{folder}}/out.log", input-field: _raw}
"""
WINDOWED = """
name: windowed
input:
  echo:
    event: x
    trigger:
      interval: {duration: 5m, window: {size: 5m, start: {tracked: FILE}}}
actions:
  - add: {output-fields: {line: "${time|start_time_msecs} ${time|end_time_msecs}"}}
output:
  print: {input-field: line}
"""
DEAD = """
name: dead
input:
  files: {path: in.ndjson, json: true}
output:
  discard: {}
"""


def run_copy(folder: Path) -> dict[str, object]:
    (folder / "copy.yaml").write_text(COPY)
    done = lyftdata(
        "run", "job", "copy.yaml", "-c", f"folder={folder}", "--until-idle", "-o", "json",
        folder=folder,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    answer: dict[str, object] = json.loads(done.stdout)
    return answer


def test_a_second_run_goes_on_where_the_first_ended(tmp_path: Path) -> None:
    source = tmp_path / "in.log"
    source.write_text("1\n2\n")
    assert run_copy(tmp_path)["this_run"]["delivered"] == 2  # type: ignore[index]
    source.write_text("1\n2\n3\n")
    second = run_copy(tmp_path)
    assert second["this_run"]["delivered"] == 1  # type: ignore[index]
    assert second["totals"]["delivered"] == 3  # type: ignore[index]
    assert (tmp_path / "out.log").read_text() == "1\n2\n3\n"


def test_the_last_line_without_a_newline_counts_when_the_run_ends(tmp_path: Path) -> None:
    (tmp_path / "in.log").write_text("1\n2")
    assert run_copy(tmp_path)["this_run"]["delivered"] == 2  # type: ignore[index]
    assert (tmp_path / "out.log").read_text() == "1\n2\n"


def test_a_tracked_window_begins_where_the_file_says_the_last_one_ended(tmp_path: Path) -> None:
    job = WINDOWED.replace("FILE", str(tmp_path / "window.json"))
    (tmp_path / "job.yaml").write_text(job)
    windows = []
    for state in ("one", "two"):
        done = lyftdata(
            "run", "job", "job.yaml", "--until-idle", folder=tmp_path, LYFTDATA_JOBS_DIR=state
        )
        assert done.returncode == 0, done.stderr
        windows.append(done.stdout.split())
    assert windows[1][0] == windows[0][1]


def test_a_killed_run_goes_on(tmp_path: Path) -> None:
    source, target = tmp_path / "in.log", tmp_path / "out.log"
    source.write_text("".join(f"{number}\n" for number in range(1000)))
    (tmp_path / "copy.yaml").write_text(COPY)
    with subprocess.Popen(
        [sys.executable, "-m", "lyftdata.cli.main", "run", "job", "copy.yaml",
         "-c", f"folder={tmp_path}"],
        cwd=tmp_path, env={**os.environ, "LYFTDATA_JOBS_DIR": str(tmp_path / "state")},
    ) as process:  # fmt: skip
        while not target.exists() or not target.stat().st_size:
            assert process.poll() is None
        process.send_signal(signal.SIGKILL)
    source.write_text("".join(f"{number}\n" for number in range(1500)))
    run_copy(tmp_path)
    assert target.read_text() == source.read_text()


def test_a_missing_context_value_is_told_at_its_place(tmp_path: Path) -> None:
    (tmp_path / "copy.yaml").write_text(COPY)
    done = lyftdata("run", "job", "copy.yaml", folder=tmp_path)
    assert done.returncode == 1
    assert "copy.yaml:4:" in done.stderr
    assert "missing-context" in done.stderr


def test_dead_letters_are_listed_shown_exported(tmp_path: Path) -> None:
    (tmp_path / "dead.yaml").write_text(DEAD)
    (tmp_path / "in.ndjson").write_text('{"a": 1}\nnot json\n')
    done = lyftdata("run", "job", "dead.yaml", "--until-idle", folder=tmp_path)
    assert "dead lettered 1" in done.stderr
    (letter,) = json.loads(lyftdata("dlq", "list", "dead", "-o", "json", folder=tmp_path).stdout)
    assert letter["event"] == "not json"
    shown = lyftdata("dlq", "show", "dead", letter["id"], folder=tmp_path).stdout
    assert "not json" in shown
    exported = lyftdata("dlq", "export", "dead", folder=tmp_path).stdout.splitlines()
    assert [json.loads(line)["id"] for line in exported] == [letter["id"]]


def test_dead_letters_of_an_unknown_job(tmp_path: Path) -> None:
    done = lyftdata("dlq", "list", "nobody", folder=tmp_path)
    assert done.returncode == 1
    assert "no-state" in done.stderr
