"""The composition root: services, routes, middleware, and what lives as long as the app."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute

from lyftdata import __version__
from lyftdata.server import live, openapi, pages, problems, workers_ws
from lyftdata.server.access_log import AccessFile, AccessLog
from lyftdata.server.api import auth, contexts, health, jobs, language, observe, users, workers
from lyftdata.server.body import BodyLimit
from lyftdata.server.guards import guard_of
from lyftdata.server.housekeeping import Housekeeping
from lyftdata.server.services import Services

ROUTERS = (
    health,
    auth,
    users,
    language,
    observe,
    jobs,
    workers,
    contexts,
    live,
    workers_ws,
    openapi,
)
"""`language` and `observe` come before `jobs`: /api/jobs/lint is no job's name."""

SOCKETS = frozenset({"/api/live", "/api/workers/connect"})
"""Websockets; they prove who calls before they accept (a dependency could not answer with why)."""


def build(services: Services) -> FastAPI:
    """The app over these services. Raises if a route of the API has no guard."""
    app = _routed()
    app.state.services = services
    pages.install(app)
    problems.install(app)
    app.add_middleware(BodyLimit)
    app.add_middleware(pages.Guarded)
    app.state.access_file = AccessFile(services.settings.staging / "logs" / "access.log")
    app.add_middleware(AccessLog, file=app.state.access_file, clock=services.clock)
    bare = [
        route.path for route in api_routes(app) if guard_of(route.dependant.dependencies) is None
    ]
    if bare:
        raise RuntimeError(f"routes without a guard: {', '.join(bare)}")
    return app


def describe() -> dict[str, Any]:
    """The OpenAPI document of the whole API, without a server behind it."""
    return _routed().openapi()


def api_routes(app: FastAPI) -> Iterator[APIRoute]:
    """Every route of the API, however deep it was included."""
    yield from _routes(app.routes)


def _routed() -> FastAPI:
    app = FastAPI(
        title="LyftData",
        version=__version__,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        lifespan=_lifespan,
        generate_unique_id_function=lambda route: route.name,
        responses={
            code: {"model": problems.Problem, "description": "Why it was not done"}
            for code in (400, 401, 403, 404, 409, 422, 503)
        },
    )
    for module in ROUTERS:
        app.include_router(module.router)
    return app


def _routes(routes: Sequence[BaseRoute]) -> Iterator[APIRoute]:
    for route in routes:
        included = getattr(route, "original_router", None)
        if included is not None:
            yield from _routes(included.routes)
        elif isinstance(route, APIRoute):
            if route.path.startswith("/api"):
                yield route
        elif getattr(route, "path", None) not in SOCKETS:
            raise RuntimeError(f"nothing proves that {route!r} has a guard")


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    services: Services = app.state.services
    task = asyncio.create_task(Housekeeping(services).run())
    try:
        yield
    finally:
        services.stopping.set()
        services.links.close()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await asyncio.to_thread(services.close)
        app.state.access_file.close()
