"""Refuses request bodies beyond 4 MiB before they are read into memory."""

from __future__ import annotations

from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from lyftdata.server.problems import TooLarge, problem

LIMIT: Final = 4 * 1024 * 1024


class BodyLimit:
    """Middleware; counts what comes, whatever the header says."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on while the body is within the limit."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        declared = dict(scope["headers"]).get(b"content-length", b"0")
        if declared.isdigit() and int(declared) > LIMIT:
            await _refusal(scope["path"])(scope, receive, send)
            return
        taken, started = 0, False

        async def counted() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > LIMIT:
                raise TooLarge(f"the body is larger than {LIMIT} bytes")
            return message

        async def passed_on(message: Message) -> None:
            nonlocal started
            # Who reads the body may make another answer of our error: this one is right.
            if taken <= LIMIT or started:
                started = True
                await send(message)

        await self._app(scope, counted, passed_on)
        if taken > LIMIT and not started:
            await _refusal(scope["path"])(scope, receive, send)


def _refusal(path: str) -> ASGIApp:
    said = f"the body is larger than {LIMIT} bytes"
    return problem(413, TooLarge.code, said, instance=path)
