"""After any crash, reading between two positions gives exactly the same records."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lyftdata.core.event import Json
from lyftdata.inputs.files import component
from lyftdata.spec.component import Batch
from tests.delivery.harness import Tools, drain, open_input, texts
from tests.effort import effort

pytestmark = pytest.mark.spec("JOB-4:input.files")

LINES = st.lists(st.text("ab\xe9 ", max_size=6), min_size=1, max_size=8)


def grow(folder: Path, name: str, lines: list[str]) -> None:
    with (folder / name).open("a") as file:
        file.write("".join(line + "\n" for line in lines))


@settings(max_examples=effort(60), deadline=None)
@given(
    rounds=st.lists(
        st.tuples(st.sampled_from(["a.log", "b.log", "c.log"]), LINES, st.booleans()), min_size=2
    ),
    data=st.data(),
)
def test_replay_is_exact(rounds: list[tuple[str, list[str], bool]], data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        config: Json = {"path": str(folder / "*.log")}
        tools = Tools()
        source = open_input(component, config, folder / "s", tools=tools)
        batches: list[Batch] = []
        for at, (file, lines, rotate) in enumerate(rounds):
            grow(folder, file, lines)
            tools.clock.pass_by(1)
            batches += drain(source)
            if rotate:
                (folder / file).rename(folder / f"{file}.{at}")
        source.close()
        first = data.draw(st.integers(0, len(batches) - 1))
        last = data.draw(st.integers(first, len(batches) - 1))
        until = batches[last].end
        skipped = 0
        if batches[first].count > 1:
            skipped = data.draw(st.integers(0, batches[first].count - 1))
        begin = batches[first].locate(skipped) if skipped else batches[first].begin
        again = open_input(component, config, folder / "s", after=begin, until=until)
        replayed = texts(drain(again))
        assert again.ended
        again.close()
        expected = texts(batches[first : last + 1])[skipped:]
        assert sorted(replayed) == sorted(expected)
        assert tools.codes == []


def test_a_file_that_is_gone_at_the_replay_is_told(tmp_path: Path) -> None:
    grow(tmp_path, "a.log", ["one"])
    config = {"path": str(tmp_path / "*.log")}
    (batch,) = drain(open_input(component, config, tmp_path / "s"))
    (tmp_path / "a.log").unlink()
    tools = Tools()
    again = open_input(
        component, config, tmp_path / "s", tools=tools, after=batch.begin, until=batch.end
    )
    assert drain(again) == []
    assert again.ended
    assert tools.codes == ["replay-incomplete"]
