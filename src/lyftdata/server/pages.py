"""What the browser gets besides the API: the built UI, and the headers that guard it."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from fastapi import FastAPI, Request
from fastapi.responses import FileResponse, HTMLResponse, Response
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from lyftdata.core.errors import NotFound

STATIC: Final = Path(__file__).parent / "static"
_POLICY: Final = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self'",
        # The component kit sets styles from code.
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "worker-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
_HEADERS: Final = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
_NOT_BUILT: Final = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>LyftData</title></head>
<body><main><h1>LyftData is running</h1>
<p>The web pages are not built into this installation. Build them with <code>make setup</code> in
the source folder, or install a release, which has them.</p>
<p>The API is there: <a href="/api/liveness">/api/liveness</a>,
<code>/api/openapi.json</code>; so is the command <code>lyftdata</code>.</p></main></body></html>
"""


class Guarded:
    """Middleware that adds the security headers and says what may be cached."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on; add headers to the answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
                headers.setdefault("Cache-Control", _caching(scope["path"], message["status"]))
            await send(message)

        await self._app(scope, receive, with_headers)


def _caching(path: str, status: int) -> str:
    if path.startswith("/api/"):
        return "no-store"
    hashed = path.startswith("/assets/") and status == 200  # noqa: PLR2004
    return "public, max-age=31536000, immutable" if hashed else "no-cache"


def install(app: FastAPI, static: Path = STATIC) -> None:
    """Serve the built UI; everything that is no file gets its index page."""

    @app.get("/{path:path}", include_in_schema=False)
    def page(request: Request, path: str) -> Response:
        if path == "api" or path.startswith("api/"):
            raise NotFound(f"there is no {request.url.path}; /api/openapi.json lists what there is")
        file = _inside(static, path)
        if file is not None:
            return FileResponse(file)
        if path.startswith("assets/"):
            raise NotFound(f"there is no {request.url.path}")
        index = static / "index.html"
        return FileResponse(index) if index.is_file() else HTMLResponse(_NOT_BUILT)


def _inside(static: Path, path: str) -> Path | None:
    if "\x00" in path:
        return None
    try:
        file = (static / path).resolve()
        return file if file.is_relative_to(static.resolve()) and file.is_file() else None
    except OSError:  # longer than any name of a file
        return None
