"""What the linter says about the files in `cases/`: the text beside each is exactly it.

After a wanted change: `UPDATE_GOLDEN=1 pytest tests/dsl/test_golden.py`, then read the diff.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from lyftdata.dsl.job import lint_job
from lyftdata.spec.registry import Registry

CASES = sorted((Path(__file__).parent / "cases").glob("*.yaml"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_the_linter_says_exactly_this(case: Path, registry: Registry) -> None:
    found = lint_job(case.read_text(encoding="utf-8"), registry, file=case.name)
    text = "".join(f"{one}\n" for one in found)
    golden = case.with_suffix(".txt")
    if os.environ.get("UPDATE_GOLDEN"):
        golden.write_text(text, encoding="utf-8")

    assert text == golden.read_text(encoding="utf-8")


def test_ten_mistakes_are_ten_diagnostics(registry: Registry) -> None:
    case = Path(__file__).parent / "cases" / "ten-mistakes.yaml"

    found = lint_job(case.read_text(encoding="utf-8"), registry, file=case.name)

    assert len(found) == 10
    assert len({(one.place.line, one.place.column) for one in found}) == 10
