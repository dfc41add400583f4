"""`/api/openapi.json`: the description of the whole API."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Depends, Request

from lyftdata.server.guards import public

router = APIRouter(prefix="/api", tags=["health"])


@router.get("/openapi.json", dependencies=[Depends(public)], include_in_schema=False)
def openapi(request: Request) -> dict[str, Any]:
    """Describe the API (OpenAPI 3.1)."""
    described: dict[str, Any] = request.app.openapi()
    return described
