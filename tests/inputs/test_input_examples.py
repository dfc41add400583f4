"""Every example on an input's page holds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from lyftdata.inputs import echo, file_store, files
from lyftdata.inputs import exec as exec_input
from lyftdata.spec.component import InputDef, InputExample
from tests.delivery.harness import drain, events, open_input

CASES = [
    pytest.param(module.component, example, id=f"{module.component.name}: {example.title}")
    for module in (echo, files, file_store, exec_input)
    for example in module.component.examples
]


@pytest.mark.spec(
    "JOB-4:input.echo", "JOB-4:input.files", "JOB-4:input.file-store", "JOB-4:input.exec"
)
@pytest.mark.parametrize(("component", "example"), CASES)
def test_example_holds(component: InputDef[Any], example: InputExample, tmp_path: Path) -> None:
    for name, content in example.files.items():
        path = tmp_path / "given" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode())
    config = yaml.safe_load(example.config.replace("{dir}", str(tmp_path / "given")))
    source = open_input(component, config, tmp_path / "state")
    source_events = [event for batch in drain_to_end(source) for event in events(batch)]
    source.close()
    source.close()
    assert tuple(source_events) == example.expect


def drain_to_end(source: Any) -> list[Any]:
    batches = drain(source)
    while not source.ended:
        batch = source.read(1)
        batches += [batch] if batch else []
    return batches
