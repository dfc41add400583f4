"""Every example of every component, run: what its page shows is what happens."""

from __future__ import annotations

import fnmatch
import gzip
from pathlib import Path
from typing import Any

import pytest

from lyftdata import builtin
from lyftdata.core.errors import EventError, JobAborted
from lyftdata.core.event import Json, decode_event, encode_events, encode_json, get_path
from lyftdata.dsl.located import load_yaml
from lyftdata.spec.component import (
    ActionDef,
    Batch,
    Chunk,
    Example,
    InputDef,
    InputExample,
    InputTools,
    OutputDef,
    OutputExample,
    OutputTools,
)

REGISTRY = builtin.registry()
ACTIONS = [(one, example) for one in REGISTRY.actions.values() for example in one.examples]
INPUTS = [(one, example) for one in REGISTRY.inputs.values() for example in one.examples]
OUTPUTS = [(one, example) for one in REGISTRY.outputs.values() for example in one.examples]
MAX_READS = 200


def name_of(value: Any) -> str:
    return str(value.name if hasattr(value, "name") else value.title)


def spec_of(definition: Any, config: str, folder: Path) -> Any:
    value = load_yaml(config.replace("{dir}", str(folder)), "example").value
    return definition.spec.model_validate({} if value is None else value)


@pytest.mark.parametrize(("definition", "example"), ACTIONS, ids=name_of)
def test_actions(
    definition: ActionDef[Any], example: Example, action_tools: Any, tmp_path: Path
) -> None:
    spec = spec_of(definition, example.config, tmp_path)
    event = decode_event(encode_json(example.given))

    if example.error:
        with pytest.raises((EventError, JobAborted)) as caught:
            run(definition, spec, action_tools, event)
        assert caught.value.kind == example.error
        return
    results = run(definition, spec, action_tools, event)

    assert [list(one.items()) for one in results] == [list(one.items()) for one in example.expect]


def run(definition: ActionDef[Any], spec: Any, tools: Any, event: Json) -> list[Json]:
    """As the engine does: the condition first, then the step."""
    step = definition.prepare(spec, tools)
    if spec.condition is not None and not spec.condition.compile_condition(tools)(event):
        return [event]
    found = step(event)
    return found if isinstance(found, list) else [] if found is None else [found]


@pytest.mark.parametrize(("definition", "example"), INPUTS, ids=name_of)
def test_inputs(
    definition: InputDef[Any], example: InputExample, input_tools: InputTools, tmp_path: Path
) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    for name, content in example.files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content, encoding="utf-8")
    spec = spec_of(definition, example.config, folder)
    source = definition.open(spec, input_tools)
    found: list[Json] = []
    try:
        for _ in range(MAX_READS):
            batch = source.read(0.05)
            if batch is not None:
                assert batch.kind == definition.gives(spec)
                found += events_of(batch)
            if source.ended or (batch is None and source.caught_up):
                break
    finally:
        source.close()

    text = encode_events(example.expect).decode().replace("{dir}", str(folder))
    assert encode_events(found).decode() == text


def events_of(batch: Batch) -> list[Json]:
    lines = batch.raw.split(b"\n")
    assert lines.pop() == b""
    assert len(lines) == batch.count
    events = [
        {"_raw": line.decode()} if batch.kind == "text" else decode_event(line)
        for line in lines
        if batch.kind == "text" or line.strip()
    ]
    return [event | (batch.fields or {}) for event in events]


@pytest.mark.parametrize(("definition", "example"), OUTPUTS, ids=name_of)
def test_outputs(
    definition: OutputDef[Any],
    example: OutputExample,
    output_tools: OutputTools,
    tmp_path: Path,
    capfdbinary: pytest.CaptureFixture[bytes],
) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    spec = spec_of(definition, example.config, folder)
    output = definition.open(spec, output_tools)
    try:
        for chunk in chunks_of(definition, spec, example):
            output.write(output.plan(chunk))
    finally:
        output.close()

    assert capfdbinary.readouterr().out.decode() == example.printed
    check_files(folder, example)


def chunks_of(definition: OutputDef[Any], spec: Any, example: OutputExample) -> list[Chunk]:
    takes, given = definition.takes(spec), list(example.given)
    size = definition.batching(spec).size or len(given)
    chunks = []
    for at in range(0, len(given), size):
        events = given[at : at + size]
        lines = {"lines": encode_events(events), "events": b""}.get(takes.form)
        if lines is None:
            lines = b"".join(text_of(get_path(one, takes.field)) + b"\n" for one in events)
        number = at // size + 1
        chunk = Chunk(
            count=len(events),
            lines=lines,
            events=events if takes.form == "events" else (),
            guid=f"018bcfe5-687b-8000-8000-{number:012d}",
            number=number,
        )
        chunks.append(chunk)
    return chunks


def text_of(value: Any) -> bytes:
    return value.encode() if isinstance(value, str) else encode_json(value)


def check_files(folder: Path, example: OutputExample) -> None:
    found = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
    assert len(found) == len(example.files), sorted(found)
    for pattern, content in example.files.items():
        names = fnmatch.filter(found, pattern)
        assert len(names) == 1, (pattern, sorted(found))
        data = found[names[0]]
        assert (gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data).decode() == content
