"""Every page, light and dark, wide and narrow: looked at by a scanner, and kept to be looked at."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.conftest import COLOURS, SHOTS, Opener, Site, make_running, serious_faults

PAGES = {
    "jobs": "/jobs",
    "new-job": "/jobs/new",
    "edit": "/jobs/shown",
    "trace": "/jobs/shown?tab=trace",
    "live": "/jobs/shown?tab=live",
    "dead-letters": "/jobs/shown?tab=dead-letters",
    "runs": "/jobs/shown?tab=runs",
    "versions": "/jobs/shown?tab=versions",
    "job-logs": "/jobs/shown?tab=logs",
    "workers": "/workers",
    "worker": "/workers/built-in",
    "logs": "/logs",
    "reference": "/reference",
    "contexts": "/settings/contexts",
    "no-such-job": "/jobs/nothing-is-named-so",
}
SHOWN = """name: shown
input:
  echo:
    json: true
    event: |
      {"client": "10.0.0.1", "path": "/a", "status": 200}
      {"client": broken
    trigger:
      interval: 1s
output:
  discard: {}
"""


def test_pages_have_no_serious_accessibility_fault(open_page: Opener, site: Site) -> None:
    SHOTS.mkdir(parents=True, exist_ok=True)
    page = open_page()
    make_running(page, "shown", SHOWN)
    faults: list[str] = []
    for width, height in ((1440, 900), (390, 844)):
        page.set_viewport_size({"width": width, "height": height})
        for name, path in PAGES.items():
            page.emulate_media(color_scheme="light")
            page.goto(site.url + path)
            expect(page.get_by_role("heading", level=1)).to_have_text(re.compile(r"\S"))
            expect(page.get_by_role("status", name="Loading")).to_have_count(0)
            page.screenshot(path=SHOTS / f"{name}-light-{width}.png")
            faults += [f"{name}: {fault}" for fault in serious_faults(page)]
            page.emulate_media(color_scheme="dark")
            page.screenshot(path=SHOTS / f"{name}-dark-{width}.png")
            # The colours are the same at every width.
            dark = serious_faults(page, COLOURS) if width > height else []
            faults += [f"{name}, dark: {fault}" for fault in dark]
    assert faults == []


def test_dead_letters_say_why_and_open_to_the_event(open_page: Opener) -> None:
    page = open_page()
    make_running(page, "lettered", SHOWN.replace("shown", "lettered"))
    page.get_by_role("tab", name="Dead letters").click()
    first = page.get_by_role("row").nth(1)
    expect(first).to_contain_text("invalid-json")
    expect(first).to_contain_text('{"client": broken')


def test_charts_and_samples_show_what_runs(open_page: Opener) -> None:
    page = open_page()
    make_running(page, "charted", SHOWN.replace("shown", "charted"))
    page.get_by_role("tab", name="Live").click()
    received = page.get_by_role("figure").filter(has_text="Received")
    expect(received).to_have_text(re.compile(r"[1-9.]+/s"), timeout=15_000)
    expect(page.locator("[data-sample]").first).to_contain_text("10.0.0.1")
