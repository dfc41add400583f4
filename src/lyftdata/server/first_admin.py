"""The first admin: by environment, else a random password kept in a file till sign-in."""

from __future__ import annotations

import base64
import contextlib
from pathlib import Path
from typing import Final

from lyftdata.access.service import ADMIN, AccessService
from lyftdata.core.clock import Randomness
from lyftdata.server.settings import ServerSettings, StartFailed
from lyftdata.server.tls import write_secret

FILE: Final = "admin-password"


def first_admin(
    settings: ServerSettings, access: AccessService, randomness: Randomness
) -> str | None:
    """Make the admin if there is none, or anew if asked to; returns a random password to print."""
    given = settings.admin_init_password
    if settings.reset_admin_password:
        if not given:
            raise StartFailed(
                "--reset-admin-password needs the new password in LYFTDATA_ADMIN_INIT_PASSWORD"
            )
    elif access.has_users():
        return None
    password = given or _random(randomness)
    access.put_user(ADMIN, password, "admin")
    if given:
        forget_first_password(settings)
        return None
    write_secret(_file(settings), password.encode() + b"\n")
    return password


def forget_first_password(settings: ServerSettings) -> None:
    """The admin has signed in: the file has done its duty."""
    with contextlib.suppress(FileNotFoundError):
        _file(settings).unlink()


def _file(settings: ServerSettings) -> Path:
    return settings.staging / FILE


def _random(randomness: Randomness) -> str:
    # 120 random bits; the ends satisfy the policy whatever the middle is.
    middle = base64.b32encode(randomness.randbytes(15)).decode().lower()
    return f"Ly{middle}7"
