"""The access log: a rotated file in Apache's combined format, one line a request.

Left out, so that what a page does by itself does not drown what people do: liveness, live streams
and workers' connections.
"""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from lyftdata.core.clock import Clock

MAX_BYTES: Final = 10 * 1024 * 1024
KEPT: Final = 5
_QUIET: Final = ("/api/liveness", "/api/live", "/api/live/events", "/api/workers/connect")
_MONTHS: Final = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()


class AccessFile:
    """The rotated file. Opened at the first line."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._handler = RotatingFileHandler(
            path, maxBytes=MAX_BYTES, backupCount=KEPT, encoding="utf-8", delay=True
        )

    def write(self, line: str) -> None:
        """Append a line, rotating first if it would not fit."""
        self._handler.handle(logging.LogRecord("", logging.INFO, "", 0, line, None, None))

    def close(self) -> None:
        """Let go of the file."""
        self._handler.close()


class AccessLog:
    """Middleware that writes the line when the answer has been sent."""

    def __init__(self, app: ASGIApp, *, file: AccessFile, clock: Clock) -> None:
        self._app = app
        self._file = file
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on; note status and size."""
        if scope["type"] != "http" or scope["path"] in _QUIET:
            await self._app(scope, receive, send)
            return
        seen = {"status": 500, "size": 0}

        async def noted(message: Message) -> None:
            if message["type"] == "http.response.start":
                seen["status"] = message["status"]
            elif message["type"] == "http.response.body":
                seen["size"] += len(message.get("body", b""))
            await send(message)

        started = self._clock.wall_ns()
        try:
            await self._app(scope, receive, noted)
        finally:
            self._file.write(combined(scope, seen["status"], seen["size"], at_ns=started))


def combined(scope: Scope, status: int, size: int, *, at_ns: int) -> str:
    """One line: client, user, time, request, status, size, referer, user agent."""
    headers = dict(scope["headers"])
    client = scope["client"][0] if scope.get("client") else "-"
    user = scope.get("state", {}).get("user") or "-"
    query = scope["query_string"]
    target = scope.get("raw_path") or scope["path"].encode()
    target = target + b"?" + query if query else target
    request = f"{scope['method']} {_safe(target)} HTTP/{scope['http_version']}"
    referer = _safe(headers.get(b"referer", b"-")) or "-"
    agent = _safe(headers.get(b"user-agent", b"-")) or "-"
    return (
        f"{client} - {_safe(user.encode())} [{_time(at_ns)}] "
        f'"{request}" {status} {size or "-"} "{referer}" "{agent}"'
    )


def _time(at_ns: int) -> str:
    when = datetime.fromtimestamp(at_ns // 1_000_000_000, UTC)
    return f"{when.day:02d}/{_MONTHS[when.month - 1]}/{when:%Y:%H:%M:%S} +0000"


def _safe(raw: bytes) -> str:
    """Quotes, backslashes and what is not printable ASCII are escaped, as Apache does."""
    return "".join(
        chr(one) if 32 <= one < 127 and one not in b'"\\' else _escaped(one)  # noqa: PLR2004
        for one in raw
    )


def _escaped(byte: int) -> str:
    return {0x22: '\\"', 0x5C: "\\\\"}.get(byte, f"\\x{byte:02x}")
