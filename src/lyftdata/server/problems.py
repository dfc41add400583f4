"""Errors -> problem+json, once. Domain code never names a status."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final, Literal

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from lyftdata.access.passwords import WeakPassword
from lyftdata.access.service import TooManyTries
from lyftdata.contexts.service import BadContext
from lyftdata.core.diagnostic import Diagnostic
from lyftdata.core.errors import (
    CodedError,
    Conflict,
    Denied,
    Invalid,
    LyftError,
    NotFound,
    NotSignedIn,
    TemporaryError,
    Unavailable,
)
from lyftdata.jobs.service import StaleEdit


class BadRequest(CodedError):
    """The request itself cannot be understood."""

    code = "bad-request"


class TooLarge(CodedError):
    """The body is larger than what is taken."""

    code = "too-large"


STATUS: Final[dict[type[LyftError], int]] = {
    BadRequest: 400,
    NotSignedIn: 401,
    Denied: 403,
    NotFound: 404,
    Conflict: 409,
    StaleEdit: 412,
    TooLarge: 413,
    Invalid: 422,
    WeakPassword: 422,
    BadContext: 422,
    TooManyTries: 429,
    Unavailable: 503,
    TemporaryError: 503,
}
_CODES: Final = {404: "not-found", 405: "method-not-allowed"}


class DiagnosticView(BaseModel):
    """A problem in a text: 1-based place, code, message, suggestion."""

    file: str
    line: int
    column: int
    end_line: int
    end_column: int
    code: str
    message: str
    path: list[str | int]
    value: str
    suggestion: str
    severity: Literal["error", "warning"]

    @classmethod
    def of(cls, one: Diagnostic) -> DiagnosticView:
        """As JSON shows it."""
        return cls(
            file=one.file,
            line=one.place.line,
            column=one.place.column,
            end_line=one.place.end_line,
            end_column=one.place.end_column,
            code=one.code,
            message=one.message,
            path=list(one.path),
            value=one.value,
            suggestion=one.suggestion,
            severity=one.severity,
        )


class Problem(BaseModel):
    """Why a request was not done (RFC 9457)."""

    type: str = "about:blank"
    title: str
    status: int
    code: str
    """Stable; every code has a heading in the reference of errors."""
    detail: str
    instance: str
    fix: str | None = None
    """What to do, where it does not stand in `detail` already."""
    diagnostics: list[DiagnosticView] | None = None


def status_of(error: LyftError) -> int:
    """The HTTP status that fits the nearest class of an error."""
    return next((STATUS[one] for one in type(error).__mro__ if one in STATUS), 500)


def problem(
    status: int,
    code: str,
    detail: str,
    *,
    instance: str,
    diagnostics: list[Diagnostic] | None = None,
) -> JSONResponse:
    """A problem+json answer."""
    body = Problem(
        title=HTTPStatus(status).phrase,
        status=status,
        code=code,
        detail=detail,
        instance=instance,
        diagnostics=None if diagnostics is None else [DiagnosticView.of(d) for d in diagnostics],
    )
    headers = {"WWW-Authenticate": "Bearer"} if status == HTTPStatus.UNAUTHORIZED else None
    return JSONResponse(
        body.model_dump(exclude_none=True),
        status,
        headers=headers,
        media_type="application/problem+json",
    )


def install(app: FastAPI) -> None:
    """Answer every error with the same JSON shape."""

    @app.exception_handler(LyftError)
    def ours(request: Request, error: LyftError) -> JSONResponse:
        found = list(error.diagnostics) if isinstance(error, Invalid) else None
        return problem(
            status_of(error),
            error.kind,
            str(error),
            instance=request.url.path,
            diagnostics=found,
        )

    @app.exception_handler(RequestValidationError)
    def malformed(request: Request, error: RequestValidationError) -> JSONResponse:
        said = "; ".join(
            f"{'.'.join(str(part) for part in one['loc'])}: {one['msg']}" for one in error.errors()
        )
        return problem(400, "bad-request", said, instance=request.url.path)

    @app.exception_handler(HTTPException)
    def plain(request: Request, error: HTTPException) -> JSONResponse:
        code = _CODES.get(error.status_code, "bad-request")
        return problem(error.status_code, code, error.detail, instance=request.url.path)

    @app.exception_handler(Exception)
    def unexpected(request: Request, _error: Exception) -> JSONResponse:
        said = "the server met an error of its own; its log has the details"
        return problem(500, "internal-error", said, instance=request.url.path)
