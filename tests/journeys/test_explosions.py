"""Patterns, scripts and documents that are made to explode: the job goes on, or says no at once."""

from __future__ import annotations

import resource
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.bench import dead_letters, ledger, lyftdata, run_job

BACKTRACK = "a" * 40 + "!"


def job(folder: Path, action: str) -> str:
    return f"""name: boom
input:
  files: {{path: {folder}/in.log, json: true}}
actions:
{action}
output:
  file: {{path: {folder}/out.log}}
"""


def buried(folder: Path, action: str, events: str) -> dict[str, Any]:
    """The dead letter of the first event; the second must come through."""
    (folder / "in.log").write_text(events)
    totals = ledger(run_job(folder, job(folder, action)))
    assert (totals["delivered"], totals["dead_lettered"]) == (1, 1)
    (letter,) = dead_letters(folder, "boom")
    return letter


def test_a_pattern_that_explodes_buries_its_event_and_the_job_goes_on(tmp_path: Path) -> None:
    action = "  - extract: {input-field: s, pattern: '^(a+)+$'}"
    letter = buried(tmp_path, action, f'{{"s": "{BACKTRACK}"}}\n{{"s": "aaa"}}\n')
    assert (letter["code"], letter["name"]) == ("event-timeout", "extract")
    assert "make its expression or pattern simpler" in letter["reason"]


SCRIPTS = {
    "endless": "while true do end",
    "endless in pcall": "while true do pcall(function() while true do end end) end",
    "string.rep": "s = string.rep('x', 1e12)",
    "doubling": "local s = 'x' while true do s = s .. s end",
    "find": "string.find(string.rep('a', 40), string.rep('a?', 40) .. string.rep('a', 40) .. 'b')",
    "gsub": "string.gsub(string.rep('a', 60), string.rep('a-', 30) .. 'c', '')",
    "find in long": "string.find(string.rep('a', 2000000), '.-b')",
    "plain find": "string.find(string.rep('a', 8000000), string.rep('a', 4000000) .. 'b', 1, true)",
    "format": "s = string.format('%99999d', 1)",
}


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_script_that_explodes_buries_its_event_and_the_job_goes_on(
    tmp_path: Path, name: str
) -> None:
    script = f"if n == 1 then {SCRIPTS[name]} end"
    action = f'  - script: {{run: "{script}"}}'
    letter = buried(tmp_path, action, '{"n": 1}\n{"n": 2}\n')
    assert letter["code"] in {"script-limit", "script-error"}
    assert letter["name"] == "script"


BOMBS = {
    "aliases": (
        "a: &a [x, x]\n"
        + "".join(
            f"a{one}: &a{one} [{', '.join(['*a' + str(one - 1)] * 9)}]\n" for one in range(1, 9)
        )
    ).replace("*a0", "*a"),
    "depth": "name: " + "[" * 50_000,
    "deep maps": "".join(" " * one + "a:\n" for one in range(3_000)),
    "size": "name: x\n" + "# " + "x" * 20_000_000,
    "wide": "name: x\ninput:\n" + "".join(f"  k{one}: 1\n" for one in range(100_000)),
    "self": "name: &a [*a]\n",
    "binary": "name: \x00\x01\x02",
    "long number": "name: " + "9" * 100_000,
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_document_that_explodes_is_refused_at_once_with_its_place(
    tmp_path: Path, name: str
) -> None:
    (tmp_path / "bomb.yaml").write_text(BOMBS[name])
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = lyftdata("lint", "bomb.yaml", folder=tmp_path)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert after.ru_utime - before.ru_utime < 10
    assert done.code == 1, done
    first = (done.out + done.err).splitlines()[0]
    assert first.startswith("bomb.yaml:"), first[:300]
    assert len(first) < 1000
    assert len((done.out + done.err).splitlines()) <= 300


def test_duplicate_keys_are_told_at_the_second_place(tmp_path: Path) -> None:
    (tmp_path / "twice.yaml").write_text(
        "name: x\ninput:\n  echo: {event: a}\nname: y\noutput:\n  print: {}\n"
    )
    done = lyftdata("lint", "twice.yaml", folder=tmp_path)
    assert done.code == 1
    assert "twice.yaml:4:1: duplicate-key" in done.out


@pytest.mark.parametrize("name", ["../up", "", "x" * 64, "a\\nb"])
def test_a_strange_job_name_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "job.yaml").write_text(
        f'name: "{name}"\ninput:\n  echo: {{event: a}}\noutput:\n  print: {{}}\n'
    )
    done = lyftdata("run", "job", "job.yaml", "--until-idle", folder=tmp_path)
    done.refused("job.yaml:1:", "name")
