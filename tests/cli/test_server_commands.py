"""Commands that talk to a server: one real server with its built-in worker."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.cli.bench import lyftdata

PASSWORD = "Passw0rdPassw0rd"


@dataclass
class Site:
    """A server that runs, and a folder that is signed in to it."""

    folder: Path
    url: str

    def run(self, *arguments: str, text: str = "") -> subprocess.CompletedProcess[str]:
        return lyftdata(
            *arguments, folder=self.folder, text=text,
            LYFTDATA_URL=self.url, LYFTDATA_TLS_INSECURE="true",
        )  # fmt: skip


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("site")
    environ = os.environ | {
        "LYFTDATA_STAGING_DIR": str(folder / "staging"),
        "LYFTDATA_ADMIN_INIT_PASSWORD": PASSWORD,
    }
    with subprocess.Popen(
        [sys.executable, "-m", "lyftdata.cli.main", "run", "server",
         "--bind-address", "127.0.0.1:0"],
        env=environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    ) as server:  # fmt: skip
        assert server.stdout is not None
        line = next(one for one in server.stdout if "LyftData serves " in one)
        one = Site(folder, line.split("LyftData serves ")[1].split()[0])
        done = one.run("login", "admin", "--password-stdin", text=PASSWORD + "\n")
        assert done.returncode == 0, done.stderr
        yield one
        server.send_signal(signal.SIGTERM)
        server.stdout.read()


@pytest.mark.spec("RUN-2:self-signed", "RUN-8", "CLI-1:lossless", "CLI-2:jobs", "CLI-4:doctor")
def test_a_job_from_file_to_running_and_back(site: Site) -> None:
    source = site.folder / "in.log"
    source.write_text("one\n")
    text = (
        f"name: copy  # by hand\ninput:\n  files: {{path: {source}}}\n"
        f"output:\n  file: {{path: {site.folder / 'out.log'}}}\n"
    )
    (site.folder / "copy.yaml").write_text(text)
    for words in (
        "jobs create copy.yaml",
        "jobs stage copy",
        "jobs deploy copy --wait 30",
        "doctor",
        "server health",
        "jobs export --dir out",
        "jobs stop copy --wait 30",
    ):
        done = site.run(*words.split())
        assert done.returncode == 0, (words, done.stdout, done.stderr)
    assert (site.folder / "out" / "copy.yaml").read_text() == text
    (job,) = json.loads(site.run("jobs", "list", "-o", "json").stdout)
    assert job["name"] == "copy"


@pytest.mark.spec("CLI-1:dry-run")
def test_a_bad_archive_is_refused_with_file_and_line(site: Site) -> None:
    folder = site.folder / "bad"
    folder.mkdir()
    (folder / "x.yaml").write_text("name: x\ninput:\n  filez: {path: a}\noutput:\n  print: {}\n")
    entry = {"name": "x", "file": "x.yaml", "sha256": ""}
    (folder / "manifest.json").write_text(
        json.dumps({"format": "lyftdata-jobs/1", "jobs": [entry]})
    )
    done = site.run("jobs", "import", "--dir", "bad", "--dry-run")
    assert done.returncode == 1
    assert "bad/x.yaml:3:3:" in done.stderr


@pytest.mark.spec("CLI-2:workers")
def test_workers_are_listed(site: Site) -> None:
    assert "built-in" in site.run("workers", "list").stdout


@pytest.mark.spec("CLI-3:logs")
def test_worker_logs_are_shown(site: Site) -> None:
    assert site.run("workers", "logs", "built-in", "--limit", "5").returncode == 0


def test_a_wrong_password_is_not_allowed(site: Site) -> None:
    done = site.run("login", "admin", "--password-stdin", text="wrong\n")
    assert done.returncode == 5
    assert "wrong-password" in done.stderr


def test_an_unknown_job_is_told(site: Site) -> None:
    done = site.run("jobs", "show", "nobody")
    assert done.returncode == 1
    assert done.stderr.startswith("error: ")


@pytest.mark.spec("SEC-2")
def test_users_are_made_and_get_new_passwords(site: Site) -> None:
    first, second = "Another-Horse-8\n", "Another-Horse-9\n"
    made = site.run("users", "create", "nina", "--password-stdin", text=first)
    assert made.stdout == "made viewer nina\n", made.stderr
    assert site.run("users", "passwd", "nina", "--password-stdin", text=second).returncode == 0
    listed = json.loads(site.run("users", "list", "-o", "json").stdout)
    assert [(one["name"], one["role"]) for one in listed][-1] == ("nina", "viewer")
    assert site.run("users", "remove", "nina").returncode == 0
    assert site.run("users", "remove", "nina").returncode == 1
