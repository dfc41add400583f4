"""Passwords: the policy, and argon2 for keeping them. A hash is slow by intent."""

from __future__ import annotations

from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from lyftdata.core.errors import CodedError

MINIMUM: Final = 12
MAXIMUM: Final = 1024


class WeakPassword(CodedError):
    """The password does not satisfy the policy."""

    code = "weak-password"


def check_policy(password: str) -> None:
    """Raise `WeakPassword` that names every rule the password breaks; never shows the password."""
    rules = {
        f"at least {MINIMUM} characters": len(password) >= MINIMUM,
        f"at most {MAXIMUM} characters": len(password) <= MAXIMUM,
        "an upper case letter": any(one.isupper() for one in password),
        "a lower case letter": any(one.islower() for one in password),
        "a digit": any(one.isdigit() for one in password),
    }
    broken = [rule for rule, holds in rules.items() if not holds]
    if broken:
        raise WeakPassword(f"the password needs {', '.join(broken)}")


class Passwords:
    """Hashes and verifies. `cheap` is for tests: the real cost is argon2's own default."""

    def __init__(self, *, cheap: bool = False) -> None:
        self._hasher = (
            PasswordHasher(time_cost=1, memory_cost=8, parallelism=1) if cheap else PasswordHasher()
        )
        # Verified against when nobody has the name, so that the answer takes as long.
        self._nobody = self._hasher.hash("nobody has this password")

    def hash(self, password: str) -> str:
        """What is stored."""
        return self._hasher.hash(password)

    def matches(self, stored: str | None, password: str) -> bool:
        """Whether `password` is the stored one; as slow for an unknown user as for a known one."""
        try:
            self._hasher.verify(stored or self._nobody, password)
        except (VerificationError, InvalidHashError):
            return False
        return stored is not None
