"""Digests, encodings and encryption of texts."""

from __future__ import annotations

import base64
import binascii
import hashlib
from typing import Any, Final

from lyftdata.expressions.errors import EvaluationError
from lyftdata.expressions.functions.entry import Example, Function, text_argument
from lyftdata.expressions.tools import ExpressionTools


def md5(text: Any) -> str:
    """The MD5 digest in hex: an identifier, no protection."""
    return hashlib.md5(_bytes(text, "md5"), usedforsecurity=False).hexdigest()


def sha1(text: Any) -> str:
    """The SHA-1 digest in hex: an identifier, no protection."""
    return hashlib.sha1(_bytes(text, "sha1"), usedforsecurity=False).hexdigest()


def sha256(text: Any) -> str:
    """The SHA-256 digest in hex."""
    return hashlib.sha256(_bytes(text, "sha256")).hexdigest()


def to_base64(text: Any) -> str:
    """The Base64 form of a text."""
    return base64.b64encode(_bytes(text, "base64")).decode()


def from_base64(text: Any) -> str:
    """The text behind a Base64 form."""
    try:
        return base64.b64decode(_bytes(text, "base64_decode"), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError) as error:
        raise EvaluationError(f"base64_decode: {error}", value=text) from error


def encrypt(tools: ExpressionTools, text: Any, key: Any) -> str:
    """The text encrypted with AES-256-GCM: `v1.` and URL-safe Base64 of nonce, ciphertext, tag."""
    # Imported at the first use: the cryptography package costs 45 ms at the start of every job.
    from lyftdata.expressions.functions import encryption

    return encryption.seal(
        _bytes(text, "encrypt"), text_argument(key, "encrypt"), tools.random.randbytes(12)
    )


def decrypt(text: Any, key: Any) -> str:
    """The text behind what `encrypt` made with the same key."""
    from lyftdata.expressions.functions import encryption

    return encryption.unseal(text_argument(text, "decrypt"), text_argument(key, "decrypt"))


def _bytes(text: Any, what: str) -> bytes:
    return text_argument(text, what).encode()


_EMPTY_SHA1: Final = "da39a3ee5e6b4b0d3255bfef95601890afd80709"
_A_SHA256: Final = "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"

ENTRIES: Final = (
    Function("md5(text)", md5, 1, 1, (Example('md5("a")', "0cc175b9c0f1b6a831c399e269772661"),)),
    Function("sha1(text)", sha1, 1, 1, (Example('sha1("")', _EMPTY_SHA1),)),
    Function("sha256(text)", sha256, 1, 1, (Example('sha256("a")', _A_SHA256),)),
    Function("base64(text)", to_base64, 1, 1, (Example('base64("hi")', "aGk="),)),
    Function("base64_decode(text)", from_base64, 1, 1, (Example('base64_decode("aGk=")', "hi"),)),
    Function(
        "encrypt(text, key)", encrypt, 2, 2, (Example('encrypt("a", "a key")', ...),), form="tools"
    ),
    Function(
        "decrypt(text, key)",
        decrypt,
        2,
        2,
        (Example('decrypt(encrypt("a", "a key"), "a key")', "a"),),
    ),
)
