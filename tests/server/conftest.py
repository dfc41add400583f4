"""A whole server in this process: real databases in a folder, real routes, real websockets."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from lyftdata.access.passwords import Passwords
from lyftdata.server.app import build
from lyftdata.server.services import Services, build_services
from lyftdata.server.settings import ServerSettings
from lyftdata.times import SystemClock

PASSWORD = "Correct-Horse-7"
HOST = "https://testserver"
TEXT = """name: hello
input:
  echo: {event: '{"hello": "world"}'}
output:
  discard: {}
"""


@pytest.fixture
def services(tmp_path: Path) -> Services:
    """Services over a fresh staging directory, with an admin, an operator, a viewer."""
    built = build_services(
        ServerSettings(staging_dir=tmp_path),
        clock=SystemClock(),
        randomness=random.Random(1),
        passwords=Passwords(cheap=True),
    )
    built.access.put_user("admin", PASSWORD, "admin")
    built.access.put_user("olga", PASSWORD, "operator")
    built.access.put_user("vera", PASSWORD, "viewer")
    built.fleet.enroll("w1", name="Worker one", key="the-key-of-w1")
    return built


@pytest.fixture
def app(services: Services) -> Iterator[TestClient]:
    """A client that nobody is signed in with."""
    with TestClient(build(services), base_url=HOST) as client:
        yield client


SignIn = Callable[[str], TestClient]


@pytest.fixture
def sign_in(app: TestClient, services: Services) -> SignIn:
    """A client with a token of the named user, over the same server."""

    def signed(name: str) -> TestClient:
        _, session = services.access.sign_in(name, PASSWORD, address="test")
        caller = services.access.by_session(session)
        if caller.role == "viewer":
            client = TestClient(app.app, base_url=HOST)
            client.headers["Origin"] = HOST
            client.cookies.set("lyftdata_session", session)
            return client
        _, secret = services.access.make_token(caller, name="test")
        client = TestClient(app.app, base_url=HOST)
        client.headers["Authorization"] = f"Bearer {secret}"
        return client

    return signed


@pytest.fixture
def admin(sign_in: SignIn) -> TestClient:
    """Signed in as admin."""
    return sign_in("admin")
