"""One job from an empty editor to a live page, as a person does it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import SHOTS, Opener, Site, serious_faults, write

LINES = "10.0.0.1 /a 200\n10.0.0.2 /b 500\n10.0.0.3 /c 404"
PROBLEMS = "Problems of the document"


def _text(site: Site) -> str:
    return f"""name: street
input:
  files:
    path: {site.folder}/in.log
actions:
  - extract:
      input-field: _raw
      pattern: '(\\S+) (\\S+) (\\d+)'
      outptu-fields: [client, path, status]
  - filter:
      how:
        expression: status ~= "404"
output:
  file-store:
    path: {site.folder}/out
    object-name: street
"""


def _mend(page: Page) -> None:
    problems = page.get_by_role("complementary", name=PROBLEMS)
    expect(problems.get_by_role("heading")).to_have_text("1 problem")
    expect(page.locator(".cm-lintRange-error")).to_have_text("outptu-fields")
    problems.get_by_role("button", name="Change to output-fields").click()
    expect(problems.get_by_role("heading")).to_have_text("No problems")
    expect(page.locator(".cm-lintRange-error")).to_have_count(0)


def _trace(page: Page) -> None:
    page.get_by_role("button", name="Trace", exact=True).click()
    page.get_by_role("textbox", name="Sample lines").fill(LINES)
    page.get_by_role("button", name="Run trace").click()
    trace = page.get_by_role("region", name="Events by action")
    expect(trace.get_by_role("rowheader")).to_have_count(3)
    expect(trace.get_by_role("row").nth(1)).to_contain_text("+ client: 10.0.0.1")
    expect(trace.get_by_role("row").nth(3)).to_contain_text("Dropped")
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SHOTS / "trace-result-light-1440.png")
    assert serious_faults(page) == []


def _stage_and_deploy(page: Page) -> None:
    page.get_by_role("button", name="Stage").click()
    page.get_by_label("Note").fill("First one")
    page.get_by_role("button", name="Stage v1").click()
    expect(page.get_by_role("button", name="Job: Staged")).to_be_visible()
    page.get_by_role("button", name="Deploy", exact=True).click()
    page.get_by_role("button", name="Deploy v1").click()
    expect(page.get_by_role("button", name="Job: Running")).to_be_visible(timeout=30_000)
    expect(page.get_by_role("button", name="Sync: In sync")).to_be_visible()


def _see_it_live(page: Page) -> None:
    page.get_by_role("tab", name="Live").click()
    ledger = page.get_by_role("region", name="Ledger")
    expect(ledger.get_by_text("Received").locator("+ dd")).to_have_text("3")
    expect(page.locator("[data-sample]").first).to_contain_text("10.0.0.")


@pytest.mark.spec("JOB-1:states", "JOB-1:draft", "JOB-2")
def test_a_job_goes_from_the_editor_to_a_live_page(open_page: Opener, site: Site) -> None:
    (site.folder / "in.log").write_text(LINES + "\n")
    page = open_page("/jobs/new", fresh=True, viewport={"width": 1440, "height": 900})
    write(page, _text(site))
    _mend(page)
    page.get_by_role("button", name="Create draft").click()
    page.wait_for_url("**/jobs/street")
    expect(page.get_by_role("button", name="Job: Draft")).to_be_visible()
    page.evaluate("window.neverReloaded = true")
    _trace(page)
    _stage_and_deploy(page)
    _see_it_live(page)
    page.get_by_role("tab", name="Logs").click()
    expect(page.locator("[data-log-line]").first).to_be_visible()
    assert page.evaluate("window.neverReloaded") is True


def test_a_wrong_password_is_told_beside_the_form(open_page: Opener) -> None:
    page = open_page(fresh=True)
    page.get_by_role("button", name="Signed in as admin").click()
    page.get_by_role("menuitem", name="Sign out").click()
    page.get_by_label("Password", exact=True).fill("wrong")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("wrong-password")


def test_the_palette_goes_anywhere_by_keyboard(open_page: Opener) -> None:
    page = open_page()
    page.keyboard.press("Control+k")
    expect(page.get_by_role("combobox", name="Find a job, worker or page")).to_be_focused()
    page.keyboard.type("worker built-in")
    found = page.get_by_role("listbox", name="Found")
    expect(found.get_by_role("option")).to_have_count(1)
    page.keyboard.press("Enter")
    page.wait_for_url("**/workers/built-in")
    expect(page.get_by_role("heading", level=1)).to_have_text("built-in")


def test_a_context_is_kept(open_page: Opener) -> None:
    page = open_page("/settings/contexts")
    page.get_by_role("textbox", name="Values").click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text("region: eu-1")
    page.get_by_role("button", name="Save values").click()
    expect(page.get_by_role("button", name="Save values")).to_be_disabled()
    page.reload()
    expect(page.get_by_role("textbox", name="Values")).to_contain_text("region: eu-1")
