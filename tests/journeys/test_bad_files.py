"""Bad files, without permission, with broken text, endless lines: the job says so and goes on."""

from __future__ import annotations

import json
from pathlib import Path

from tests.journeys.bench import dead_letters, ledger, lyftdata, run_job, started

TO_FILE = """name: bad
input:
  files: {{path: {folder}/in.log{more}}}
output:
  file: {{path: {folder}/out.log{raw}}}
"""


def text_job(folder: Path) -> str:
    return TO_FILE.format(folder=folder, more="", raw=", input-field: _raw")


def json_job(folder: Path) -> str:
    return TO_FILE.format(folder=folder, more=", json: true", raw="")


def test_a_job_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    done = lyftdata("run", "job", "nowhere.yaml", folder=tmp_path)
    done.refused("file-unreadable", "nowhere.yaml", "No such file")


def test_an_input_path_that_is_not_there_is_warned_of(tmp_path: Path) -> None:
    done = run_job(tmp_path, text_job(tmp_path))
    assert ledger(done)["received"] == 0
    assert "no-files" in done.err
    assert str(tmp_path / "in.log") in done.err


def test_an_output_under_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "in.log").write_text("one\n")
    (tmp_path / "plain").write_text("")
    text = text_job(tmp_path).replace("/out.log", "/plain/out.log")
    run_job(tmp_path, text).refused("not-a-folder", "plain/out.log", "choose another path")


def test_an_input_without_permission_is_told(open_folder: Path) -> None:
    source = open_folder / "in.log"
    source.write_text("secret\n")
    source.chmod(0)
    done = run_job(open_folder, text_job(open_folder), nobody=True)
    done.refused("no-permission", str(source), "give the user that runs the job the right")


def test_an_output_without_permission_is_told_and_nothing_is_lost(open_folder: Path) -> None:
    (open_folder / "in.log").write_text("one\n")
    target = open_folder / "shut"
    target.mkdir(mode=0o555)
    text = text_job(open_folder).replace("/out.log", "/shut/out.log")
    done = run_job(open_folder, text, nobody=True)
    done.refused("no-permission", str(target))
    target.chmod(0o777)
    assert ledger(run_job(open_folder, text, nobody=True))["delivered"] == 1
    assert (target / "out.log").read_text() == "one\n"


def test_a_jobs_dir_without_permission_is_told(open_folder: Path) -> None:
    (open_folder / "in.log").write_text("one\n")
    (open_folder / "state").mkdir(mode=0o555)
    done = run_job(open_folder, text_job(open_folder), nobody=True)
    done.refused("state-unusable", str(open_folder / "state"), "permissions")


def test_a_job_file_without_permission_is_told(open_folder: Path) -> None:
    file = open_folder / "secret.yaml"
    file.write_text("name: x\n")
    file.chmod(0)
    done = lyftdata("lint", "secret.yaml", folder=open_folder, nobody=True)
    done.refused("file-unreadable", "secret.yaml", "Permission denied")


def test_invalid_utf8_is_replaced_and_warned_of(tmp_path: Path) -> None:
    (tmp_path / "in.log").write_bytes(b"a\xff\xfeb\nfine\n")
    done = run_job(tmp_path, text_job(tmp_path))
    assert ledger(done)["delivered"] == 2
    assert "invalid-utf8" in done.err
    assert (tmp_path / "out.log").read_text() == "a\ufffd\ufffdb\nfine\n"


def test_a_job_file_that_is_no_utf8_is_told(tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_bytes(b"name: \xff\n")
    lyftdata("lint", "bad.yaml", folder=tmp_path).refused("file-unreadable", "UTF-8", "byte 6")


def test_invalid_json_lines_become_dead_letters_with_their_reason(tmp_path: Path) -> None:
    lines = [b'{"a":1}', b"nope", b'{"a":', b'{"a":1e400}', b"[1]", b"\xff", b'{"a":2}']
    (tmp_path / "in.log").write_bytes(b"\n".join(lines) + b"\n")
    totals = ledger(run_job(tmp_path, json_job(tmp_path)))
    assert (totals["received"], totals["delivered"], totals["dead_lettered"]) == (7, 2, 5)
    found = dead_letters(tmp_path, "bad")
    assert {one["code"] for one in found} == {"invalid-json"}
    assert [one["event"] for one in found][:2] == ["nope", '{"a":']


def test_a_line_of_100_mib_takes_no_memory(tmp_path: Path) -> None:
    with (tmp_path / "in.log").open("wb") as file:
        file.write(b"first\n")
        for _ in range(100):
            file.write(b"x" * 1024 * 1024)
        file.write(b"\nlast\n")
    (tmp_path / "job.yaml").write_text(text_job(tmp_path))
    with started("run", "job", "job.yaml", "--until-idle", folder=tmp_path) as running:
        assert running.end() == 0
        assert running.peak < 120 * 1024 * 1024
    assert (tmp_path / "out.log").read_text() == "first\nlast\n"
    (letter,) = dead_letters(tmp_path, "bad")
    assert letter["code"] == "line-too-long"
    assert "max-line-size 1048576" in letter["reason"]
    assert len(json.dumps(letter)) < 10_000


def test_an_object_name_cannot_leave_its_folder(tmp_path: Path) -> None:
    names = ["../../escaped", "/etc/escaped", "a/../../escaped", "fine", "x\x00y"]
    (tmp_path / "in.log").write_text("".join(json.dumps({"n": one}) + "\n" for one in names))
    text = f"""name: walk
input:
  files: {{path: {tmp_path}/in.log, json: true}}
output:
  file-store:
    path: {tmp_path}/store
    object-name: {{name: "${{n}}"}}
"""
    done = run_job(tmp_path, text)
    assert done.code in {0, 1}, done
    outside = [
        one
        for one in tmp_path.parent.rglob("*escaped*")
        if not one.is_relative_to(tmp_path / "store") and one != tmp_path
    ]
    assert outside == []
    assert not Path("/etc/escaped").exists()
    assert any("fine" in one.name for one in (tmp_path / "store").rglob("*"))


def test_a_file_path_cannot_leave_its_folder(tmp_path: Path) -> None:
    (tmp_path / "in.log").write_text('{"n": "../escaped"}\n{"n": "fine"}\n')
    text = (
        json_job(tmp_path)
        .replace("/out.log", '/sub/${n}"')
        .replace("path: " + str(tmp_path) + "/sub", 'path: "' + str(tmp_path) + "/sub")
    )
    done = run_job(tmp_path, text)
    assert done.code in {0, 1}, done
    assert not (tmp_path / "escaped").exists()
