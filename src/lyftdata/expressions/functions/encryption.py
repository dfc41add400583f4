"""The format behind `encrypt` and `decrypt`.

The key is HKDF-SHA256 of the key text (no salt, information `lyftdata encrypt v1`), 32 bytes. The
result is `v1.` and the URL-safe Base64, without padding, of the 12-byte nonce followed by what
AES-256-GCM gives (ciphertext, then the 16-byte tag). HKDF does not harden weak passwords: use a
random key of 32 characters or more.
"""

from __future__ import annotations

import base64
import binascii
from functools import lru_cache
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from lyftdata.expressions.errors import EvaluationError

_VERSION: Final = "v1."
_NONCE: Final = 12


def seal(plain: bytes, key: str, nonce: bytes) -> str:
    """Encrypt; a nonce must never serve twice for one key."""
    sealed = nonce + _cipher(key).encrypt(nonce, plain, None)
    return _VERSION + base64.urlsafe_b64encode(sealed).decode().rstrip("=")


def unseal(text: str, key: str) -> str:
    """Decrypt. Raises `EvaluationError` for a text that was not made with this key."""
    try:
        if not text.startswith(_VERSION):
            raise ValueError("no version mark")
        body = text[len(_VERSION) :].encode()
        sealed = base64.b64decode(body + b"=" * (-len(body) % 4), b"-_", validate=True)
        return _cipher(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], None).decode()
    except (ValueError, binascii.Error, InvalidTag) as error:
        message = "decrypt: the text was not made by encrypt with this key"
        raise EvaluationError(message) from error


@lru_cache(maxsize=64)
def _cipher(key: str) -> AESGCM:
    if not key:
        raise EvaluationError("encrypt and decrypt need a key that is not empty")
    derive = HKDF(SHA256(), 32, salt=None, info=b"lyftdata encrypt v1")
    return AESGCM(derive.derive(key.encode()))
