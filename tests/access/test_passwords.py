"""The password policy and the keeping of passwords."""

from __future__ import annotations

import pytest

from lyftdata.access.passwords import Passwords, WeakPassword, check_policy


@pytest.mark.spec("RUN-5:policy")
@pytest.mark.parametrize(
    ("password", "rule"),
    [
        ("Short-1", "12 characters"),
        ("no-upper-case-1", "upper case"),
        ("NO-LOWER-CASE-1", "lower case"),
        ("No-Digit-In-Here", "digit"),
    ],
)
def test_a_weak_password_is_refused_with_the_rule(password: str, rule: str) -> None:
    with pytest.raises(WeakPassword, match=rule) as refused:
        check_policy(password)
    assert password not in str(refused.value)


def test_nobody_has_no_password() -> None:
    passwords = Passwords(cheap=True)
    assert passwords.matches(passwords.hash("x"), "x")
    assert not passwords.matches(passwords.hash("x"), "y")
    assert not passwords.matches(None, "nobody has this password")
