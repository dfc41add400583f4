"""The jobs that the documents show are jobs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from lyftdata import builtin
from lyftdata.dsl.job import lint_job

ROOT = Path(__file__).resolve().parents[2]
FENCED = re.compile(r"^```yaml\n(.*?)^```", re.MULTILINE | re.DOTALL)
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs/guide").glob("*.md"))]
JOBS = [
    pytest.param(text, page, id=f"{page.name}-{number}")
    for page in PAGES
    for number, text in enumerate(FENCED.findall(page.read_text("utf-8")))
    if text.startswith("name:")
]


@pytest.mark.parametrize(("text", "page"), JOBS)
def test_a_job_in_a_document_lints(text: str, page: Path) -> None:
    assert not lint_job(text, builtin.registry(), file=page.name)


@pytest.mark.parametrize(
    "job", sorted((ROOT / "examples/jobs").glob("*.yaml")), ids=lambda p: p.name
)
def test_an_example_job_lints(job: Path) -> None:
    if not job.name.endswith(".tests.yaml"):
        assert not lint_job(job.read_text("utf-8"), builtin.registry(), file=job.name)
