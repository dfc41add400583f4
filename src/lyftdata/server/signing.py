"""Signs job bundles with the server's own Ed25519 key, made at first start."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from lyftdata.jobs.model import Assignment
from lyftdata.jobs.states import DRAIN_NS
from lyftdata.server.settings import StartFailed
from lyftdata.server.tls import write_secret
from lyftdata.wire.messages import Bundle, signed_bytes


@dataclass(frozen=True, slots=True)
class Signer:
    """Makes bundles that a worker can check against `public_key`."""

    key: Ed25519PrivateKey

    @property
    def public_key(self) -> str:
        """Raw public key, base64."""
        return base64.b64encode(self.key.public_key().public_bytes_raw()).decode()

    def bundle(self, assignment: Assignment) -> Bundle:
        """The assignment as it goes to the worker, signed."""
        plain = Bundle(
            job=assignment.job,
            assignment=assignment.id,
            version=assignment.version,
            fence=assignment.fence,
            text=assignment.text,
            hash=assignment.hash_wanted,
            signature="",
            drain_s=DRAIN_NS / 1e9,
        )
        signature = base64.b64encode(self.key.sign(signed_bytes(plain))).decode()
        return msgspec.structs.replace(plain, signature=signature)


def signer(path: Path) -> Signer:
    """The key in this file; made if there is none."""
    if not path.exists():
        fresh = Ed25519PrivateKey.generate()
        write_secret(
            path,
            fresh.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            ),
        )
    key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise StartFailed(f"{path} holds no Ed25519 key: restore it from a backup")
    return Signer(key)
