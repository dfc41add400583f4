"""A real server with its own worker, and a real Chromium that looks at it."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.sync_api import Browser, Page, StorageState, expect, sync_playwright

ROOT: Final = Path(__file__).parents[2]
PASSWORD: Final = "Correct-Horse-7"
SHOTS: Final = ROOT / "build" / "screenshots"
AXE: Final = ROOT / "ui" / "node_modules" / "axe-core" / "axe.min.js"
STATIC: Final = ROOT / "src" / "lyftdata" / "server" / "static" / "index.html"
ARGUMENTS: Final = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
_RUN_AXE: Final = """
(rules) => axe.run(document, {
    resultTypes: ['violations'], ...(rules ? {runOnly: rules} : {}),
  }).then((found) => found.violations
  .filter((one) => ['serious', 'critical'].includes(one.impact))
  .map((one) => `${one.id}: ${one.nodes.map((node) => node.html.slice(0, 200)).join(' | ')}`))
"""
COLOURS: Final = ["color-contrast"]
"""The rules that can end otherwise in another colour scheme."""
_CALL: Final = """async ([method, path, body]) => (await fetch(path, {
  method, body: JSON.stringify(body), headers: {'Content-Type': 'application/json'},
})).status"""


@dataclass(frozen=True, slots=True)
class Site:
    """Where the server is, and a folder for what its jobs read and write."""

    url: str
    folder: Path


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A server in a process of its own."""
    if not STATIC.is_file():
        pytest.fail("the web pages are not built: run `make setup` on a machine with Node")
    if not AXE.is_file():
        pytest.fail("ui/node_modules has no axe-core: run `npm ci` in ui/, or `make setup`")
    folder = tmp_path_factory.mktemp("browser")
    address = f"127.0.0.1:{_free_port()}"
    environment = os.environ | {
        "LYFTDATA_ADMIN_INIT_PASSWORD": PASSWORD,
        "LYFTDATA_STAGING_DIR": str(folder / "staging"),
    }
    command = [sys.executable, "-m", "lyftdata.cli.main", "run", "server", "--disable-tls"]
    with (folder / "server.log").open("wb") as log:
        server = subprocess.Popen(
            [*command, "--bind-address", address],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=log,
        )
    assert server.stdout is not None
    first = server.stdout.readline()  # the server says so when it serves
    assert b"serves" in first, (folder / "server.log").read_text()
    yield Site(url=f"http://{address}", folder=folder)
    server.terminate()
    server.wait(timeout=30)
    server.stdout.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, headless; ended with the module, for its loop forbids others in the process."""
    found = shutil.which("chromium")
    if found is None:
        pytest.fail("there is no `chromium` command: run `make setup` as root, which installs it")
    expect.set_options(timeout=20_000)  # a trace starts a process; the machine may be busy
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=found, args=ARGUMENTS)
        yield chromium
        chromium.close()


Opener = Callable[..., Page]


def sign_in(page: Page) -> None:
    """By the form, as a person does."""
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


@pytest.fixture(scope="module")
def session(browser: Browser, site: Site) -> StorageState:
    """One session for most pages: the server takes ten sign-ins a minute."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(site.url)
    sign_in(page)
    page.wait_for_url("**/jobs")
    state = context.storage_state()
    context.close()
    return state


@pytest.fixture
def open_page(browser: Browser, site: Site, session: StorageState) -> Iterator[Opener]:
    """Opens a page, signed in unless `fresh`; the test fails on any error on a page's console."""
    contexts = []
    errors: list[str] = []

    def opened(path: str = "/jobs", *, fresh: bool = False, **options: Any) -> Page:
        state = None if fresh else session
        context = browser.new_context(storage_state=state, reduced_motion="reduce", **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.on("pageerror", lambda error: errors.append(str(error)))
        # Faults against the content policy show here only.
        page.on("console", lambda said: errors.append(said.text) if _is_fault(said) else None)
        page.goto(site.url + path)
        if fresh:
            sign_in(page)
        expect(page.get_by_role("status").filter(has_text="Live")).to_be_visible()
        return page

    yield opened
    for context in contexts:
        context.close()
    assert errors == []


def _is_fault(said: Any) -> bool:
    return said.type == "error" and "Failed to load resource" not in said.text


def call(page: Page, method: str, path: str, body: dict[str, Any]) -> int:
    """Call the API from the page, with its session; returns the status."""
    status: int = page.evaluate(_CALL, [method, path, body])
    return status


def make_running(page: Page, name: str, *texts: str) -> None:
    """Make a job with these versions through the API, deploy the last one, and see it run."""
    assert call(page, "POST", "/api/jobs", {"text": texts[0]}) == 201
    for text in texts:
        assert call(page, "PUT", f"/api/jobs/{name}", {"text": text}) == 200
        assert call(page, "POST", f"/api/jobs/{name}/stage", {}) == 201
        assert call(page, "POST", f"/api/jobs/{name}/deploy", {}) == 202
    page.goto(page.url.partition("/jobs")[0] + f"/jobs/{name}")
    expect(page.get_by_role("button", name="Job: Running")).to_be_visible(timeout=30_000)


def write(page: Page, text: str) -> None:
    """Replace the document in the editor."""
    page.get_by_role("textbox", name="Job document").click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(text)


def serious_faults(page: Page, rules: list[str] | None = None) -> list[str]:
    """What an accessibility scan finds serious or critical on the page as it stands."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text())
    found: list[str] = page.evaluate(_RUN_AXE, rules)
    return found
