"""Every example on an output's page holds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from lyftdata.outputs import discard, file, file_store
from lyftdata.outputs import print as print_output
from lyftdata.spec.component import OutputDef, OutputExample
from tests.delivery.harness import chunk_for, open_output

CASES = [
    pytest.param(module.component, example, id=f"{module.component.name}: {example.title}")
    for module in (print_output, file, file_store, discard)
    for example in module.component.examples
]


@pytest.mark.spec(
    "JOB-4:output.print", "JOB-4:output.file", "JOB-4:output.file-store", "JOB-4:output.discard"
)
@pytest.mark.parametrize(("component", "example"), CASES)
def test_example_holds(
    component: OutputDef[Any],
    example: OutputExample,
    tmp_path: Path,
    capfdbinary: pytest.CaptureFixture[bytes],
) -> None:
    given = tmp_path / "given"
    given.mkdir()
    config = yaml.safe_load(example.config.replace("{dir}", str(given)))
    output = open_output(component, config, tmp_path / "state")
    output.write(output.plan(chunk_for(component, config, list(example.given))))
    output.close()
    output.close()
    printed = capfdbinary.readouterr()
    assert printed.out.decode() == example.printed
    found = {path for path in given.rglob("*") if path.is_file()}
    expected = {pattern: list(given.glob(pattern)) for pattern in example.files}
    assert found == {path for paths in expected.values() for path in paths}
    for pattern, content in example.files.items():
        assert [path.read_text() for path in expected[pattern]] == [content]
