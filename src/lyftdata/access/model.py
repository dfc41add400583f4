"""Who is there, and what each role may do. Deny by default."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

Role: TypeAlias = Literal["admin", "operator", "viewer"]
ROLES: Final[tuple[Role, ...]] = ("admin", "operator", "viewer")

_VIEWER: Final = frozenset({"jobs:read", "workers:read", "contexts:read", "logs:read"})
_OPERATOR: Final = _VIEWER | {
    "jobs:write",
    "jobs:deploy",
    "jobs:trace",
    "data:read",
    "contexts:write",
    "tokens:write",
}
_ADMIN: Final = _OPERATOR | {"users:read", "users:write", "health:read", "workers:write"}

PERMISSIONS: Final[dict[Role, frozenset[str]]] = {
    "viewer": _VIEWER,
    "operator": _OPERATOR,
    "admin": _ADMIN,
}
"""Role -> the verbs it may use. What is not here is denied."""


def role_of(text: str) -> Role:
    """A stored role; an unknown one means the least."""
    return text if text in ROLES else "viewer"


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """Somebody who may sign in."""

    id: str
    name: str
    role: Role
    password_hash: str
    created_ns: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A sign-in by browser. Only the hash of its secret is stored."""

    secret_hash: str
    user: str
    """Name of the user."""
    created_ns: int
    expires_ns: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """An API token. Only the hash of its secret is stored."""

    id: str
    name: str
    user: str
    role: Role
    secret_hash: str
    created_ns: int
    expires_ns: int = 0
    """0: never."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who asks: a user by session, or a token of theirs."""

    user: str
    role: Role
    by: Literal["session", "token"]

    @property
    def permissions(self) -> frozenset[str]:
        """The verbs that this caller may use."""
        return PERMISSIONS[self.role]
