"""The supervisor with real job processes and real kills."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from lyftdata.core.errors import Conflict
from lyftdata.wire.messages import Counters
from tests.worker.bench import Bench, Signer, ended, follow, lines_in, pid_alive

ONCE = "name: once\ninput:\n  echo: {event: hi}\noutput:\n  discard: {}\n"


def write(path: Path, first: int, last: int) -> None:
    with path.open("a") as file:
        file.writelines(f"line {number}\n" for number in range(first, last))


def test_a_job_runs_drains_and_goes_on_where_it_was(tmp_path: Path, signer: Signer) -> None:
    source, target = tmp_path / "in.log", tmp_path / "out.log"
    write(source, 0, 10)
    bundle = signer.bundle(follow("copy", source, target))

    async def first() -> None:
        bench = Bench(tmp_path / "jobs")
        bench.supervisor.apply_all([bundle])
        await bench.until_state("running")
        await lines_in(target, 10)
        await bench.supervisor.shut_down()

    async def second() -> None:
        bench = Bench(tmp_path / "jobs")
        bench.supervisor.resume()
        write(source, 10, 20)
        await lines_in(target, 20)
        await bench.supervisor.shut_down()

    asyncio.run(first())
    asyncio.run(second())
    assert target.read_text() == source.read_text()


def test_a_killed_job_starts_again_and_repeats_nothing(tmp_path: Path, signer: Signer) -> None:
    source, target = tmp_path / "in.log", tmp_path / "out.log"

    async def story() -> None:
        bench = Bench(tmp_path / "jobs")
        bench.supervisor.apply_all([signer.bundle(follow("copy", source, target))])
        for kill in range(3):
            running = await bench.until_state("running", after=len(bench.states) * bool(kill))
            write(source, kill * 5, kill * 5 + 5)
            await lines_in(target, kill * 5 + 5)
            seen = len(bench.states)
            os.kill(running.pid, signal.SIGKILL)
            degraded = await bench.until_state("degraded", after=seen)
            assert "SIGKILL" in degraded.reason
            assert degraded.next_try_ns
        write(source, 15, 20)
        await lines_in(target, 20)
        await bench.supervisor.shut_down()

    asyncio.run(story())
    assert target.read_text() == source.read_text()


def test_what_completed_stays_so_after_a_restart(tmp_path: Path, signer: Signer) -> None:
    async def story() -> None:
        bench = Bench(tmp_path / "jobs")
        bench.supervisor.apply_all([signer.bundle(ONCE)])
        await bench.until_state("completed")
        await bench.supervisor.shut_down()
        again = Bench(tmp_path / "jobs")
        again.supervisor.resume()
        assert [state.state for state in again.supervisor.reports()] == ["completed"]
        assert again.supervisor.jobs_running == 0
        told = [make(1) for make in again.outbox.take()]
        (counters,) = [one for one in told if isinstance(one, Counters)]
        assert counters.totals["delivered"] == 1
        again.supervisor.apply_all([signer.bundle(ONCE)])
        assert again.states == []

    asyncio.run(story())


def test_stop_drains_and_is_remembered(tmp_path: Path, signer: Signer) -> None:
    bundle = signer.bundle(follow("copy", tmp_path / "in.log", tmp_path / "out.log"))

    async def story() -> None:
        bench = Bench(tmp_path / "jobs")
        bench.supervisor.apply_all([bundle])
        running = await bench.until_state("running")
        bench.supervisor.stop("copy", fence=bundle.fence, drain_s=10)
        stopped = await bench.until_state("stopped")
        assert stopped.reason
        assert not pid_alive(running.pid)
        await bench.supervisor.shut_down()
        assert [s.state for s in bench.supervisor.reports()] == ["stopped"]

    asyncio.run(story())


def test_an_older_fence_is_refused(tmp_path: Path, signer: Signer) -> None:
    async def story() -> None:
        bench = Bench(tmp_path / "jobs")
        bench.supervisor.apply(signer.bundle(ONCE, fence=5))
        with pytest.raises(Conflict, match="older"):
            bench.supervisor.apply(signer.bundle(ONCE, fence=4, assignment="a0"))
        await bench.until_state("completed")
        await bench.supervisor.shut_down()

    asyncio.run(story())


def test_a_wrong_hash_fails_with_its_code(tmp_path: Path, signer: Signer) -> None:
    async def story() -> None:
        bench = Bench(tmp_path / "jobs")
        bundle = msgspec.structs.replace(signer.bundle(ONCE), hash="0" * 64)
        bench.supervisor.apply_all([bundle])
        assert (await bench.until_state("failed")).code == "hash-mismatch"
        await bench.supervisor.shut_down()

    asyncio.run(story())


HOLD = """
import sys
from pathlib import Path
from lyftdata.state.jobs_dir import JobsDir
lock = JobsDir(Path(sys.argv[1])).lock("once", 1)
print("held", flush=True)
sys.stdin.read()
"""


def test_a_survivor_is_ended_before_its_job_starts(tmp_path: Path, signer: Signer) -> None:
    folder = tmp_path / "jobs"
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"

    async def story() -> None:
        bench = Bench(folder)
        bench.supervisor.apply_all([signer.bundle(ONCE, fence=2)])
        await bench.until_state("completed")
        await bench.supervisor.shut_down()

    asyncio.run(story())
    assert holder.wait(10) == -signal.SIGTERM
    holder.communicate()


SUPERVISE = """
import asyncio, sys
from pathlib import Path
from tests.worker.bench import Bench, Signer
async def story():
    bench = Bench(Path(sys.argv[1]))
    bench.supervisor.apply_all([Signer().bundle(Path(sys.argv[2]).read_text())])
    state = await bench.until_state("running")
    print(state.pid, flush=True)
    await asyncio.Event().wait()
asyncio.run(story())
"""


def test_a_job_whose_supervisor_was_killed_drains_itself(tmp_path: Path) -> None:
    source, target, text = tmp_path / "in.log", tmp_path / "out.log", tmp_path / "job.yaml"
    write(source, 0, 5)
    text.write_text(follow("copy", source, target))
    supervisor = subprocess.Popen(
        [sys.executable, "-c", SUPERVISE, str(tmp_path / "jobs"), str(text)],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert supervisor.stdout is not None
    pid = int(supervisor.stdout.readline())
    asyncio.run(lines_in(target, 5))
    supervisor.kill()
    supervisor.communicate()

    asyncio.run(asyncio.wait_for(ended(pid), 20))
    assert target.read_text() == source.read_text()


def test_the_watchdog_kills_a_process_that_shows_no_life(tmp_path: Path, signer: Signer) -> None:
    async def story() -> None:
        bench = Bench(tmp_path / "jobs", stall_s=2.5)
        job = follow("copy", tmp_path / "in.log", tmp_path / "out.log")
        bench.supervisor.apply_all([signer.bundle(job)])
        running = await bench.until_state("running")
        os.kill(running.pid, signal.SIGSTOP)
        assert (await bench.until_state("degraded")).code == "job-stalled"
        await bench.supervisor.shut_down()

    asyncio.run(story())
