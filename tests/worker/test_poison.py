"""An event that ends the process of its job, again and again, is passed; the job goes on."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

from lyftdata.state.job_state import JobState
from tests.worker.bench import Bench, Signer, lines_in

MEMORY = 640 * 1024 * 1024
WIDE = "\N{MUSICAL SYMBOL G CLEF}"
LARGE = 16 * 1024 * 1024
"""Of a character of 4 bytes each let makes 64 MiB: allowed alone, too much together."""


def hungry(source: Path, target: Path) -> str:
    lets = "".join(f"        f{number}: rep(c, n)\n" for number in range(16))
    return (
        f"name: hungry\ninput:\n  files: {{path: {source}, json: true}}\n"
        f"actions:\n  - script:\n      let:\n{lets}"
        f"  - filter: {{how: {{expression: n > 0}}}}\noutput:\n  file: {{path: {target}}}\n"
    )


def test_a_record_that_kills_its_process_becomes_a_dead_letter(
    tmp_path: Path, signer: Signer
) -> None:
    source, target = tmp_path / "in.ndjson", tmp_path / "out.ndjson"
    records = [{"id": number, "c": WIDE, "n": LARGE if number == 5 else 1} for number in range(10)]
    source.write_text("".join(json.dumps(one) + "\n" for one in records))

    async def story() -> Bench:
        bench = Bench(tmp_path / "jobs", memory_bytes=MEMORY)
        bench.supervisor.apply_all([signer.bundle(hungry(source, target))])
        await lines_in(target, 9)
        await bench.supervisor.shut_down()
        return bench

    bench = asyncio.run(story())
    assert [json.loads(line)["id"] for line in target.read_text().splitlines()] == [
        number for number in range(10) if number != 5
    ]
    state = JobState.open(bench.jobs_dir.folder("hungry"))
    (held,) = state.dead_letters()
    state.close()
    assert held.letter.code == "poison-event"
    assert json.loads(held.letter.record)["id"] == 5
    deaths = {one.attempts for one in bench.states if one.code == "out-of-memory"}
    assert max(deaths) >= 3
    assert any("event by event" in one.reason for one in bench.states)
