"""`/api/users`: who may sign in, and as what. For admins."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from lyftdata.access.model import Caller, Role, User
from lyftdata.core.ids import NAME
from lyftdata.server.api.pages import DryRun, Page
from lyftdata.server.guards import may, services
from lyftdata.server.services import Services
from lyftdata.server.views import at

router = APIRouter(prefix="/api/users", tags=["access"])
ServicesOf = Annotated[Services, Depends(services)]
Reader = Depends(may("users:read"))
Writer = Depends(may("users:write"))
Password = Annotated[str, Field(max_length=1024)]


class UserRow(BaseModel):
    """Somebody who may sign in."""

    name: str
    role: Role
    created_at: str

    @classmethod
    def of(cls, one: User) -> UserRow:
        """As JSON shows it."""
        return cls(name=one.name, role=one.role, created_at=at(one.created_ns))


class NewUser(BaseModel):
    """Who is to sign in, and as what."""

    name: str = Field(pattern=f"^{NAME.pattern}$")
    role: Role
    password: Password


class NewPassword(BaseModel):
    """The password from now on."""

    password: Password


@router.get("", dependencies=[Reader])
def list_users(services: ServicesOf) -> Page[UserRow]:
    """List users."""
    return Page(items=[UserRow.of(one) for one in services.access.users()])


@router.post("", status_code=201, dependencies=[Writer])
def make_user(body: NewUser, services: ServicesOf, *, dry_run: DryRun = False) -> UserRow:
    """Make a user."""
    made = services.access.create_user(body.name, body.password, body.role, dry_run=dry_run)
    return UserRow.of(made)


@router.put("/{name}/password", dependencies=[Writer])
def set_password(
    name: str, body: NewPassword, services: ServicesOf, *, dry_run: DryRun = False
) -> UserRow:
    """Give a user another password; their sessions and tokens end."""
    return UserRow.of(services.access.set_password(name, body.password, dry_run=dry_run))


@router.delete("/{name}", status_code=204)
def remove_user(
    name: str,
    caller: Annotated[Caller, Writer],
    services: ServicesOf,
    *,
    dry_run: DryRun = False,
) -> None:
    """End a user, with their sessions and tokens. Nobody ends themselves."""
    services.access.remove_user(caller, name, dry_run=dry_run)
