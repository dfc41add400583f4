"""What counts as proven, and what the plugin notes of a run."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tools.spec_report import read_proven, read_rows, record, report, unknown

TEXT = """
| id | promise | parts |
| --- | --- | --- |
| RUN-1 | a whole row | |
| JOB-4 | every component, by `${a\\|b}` | `filter`, `input.exec`, `output.exec` |
"""


def test_rows_are_read_with_their_parts() -> None:
    whole, parted = read_rows(TEXT)
    assert whole.marks == ("RUN-1",)
    assert parted.marks == ("JOB-4:filter", "JOB-4:input.exec", "JOB-4:output.exec")
    assert parted.promise.endswith("`${a|b}`")


def test_a_row_counts_only_when_every_part_is_proven() -> None:
    rows = read_rows(TEXT)
    assert report(rows, frozenset({"RUN-1", "JOB-4:filter"}))[-1] == "proven 1 of 2"
    assert (
        report(rows, frozenset(mark for row in rows for mark in row.marks))[-1] == "proven 2 of 2"
    )


def test_a_failed_test_takes_the_proof_away(tmp_path: Path) -> None:
    record(tmp_path, {"tests/a.py::one": (["RUN-1", "RUN-2"], True)})
    record(tmp_path, {"tests/b.py::two": (["RUN-2"], False)})
    assert read_proven(tmp_path) == {"RUN-1"}


def test_a_later_run_of_a_module_keeps_what_it_did_not_run(tmp_path: Path) -> None:
    record(tmp_path, {"tests/a.py::one": (["RUN-1"], True), "tests/a.py::two": (["RUN-2"], False)})
    record(tmp_path, {"tests/a.py::two": (["RUN-2"], True)})
    assert read_proven(tmp_path) == {"RUN-1", "RUN-2"}


def test_an_unknown_mark_names_the_parts_that_there_are() -> None:
    known = [mark for row in read_rows(TEXT) for mark in row.marks]
    assert unknown("JOB-4:filter", known) == ""
    assert "JOB-4:input.exec, JOB-4:output.exec" in unknown("JOB-4:exec", known)
    assert "JOB-4:filter" in unknown("JOB-4", known)


def test_the_plugin_notes_only_tests_that_passed_also_across_processes(tmp_path: Path) -> None:
    (tmp_path / "tools").mkdir()
    (tmp_path / "docs").mkdir()
    plugin = Path(__file__).resolve().parents[2] / "tools" / "spec_report.py"
    (tmp_path / "tools" / "spec_report.py").write_text(plugin.read_text("utf-8"))
    (tmp_path / "docs" / "spec.md").write_text(TEXT)
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers = spec: rows\n")
    (tmp_path / "test_it.py").write_text(
        "import pytest\n"
        "@pytest.mark.spec('RUN-1')\ndef test_right(): pass\n"
        "@pytest.mark.spec('JOB-4:filter')\ndef test_wrong(): assert False\n"
        "@pytest.mark.spec('JOB-4:input.exec')\ndef test_left_out(): pytest.skip()\n"
        "@pytest.mark.spec('RUN-7')\ndef test_of_nothing(): pass\n"
    )
    command = [sys.executable, "-m", "pytest", "-q", "-n", "2", "-p", "tools.spec_report"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "1 failed, 1 passed, 1 skipped, 1 error" in done.stdout
    assert "'RUN-7' is no row" in done.stdout
    noted = json.loads((tmp_path / "build" / "spec" / "test_it.json").read_text())
    assert {node: test["passed"] for node, test in noted.items()} == {
        "test_it.py::test_right": True,
        "test_it.py::test_wrong": False,
    }
