"""Tokens that `lyftdata login` keeps: one 0600 file in the user's configuration folder."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import msgspec
import platformdirs

from lyftdata.core.errors import PermanentError


class Credentials:
    """Tokens by server URL."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @classmethod
    def of(cls, environ: Mapping[str, str]) -> Credentials:
        """`LYFTDATA_CONFIG_DIR`, else the user's configuration folder."""
        folder = environ.get("LYFTDATA_CONFIG_DIR")
        base = Path(folder) if folder else platformdirs.user_config_path("lyftdata")
        return cls(base / "credentials.json")

    def token(self, url: str) -> str:
        """The token for a server, empty when nobody signed in."""
        return self._load().get(url.rstrip("/"), "")

    def keep(self, url: str, token: str) -> None:
        """Remember a token."""
        self._save(self._load() | {url.rstrip("/"): token})

    def forget(self, url: str) -> bool:
        """Remove a token; whether there was one."""
        tokens = self._load()
        had = tokens.pop(url.rstrip("/"), None) is not None
        if had:
            self._save(tokens)
        return had

    def _load(self) -> dict[str, str]:
        try:
            return msgspec.json.decode(self.path.read_bytes(), type=dict[str, str])
        except FileNotFoundError:
            return {}
        except (OSError, msgspec.DecodeError) as error:
            raise PermanentError(
                f"cannot read {self.path}: {error}; remove it and sign in again",
                code="credentials-unreadable",
            ) from error

    def _save(self, tokens: Mapping[str, str]) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = self.path.with_suffix(".new")
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(msgspec.json.encode(tokens))
        fresh.replace(self.path)
