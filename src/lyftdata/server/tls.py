"""The server's certificate: a self-signed one made at first start, or the files that were named."""

from __future__ import annotations

import datetime
import ipaddress
import os
import socket
import ssl
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from lyftdata.core.clock import Clock
from lyftdata.server.settings import ServerSettings, StartFailed

DAYS: Final = 825
RENEW_DAYS: Final = 30


def certificate(settings: ServerSettings, *, clock: Clock) -> tuple[Path, Path]:
    """Paths of certificate and key, both proven to load; raises `StartFailed`."""
    if settings.tls_cert is not None and settings.tls_key is not None:
        pair = settings.tls_cert, settings.tls_key
    else:
        folder = settings.staging / "tls"
        pair = folder / "cert.pem", folder / "key.pem"
        now = datetime.datetime.fromtimestamp(clock.wall_ns() / 1e9, datetime.UTC)
        if not _good(pair, now):
            _make(*pair, now)
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(*pair)
    except (OSError, ssl.SSLError) as error:
        raise StartFailed(
            f"cannot use the certificate {pair[0]} with the key {pair[1]}: {error}; both must be "
            "readable PEM files that belong together",
            code="bad-certificate",
        ) from error
    return pair


def _good(pair: tuple[Path, Path], now: datetime.datetime) -> bool:
    if not all(one.exists() for one in pair):
        return False
    try:
        found = x509.load_pem_x509_certificate(pair[0].read_bytes())
    except ValueError:
        return False
    return found.not_valid_after_utc - now > datetime.timedelta(days=RENEW_DAYS)


def _make(cert: Path, key: Path, now: datetime.datetime) -> None:
    cert.parent.mkdir(mode=0o700, exist_ok=True)
    secret = ec.generate_private_key(ec.SECP256R1())
    host = socket.gethostname()
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, (host or "lyftdata")[:64])])
    names = [x509.DNSName(one) for one in sorted({"localhost", host} - {""})]
    addresses = [x509.IPAddress(ipaddress.ip_address(one)) for one in ("127.0.0.1", "::1")]
    usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(secret.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=DAYS))
        .add_extension(x509.SubjectAlternativeName([*names, *addresses]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=False)
        .sign(secret, hashes.SHA256())
    )
    write_secret(
        key,
        secret.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ),
    )
    cert.write_bytes(built.public_bytes(serialization.Encoding.PEM))


def write_secret(path: Path, content: bytes) -> None:
    """Write a file that only its owner may read, whole or not at all."""
    fresh = path.with_name(path.name + ".new")
    fresh.unlink(missing_ok=True)
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
