"""Every YAML block of the guide: whole jobs lint clean, pieces do inside a job."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from lyftdata.dsl.job import lint_job
from lyftdata.dsl.located import load_yaml
from lyftdata.spec.registry import Registry

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "guide"
BLOCKS = [
    pytest.param(block, id=f"{page.stem}-{number}")
    for page in sorted(GUIDE.glob("*.md"))
    for number, block in enumerate(
        re.findall(r"^```yaml\n(.*?)^```", page.read_text(encoding="utf-8"), re.M | re.S)
    )
]


@pytest.mark.parametrize("block", BLOCKS)
def test_blocks_lint_clean(block: str, registry: Registry) -> None:
    piece = load_yaml(block, "guide").value
    text = block if "name" in piece else yaml.safe_dump(job_around(piece), sort_keys=False)

    assert [str(one) for one in lint_job(text, registry)] == []


def job_around(piece: Any) -> dict[str, Any]:
    echo: dict[str, Any] = {"event": "a"}
    store: dict[str, Any] = {"path": "/tmp/x", "object-name": {"name": "o"}}  # noqa: S108
    job: dict[str, Any] = {"name": "guide", "input": {"echo": echo}, "output": "print"}
    if isinstance(piece, list):
        return job | {"actions": piece}
    [key] = piece
    if key in ("batch", "retry"):
        return job | {"output": {"file-store": store | piece}}
    if key == "trigger":
        echo |= piece
        return job
    job.update(piece)
    return job
