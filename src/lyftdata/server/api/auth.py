"""`/api/auth`: sign in, sign out, who am I. `/api/tokens`: API tokens."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, Field

from lyftdata.access.model import PERMISSIONS, Caller, Role, Token
from lyftdata.access.service import ADMIN, SESSION_NS
from lyftdata.server.api.pages import Page
from lyftdata.server.first_admin import forget_first_password
from lyftdata.server.guards import COOKIE, check_origin, may, public, services, signed_in
from lyftdata.server.services import Services
from lyftdata.server.views import at, maybe_at

router = APIRouter(prefix="/api", tags=["access"])
ServicesOf = Annotated[Services, Depends(services)]


class Login(BaseModel):
    """Name and password."""

    username: str = Field(max_length=63)
    password: str = Field(max_length=1024)


class UserView(BaseModel):
    """Who is signed in."""

    name: str
    role: Role
    permissions: list[str]


class SignedIn(BaseModel):
    """The user that is signed in."""

    user: UserView


class SignedOut(BaseModel):
    """The session has ended."""

    signed_out: bool = True


class NewToken(BaseModel):
    """What the token is to be."""

    name: str = Field(min_length=1, max_length=63)
    role: Role | None = None
    expires_in_days: int | None = Field(default=None, ge=1, le=3650)


class TokenView(BaseModel):
    """A token, without its secret."""

    id: str
    name: str
    user: str
    role: Role
    created_at: str
    expires_at: str | None

    @classmethod
    def of(cls, one: Token) -> TokenView:
        """As JSON shows it."""
        return cls(
            id=one.id,
            name=one.name,
            user=one.user,
            role=one.role,
            created_at=at(one.created_ns),
            expires_at=maybe_at(one.expires_ns),
        )


class MadeToken(TokenView):
    """A token with its secret, shown this once."""

    token: str


@router.post("/auth/login", dependencies=[Depends(public)])
def login(body: Login, request: Request, response: Response, services: ServicesOf) -> SignedIn:
    """Sign in; the session comes as a cookie."""
    if request.headers.get("origin"):
        check_origin(request)
    address = request.client.host if request.client else ""
    user, secret = services.access.sign_in(body.username, body.password, address=address)
    if user.name == ADMIN:
        forget_first_password(services.settings)
    response.set_cookie(
        COOKIE,
        secret,
        max_age=SESSION_NS // 1_000_000_000,
        httponly=True,
        samesite="strict",
        secure=not services.settings.disable_tls,
    )
    request.state.user = user.name
    permissions = sorted(PERMISSIONS[user.role])
    return SignedIn(user=UserView(name=user.name, role=user.role, permissions=permissions))


@router.post("/auth/logout", dependencies=[Depends(signed_in)])
def logout(request: Request, response: Response, services: ServicesOf) -> SignedOut:
    """End this session."""
    services.access.sign_out(request.cookies.get(COOKIE, ""))
    response.delete_cookie(COOKIE)
    return SignedOut()


@router.get("/auth/me")
def me(caller: Annotated[Caller, Depends(signed_in)]) -> SignedIn:
    """Say who is signed in, and what they may do."""
    permissions = sorted(caller.permissions)
    return SignedIn(user=UserView(name=caller.user, role=caller.role, permissions=permissions))


MayTokens = Annotated[Caller, Depends(may("tokens:write"))]


@router.get("/tokens")
def list_tokens(caller: MayTokens, services: ServicesOf) -> Page[TokenView]:
    """List own tokens; all of them for an admin."""
    return Page(items=[TokenView.of(one) for one in services.access.tokens(caller)])


@router.post("/tokens", status_code=201)
def make_token(
    body: NewToken, caller: MayTokens, services: ServicesOf, *, dry_run: bool = False
) -> MadeToken:
    """Make a token with no more rights than one's own. Its secret is shown this once."""
    token, secret = services.access.make_token(
        caller,
        name=body.name,
        role=body.role,
        expires_in_days=body.expires_in_days,
        dry_run=dry_run,
    )
    return MadeToken(**TokenView.of(token).model_dump(), token="" if dry_run else secret)


@router.delete("/tokens/{id_}", status_code=204)
def remove_token(
    id_: str, caller: MayTokens, services: ServicesOf, *, dry_run: bool = False
) -> None:
    """End a token."""
    services.access.remove_token(caller, id_, dry_run=dry_run)
