"""Who asks, and may they? The one mechanism for every route; a route without a guard is refused.

may("jobs:read")  the caller must have this permission
signed_in         any caller
public            no sign-in at all
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, cast
from urllib.parse import urlsplit

from fastapi import Depends
from starlette.requests import HTTPConnection

from lyftdata.access.model import Caller
from lyftdata.core.errors import Denied, NotSignedIn
from lyftdata.server.services import Services

COOKIE: Final = "lyftdata_session"
_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
GUARD: Final = "lyftdata_guard"
"""Attribute of a dependency that makes it a guard; holds the permission."""


def services(connection: HTTPConnection) -> Services:
    """The services of this app."""
    return cast("Services", connection.app.state.services)


def caller(connection: HTTPConnection) -> Caller:
    """Who asks, by bearer token or session cookie; raises `NotSignedIn` or `Denied`."""
    access = services(connection).access
    scheme, _, secret = connection.headers.get("authorization", "").partition(" ")
    if scheme:
        if scheme.lower() != "bearer" or not secret.strip():
            raise NotSignedIn("the header must read 'Authorization: Bearer TOKEN'")
        found = access.by_token(secret.strip())
    else:
        session = connection.cookies.get(COOKIE)
        if not session:
            raise NotSignedIn("sign in first, or send a token: 'Authorization: Bearer TOKEN'")
        check_origin(connection)
        found = access.by_session(session)
    connection.scope.setdefault("state", {})["user"] = found.user
    return found


def check_origin(connection: HTTPConnection) -> None:
    """Refuse writes and sockets that another site's page sends with our cookie."""
    if connection.scope["type"] == "http" and connection.scope["method"] in _SAFE:
        return
    origin = connection.headers.get("origin", "")
    if urlsplit(origin).netloc.lower() != connection.headers.get("host", "").lower():
        raise Denied(
            f"a write by cookie needs an Origin header of this host, not {origin!r}",
            code="cross-site",
        )


def may(permission: str) -> Callable[..., Caller]:
    """A guard: only callers with this permission get in."""

    def guard(connection: HTTPConnection) -> Caller:
        found = caller(connection)
        require(found, permission)
        return found

    setattr(guard, GUARD, permission)
    return guard


def require(found: Caller, permission: str) -> None:
    """Raise `Denied` unless the caller has the permission."""
    if permission not in found.permissions:
        raise Denied(f"this needs the permission {permission!r}; {found.role!r} does not have it")


def signed_in(connection: HTTPConnection) -> Caller:
    """A guard: any caller."""
    return caller(connection)


def public() -> None:
    """A guard: everybody."""


setattr(signed_in, GUARD, "signed-in")
setattr(public, GUARD, "public")


def guard_of(dependencies: list[Any]) -> str | None:
    """The permission that guards a route with these (flat) dependencies; None: it has no guard."""
    found = [getattr(one.call, GUARD) for one in dependencies if hasattr(one.call, GUARD)]
    return found[0] if found else None


ServicesOf = Depends(services)
