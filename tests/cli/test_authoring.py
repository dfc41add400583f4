"""What authors use: lint, schema, docs, version, help."""

from __future__ import annotations

import json
import resource
import tomllib
from pathlib import Path

import pytest

from lyftdata import __version__
from tests.cli.bench import lyftdata

GOOD = "name: good\ninput:\n  echo: {event: hi}\noutput:\n  print: {}\n"


@pytest.mark.spec("RUN-1:server")
def test_version(tmp_path: Path) -> None:
    assert lyftdata("--version", folder=tmp_path).stdout == f"{__version__}\n"


@pytest.mark.spec("RUN-1:worker")
def test_version_of_the_worker(tmp_path: Path) -> None:
    done = lyftdata("--version", folder=tmp_path, command="worker_main")
    assert done.stdout == f"{__version__}\n"


def test_version_is_that_of_the_project() -> None:
    project = tomllib.loads(Path("pyproject.toml").read_text())["project"]
    assert project["version"] == __version__


def test_help_is_fast(tmp_path: Path) -> None:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = lyftdata("--help", folder=tmp_path)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert "Examples:" in done.stdout
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 0.3


@pytest.mark.parametrize(
    "words",
    ["lint", "schema", "docs", "run job", "run worker", "login", "logout", "doctor",
     "jobs list", "jobs export", "jobs import", "jobs deploy", "workers logs", "contexts set",
     "server health", "dlq list", "dlq show", "dlq export"],
)  # fmt: skip
def test_every_command_shows_examples(tmp_path: Path, words: str) -> None:
    done = lyftdata(*words.split(), "--help", folder=tmp_path)
    assert done.returncode == 0
    assert "Examples:" in done.stdout


def test_lint_of_a_good_file_says_nothing(tmp_path: Path) -> None:
    (tmp_path / "job.yaml").write_text(GOOD)
    done = lyftdata("lint", "job.yaml", folder=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_lint_prints_one_line_a_problem(tmp_path: Path) -> None:
    (tmp_path / "job.yaml").write_text(GOOD.replace("event:", "evnt:").replace("name:", "nam:"))
    done = lyftdata("lint", "job.yaml", folder=tmp_path)
    assert done.returncode == 1
    lines = done.stdout.splitlines()
    assert len(lines) >= 2
    assert all(line.startswith("job.yaml:") for line in lines)
    assert "did you mean 'event'?" in done.stdout


def test_lint_prints_the_ten_mistakes_of_a_file(tmp_path: Path) -> None:
    case = Path(__file__).parent.parent / "dsl" / "cases" / "ten-mistakes.yaml"
    (tmp_path / case.name).write_bytes(case.read_bytes())
    done = lyftdata("lint", case.name, folder=tmp_path)
    assert done.returncode == 1
    assert done.stdout == case.with_suffix(".txt").read_text(encoding="utf-8")


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    done = lyftdata("lint", "nothing.yaml", folder=tmp_path)
    assert done.returncode == 1
    assert done.stderr.startswith("error: file-unreadable: cannot read nothing.yaml")


def test_schema_is_json(tmp_path: Path) -> None:
    assert json.loads(lyftdata("schema", folder=tmp_path).stdout)["properties"]["input"]


def test_docs_of_a_component(tmp_path: Path) -> None:
    assert "`echo`" in lyftdata("docs", "echo", folder=tmp_path).stdout


def test_docs_of_an_unknown_component(tmp_path: Path) -> None:
    done = lyftdata("docs", "ech", folder=tmp_path)
    assert done.returncode == 1
    assert "near: echo" in done.stderr


def test_wrong_usage_is_2(tmp_path: Path) -> None:
    assert lyftdata("lint", "--nonsense", folder=tmp_path).returncode == 2


@pytest.mark.spec("RUN-13:bad-flag")
def test_a_worker_without_a_key_says_what_it_needs(tmp_path: Path) -> None:
    done = lyftdata(folder=tmp_path, command="worker_main")
    assert done.returncode == 2
    assert "--worker-api-key" in done.stderr
