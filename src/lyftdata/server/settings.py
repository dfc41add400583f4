"""What a server is started with: flags, then environment, then defaults."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from platformdirs import user_data_path

from lyftdata.core.errors import CodedError


class BadSetting(CodedError):
    """A flag or environment variable that cannot be what it says."""

    code = "bad-setting"


class StartFailed(CodedError):
    """The server cannot start; the message says why and how to mend it."""

    code = "start-failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerSettings:
    """Everything that `serve` needs to know."""

    bind_address: str = "127.0.0.1:3000"
    """Port 0: any free port."""
    staging_dir: Path | None = None
    """None: the system's place for root, else the user's data folder."""
    disable_tls: bool = False
    tls_cert: Path | None = None
    tls_key: Path | None = None
    admin_init_password: str = ""
    reset_admin_password: bool = False
    db_retention_days: int = 30
    disk_usage_max_percentage: int = 90
    builtin_worker: bool = True
    shutdown_s: float = 10.0
    """How long open requests get when the server ends."""

    @property
    def staging(self) -> Path:
        """Where all state lies."""
        return self.staging_dir or _default_dir()

    @property
    def scheme(self) -> str:
        """`https`, or `http` behind a proxy."""
        return "http" if self.disable_tls else "https"

    @property
    def address(self) -> tuple[str, int]:
        """Host and port to bind to; raises `BadSetting`."""
        host, _, port = self.bind_address.rpartition(":")
        if not host or not port.isdecimal() or int(port) > _LAST_PORT:
            raise BadSetting(
                f"{self.bind_address!r} is no address to bind to: write it as 127.0.0.1:3000"
            )
        return host.strip("[]"), int(port)

    def check(self) -> None:
        """Raise `BadSetting` for what cannot be."""
        _ = self.address
        if (self.tls_cert is None) != (self.tls_key is None):
            raise BadSetting("a certificate needs its key: give both --tls-cert and --tls-key")


_LAST_PORT = 65535


def _default_dir() -> Path:
    if os.geteuid() == 0:
        return Path("/var/lib/lyftdata-server")
    return user_data_path("lyftdata") / "server"
