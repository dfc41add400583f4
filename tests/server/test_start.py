"""Starting: what cannot start says why and returns 1; the first admin; the certificate."""

from __future__ import annotations

import fcntl
import socket
import ssl
from pathlib import Path

import pytest
from cryptography import x509

from lyftdata.access.service import AccessService
from lyftdata.server.access_log import combined
from lyftdata.server.first_admin import first_admin, forget_first_password
from lyftdata.server.main import serve
from lyftdata.server.services import Services
from lyftdata.server.settings import ServerSettings
from lyftdata.server.tls import certificate
from lyftdata.times import SystemClock
from tests.server.conftest import PASSWORD

WEAK, NEXT = "weak", "Another-Horse-8"


def refused(settings: ServerSettings, capsys: pytest.CaptureFixture[str]) -> str:
    assert serve(settings) == 1
    return capsys.readouterr().err


@pytest.mark.spec("RUN-13:port-taken")
def test_a_taken_port_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        address = f"127.0.0.1:{other.getsockname()[1]}"
        said = refused(ServerSettings(staging_dir=tmp_path, bind_address=address), capsys)
    assert "port-in-use" in said
    assert address in said


@pytest.mark.spec("RUN-13:weak-password")
def test_a_weak_first_password_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = ServerSettings(
        staging_dir=tmp_path, bind_address="127.0.0.1:0", admin_init_password=WEAK
    )
    assert "weak-password" in refused(settings, capsys)


@pytest.mark.spec("RUN-13:unreadable-certificate")
def test_a_bad_certificate_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bad = tmp_path / "bad.pem"
    bad.write_text("no certificate")
    settings = ServerSettings(
        staging_dir=tmp_path / "s", bind_address="127.0.0.1:0", tls_cert=bad, tls_key=bad
    )
    assert str(bad) in refused(settings, capsys)


@pytest.mark.spec("RUN-13:bad-flag")
def test_a_bad_address_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = refused(ServerSettings(staging_dir=tmp_path, bind_address="here"), capsys)
    assert "'here'" in said


def test_one_server_per_staging_dir(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with (tmp_path / "lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        said = refused(ServerSettings(staging_dir=tmp_path, bind_address="127.0.0.1:0"), capsys)
    assert "staging-dir-in-use" in said


@pytest.mark.spec("RUN-2:self-signed")
def test_the_certificate_is_made_once_for_this_host(tmp_path: Path) -> None:
    settings = ServerSettings(staging_dir=tmp_path)
    cert, key = certificate(settings, clock=SystemClock())
    names = x509.load_pem_x509_certificate(cert.read_bytes()).extensions.get_extension_for_class(
        x509.SubjectAlternativeName
    )
    assert "localhost" in names.value.get_values_for_type(x509.DNSName)
    assert key.stat().st_mode & 0o077 == 0
    before = cert.read_bytes()
    certificate(settings, clock=SystemClock())
    assert cert.read_bytes() == before
    ssl.create_default_context(cafile=str(cert))


class FixedBytes:
    """Randomness that is none."""

    def random(self) -> float:
        return 0.5

    def randbytes(self, n: int) -> bytes:
        return b"\xff" * n


def test_a_random_first_password_is_kept_until_the_first_sign_in(services: Services) -> None:
    access: AccessService = services.access
    with access.store.write() as rows:
        for user in rows.users():
            rows.remove_user(user.name)
    password = first_admin(services.settings, access, FixedBytes())
    file = services.settings.staging / "admin-password"
    assert password is not None
    assert (file.read_text().strip(), file.stat().st_mode & 0o077) == (password, 0)
    assert access.sign_in("admin", password, address="x")[0].role == "admin"
    forget_first_password(services.settings)
    assert not file.exists()
    services.close()


@pytest.mark.spec("RUN-6")
def test_a_reset_makes_the_admin_anew_and_ends_old_sessions(services: Services) -> None:
    _, old = services.access.sign_in("admin", PASSWORD, address="x")
    settings = ServerSettings(
        staging_dir=services.settings.staging,
        reset_admin_password=True,
        admin_init_password=NEXT,
    )
    first_admin(settings, services.access, FixedBytes())
    assert services.access.sign_in("admin", NEXT, address="x")
    with pytest.raises(Exception, match="sign in again"):
        services.access.by_session(old)
    services.close()


def test_a_line_of_the_access_log_is_in_combined_format() -> None:
    scope = {
        "type": "http",
        "method": "GET",
        "path": "/a b",
        "raw_path": b'/a"b',
        "query_string": b"q=1",
        "http_version": "1.1",
        "client": ("10.0.0.1", 1),
        "headers": [(b"user-agent", b"curl\n1")],
        "state": {"user": "olga"},
    }
    assert combined(scope, 200, 12, at_ns=1_795_600_800 * 1_000_000_000) == (
        '10.0.0.1 - olga [25/Nov/2026:10:00:00 +0000] "GET /a\\"b?q=1 HTTP/1.1" 200 12 '
        '"-" "curl\\x0a1"'
    )
