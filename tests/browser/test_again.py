"""What comes after the first version: help while writing, conflicts, differences, the way back."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Opener, call, make_running, write

TEXT = """name: {name}
input:
  echo:
    event: "{word}"
    trigger:
      interval: 1s
output:
  discard: {{}}
"""


def test_the_editor_completes_and_explains(open_page: Opener) -> None:
    page = open_page("/jobs/new")
    expect(page.locator("[data-help=ready]")).to_be_visible()
    write(page, "name: a\ninput:\n  echo:\n    event: x\nactions:\n  - ")
    page.keyboard.type("fil")
    option = page.locator(".cm-tooltip-autocomplete").get_by_role("option", name="filter").first
    option.click()
    expect(page.get_by_role("textbox", name="Job document")).to_contain_text("- filter:")
    page.locator(".cm-line").filter(has_text="echo").locator("span").first.hover()
    expect(page.locator(".cm-tooltip-hover")).to_contain_text("sample data")


def test_ten_mistakes_are_ten_problems_at_their_places(open_page: Opener) -> None:
    case = Path(__file__).parent.parent / "dsl" / "cases" / "ten-mistakes.yaml"
    golden = case.with_suffix(".txt").read_text(encoding="utf-8").splitlines()
    places = [line.split(":")[1:3] for line in golden]
    page = open_page("/jobs/new")
    expect(page.locator("[data-help=ready]")).to_be_visible()
    write(page, case.read_text(encoding="utf-8"))
    problems = page.locator(".problem-list .place")
    expect(problems).to_have_count(10)
    shown = [re.findall(r"[0-9]+", one) for one in problems.all_inner_texts()]
    assert [one[:2] for one in shown] == places


@pytest.mark.spec("JOB-2")
def test_an_edit_of_somebody_else_is_not_overwritten_unasked(open_page: Opener) -> None:
    page = open_page()
    name = "contested"
    assert call(page, "POST", "/api/jobs", {"text": TEXT.format(name=name, word="first")}) == 201
    page.goto(page.url.replace("/jobs", f"/jobs/{name}"))
    write(page, TEXT.format(name=name, word="mine"))
    theirs = TEXT.format(name=name, word="theirs")
    assert call(page, "PUT", f"/api/jobs/{name}", {"text": theirs}) == 200
    page.get_by_role("button", name="Save draft").click()
    conflict = page.get_by_role("alert").filter(has_text="stale")
    expect(conflict).to_be_visible()
    conflict.get_by_role("button", name="Load the newer draft").click()
    expect(page.get_by_role("textbox", name="Job document")).to_contain_text("theirs")


def test_versions_differ_and_a_job_rolls_back(open_page: Opener) -> None:
    page = open_page()
    texts = [TEXT.format(name="twice", word=word) for word in ("older", "newer")]
    make_running(page, "twice", *texts)
    page.get_by_role("tab", name="Versions").click()
    expect(page.locator(".cm-deletedChunk")).to_contain_text("older")
    expect(page.locator(".cm-changedLine")).to_contain_text("newer")
    page.get_by_role("button", name="Roll back to v1").click()
    row = page.get_by_role("row").filter(has=page.get_by_role("cell", name="v1", exact=True))
    expect(row).to_contain_text(re.compile("Running"), timeout=30_000)
    expect(page.get_by_role("button", name="Sync: Newer staged")).to_be_visible()
