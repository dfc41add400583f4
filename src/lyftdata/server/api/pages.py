"""What list endpoints share: one page of items, and the query that asks for it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Generic, TypeVar

from fastapi import Query
from pydantic import BaseModel

from lyftdata.server.problems import BadRequest

T = TypeVar("T")


class Page(BaseModel, Generic[T]):
    """Some items, and where to go on."""

    items: list[T]
    next_cursor: str | None = None


Limit = Annotated[int, Query(ge=1, le=1000)]
Cursor = Annotated[str | None, Query(description="`next_cursor` of the page before.")]
DryRun = Annotated[bool, Query(description="Check everything, change nothing.")]


def number(cursor: str | None) -> int:
    """A cursor that is a number; raises `BadRequest`."""
    if cursor is None:
        return 0
    if not cursor.isdecimal():
        raise BadRequest(f"{cursor!r} is no cursor of this list", code="bad-cursor")
    return int(cursor)


def page(found: Sequence[T], limit: int, cursors: Sequence[str]) -> Page[T]:
    """The first `limit` of `found`, which holds one more if there is a next page."""
    more = len(found) > limit
    return Page(items=list(found[:limit]), next_cursor=cursors[limit - 1] if more else None)
