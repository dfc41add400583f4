"""A server that cannot start says why, with code and fix, and exits with 1."""

from __future__ import annotations

import socket
import sqlite3
from pathlib import Path

import pytest

from bench.testbed import Testbed as Bed
from tests.journeys.bench import Done, lyftdata

ADDRESS = "127.0.0.1:0"


def start(folder: Path, *arguments: str, nobody: bool = False, **environ: str) -> Done:
    """A start that is to fail."""
    flags = ("--bind-address", ADDRESS, "--disable-tls", *arguments)
    return lyftdata("run", "server", *flags, folder=folder, nobody=nobody, **environ)


@pytest.mark.spec("RUN-13:port-taken")
def test_a_port_in_use(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        address = f"127.0.0.1:{other.getsockname()[1]}"
        start(tmp_path, "--bind-address", address).refused("port-in-use", address, "--bind-address")


@pytest.mark.spec("RUN-13:weak-password", "RUN-5:policy")
@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("Short-1a", "12"),
        ("No-Digit-In-Here", "digit"),
    ],
)
def test_a_weak_first_password(tmp_path: Path, password: str, reason: str) -> None:
    done = start(tmp_path, LYFTDATA_ADMIN_INIT_PASSWORD=password)
    done.refused("weak-password", reason)
    assert password not in done.err + done.out


@pytest.mark.spec("RUN-13:unreadable-certificate")
def test_certificates_that_cannot_be_used(tmp_path: Path) -> None:
    bad = tmp_path / "bad.pem"
    bad.write_text("-----BEGIN CERTIFICATE-----\nnothing\n-----END CERTIFICATE-----\n")
    gone = tmp_path / "gone.pem"
    for path in (bad, gone):
        flags = ("--tls-cert", str(path), "--tls-key", str(path))
        done = lyftdata("run", "server", "--bind-address", ADDRESS, *flags, folder=tmp_path)
        done.refused("bad-certificate", str(path), "PEM")


@pytest.mark.spec("RUN-13:bad-flag")
@pytest.mark.parametrize("address", ["127.0.0.1:99999", "no.such.host.invalid:1"])
def test_an_address_that_is_none(tmp_path: Path, address: str) -> None:
    done = start(tmp_path, "--bind-address", address)
    assert done.code in {1, 2}
    done.refused("bad-setting", address, exit_code=done.code)


@pytest.mark.spec("RUN-13:bad-flag")
@pytest.mark.parametrize("flags", [["--db-retention-days", "none"]])
def test_a_flag_that_is_none(tmp_path: Path, flags: list[str]) -> None:
    done = start(tmp_path, *flags)
    assert done.code == 2
    assert flags[0] in done.err


def test_a_staging_directory_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "plain").write_text("")
    staging = str(tmp_path / "plain" / "staging")
    start(tmp_path, LYFTDATA_STAGING_DIR=staging).refused(
        "bad-staging-dir", staging, "LYFTDATA_STAGING_DIR"
    )


def test_a_staging_directory_without_permission(open_folder: Path) -> None:
    (open_folder / "staging").mkdir(mode=0o500)
    start(open_folder, nobody=True).refused("bad-staging-dir", "Permission denied")


@pytest.mark.spec("RUN-12:newer")
def test_a_staging_directory_of_a_newer_version_and_a_second_server(tmp_path: Path) -> None:
    with Bed(tmp_path / "bed") as bed:
        staging = bed.folder / "staging"
        second = start(tmp_path, LYFTDATA_STAGING_DIR=str(staging))
        second.refused("staging-dir-in-use", str(staging), "stop it")
        assert bed.get("/api/liveness")["status"] == "ok"
    found = [one for one in staging.rglob("*") if one.suffix == ".db" and one.parent == staging]
    assert found
    for path in found:
        with sqlite3.connect(path) as connection:
            before = connection.execute("SELECT version_num FROM alembic_version").fetchone()[0]
            connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.close()
        done = start(tmp_path, LYFTDATA_STAGING_DIR=str(staging))
        done.refused("newer", str(path), "newer version", "backup")
        with sqlite3.connect(path) as connection:
            connection.execute("UPDATE alembic_version SET version_num = ?", (before,))
        connection.close()


def test_a_staging_directory_with_a_broken_database(tmp_path: Path) -> None:
    staging = tmp_path / "staging"
    staging.mkdir()
    for name in ("control.db", "telemetry.db"):
        (staging / name).write_bytes(b"this is no database" * 100)
    done = start(tmp_path)
    assert done.code == 1
    assert str(staging) in done.err
