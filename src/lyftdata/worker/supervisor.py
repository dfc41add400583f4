"""All jobs of one worker: carries out what `decide` says, and remembers what was assigned.

It knows nothing of the network: the agent gives it bundles and takes its reports.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable

import msgspec
import psutil

from lyftdata.core.errors import Conflict, LyftError
from lyftdata.state.job_state import JobState
from lyftdata.wire import messages
from lyftdata.wire.messages import Bundle
from lyftdata.worker import frames
from lyftdata.worker.assignments import Assignments
from lyftdata.worker.decide import Have, Step, Want, decide, decide_one
from lyftdata.worker.keeper import Keeper, Listeners, Surroundings


class Supervisor:
    """Owns the keepers and their tasks. All methods run in one event loop."""

    def __init__(self, around: Surroundings, tell: Listeners, saved: Assignments) -> None:
        self._around = around
        self._tell = tell
        self._saved = saved
        self._keepers: dict[str, Keeper] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._ended: dict[str, tuple[Bundle, messages.JobState]] = {}
        self._leaving = False
        self._seen: dict[int, psutil.Process] = {}

    def resume(self) -> None:
        """Start what was assigned before this process began; what had ended stays so."""
        for bundle, ended in self._saved.load():
            if ended is None:
                self._launch(bundle)
            else:
                self._ended[bundle.job] = (bundle, ended)
                self._tell_totals(bundle)

    def apply_all(self, bundles: Iterable[Bundle], *, keep: Collection[str] = ()) -> None:
        """Make this the whole list: any other job is stopped, but for those to `keep` as they are.

        Doing it twice changes nothing.
        """
        wanted = {bundle.job: bundle for bundle in bundles}
        held = {job: have for job, have in self._held().items() if job not in keep}
        for step in decide({job: _want(bundle) for job, bundle in wanted.items()}, held):
            self._carry_out(step, wanted.get(step.job))
        self._save()

    def apply(self, bundle: Bundle) -> None:
        """Run this one. Raises `Conflict` (stale-fence) when a newer assignment is known."""
        for step in decide_one(bundle.job, _want(bundle), self._held().get(bundle.job)):
            self._carry_out(step, bundle)
            if step.kind == "refuse":
                raise Conflict(
                    f"assignment {bundle.assignment} of job {bundle.job!r} has fence "
                    f"{bundle.fence}, older than what this worker runs: deploy again",
                    code="stale-fence",
                )
        self._save()

    def stop(self, job: str, *, fence: int, drain_s: float) -> None:
        """Stop one job; an order older than what runs is not obeyed."""
        keeper = self._keepers.get(job)
        if keeper is not None and fence >= keeper.have.fence:
            keeper.stop(drain_s=drain_s)
        elif keeper is None and job in self._ended:
            bundle, state = self._ended[job]
            reason = f"stopped as asked; it had ended before: {state.state}"
            state = msgspec.structs.replace(state, state="stopped", reason=reason, next_try_ns=0)
            self._ended[job] = (bundle, state)
            self._tell.state(state)
        self._save()

    def reports(self) -> list[messages.JobState]:
        """The state of every job that is or was assigned."""
        ended = [state for job, (_, state) in self._ended.items() if job not in self._keepers]
        return [*(keeper.report() for keeper in self._keepers.values()), *ended]

    @property
    def jobs_running(self) -> int:
        """Job processes that stand."""
        return sum(1 for keeper in self._keepers.values() if keeper.pid)

    async def shut_down(self) -> None:
        """Drain every job; they stay assigned and start again with the next worker process."""
        self._leaving = True
        for keeper in self._keepers.values():
            keeper.stop()
        await asyncio.gather(*self._tasks.values())

    def figures(self) -> tuple[float, int]:
        """CPU in percent of one core since the last call, and resident bytes, jobs included."""
        pids = {keeper.pid for keeper in self._keepers.values()} - {0}
        found = {psutil.Process().pid: self._seen.get(psutil.Process().pid) or psutil.Process()}
        cpu, memory = 0.0, 0
        for pid in pids:
            try:
                found[pid] = self._seen.get(pid) or psutil.Process(pid)
            except psutil.NoSuchProcess:
                continue
        for process in found.values():
            try:
                cpu += process.cpu_percent(None)
                memory += process.memory_info().rss
            except psutil.Error:
                continue
        self._seen = found
        return cpu, memory

    # --- inside ---------------------------------------------------------------------------------

    def _held(self) -> dict[str, Have]:
        held = {job: keeper.have for job, keeper in self._keepers.items()}
        for job, (bundle, _) in self._ended.items():
            if job not in held:
                held[job] = Have(
                    assignment=bundle.assignment,
                    hash=bundle.hash,
                    fence=bundle.fence,
                    phase="ended",
                )
        return held

    def _tell_totals(self, bundle: Bundle) -> None:
        """Tell the counters of a job that has ended: its last ones may not have been heard."""
        folder = self._around.jobs_dir.folder(bundle.job)
        if not folder.exists():
            return
        try:
            state = JobState.open(folder)
        except LyftError as error:
            frame: frames.Frame = frames.Log(
                at_ns=self._around.clock.wall_ns(),
                level="warning",
                message=f"its counters cannot be read: {error}",
                code=error.kind,
            )
        else:
            frame = frames.Totals(totals=dict(state.ledger))
            state.close()
        self._tell.frame(bundle.job, bundle.version, frame)

    def _carry_out(self, step: Step, bundle: Bundle | None) -> None:
        keeper = self._keepers.get(step.job)
        match step.kind, bundle, keeper:
            case "start", Bundle(), _:
                self._launch(bundle)
            case "replace", Bundle(), Keeper():
                keeper.replace(bundle)
            case "adopt", Bundle(), Keeper():
                keeper.adopt(bundle)
            case "stop", _, Keeper():
                keeper.stop()
            case "forget", _, _:
                self._ended.pop(step.job, None)
            case _:
                pass

    def _launch(self, bundle: Bundle) -> None:
        self._ended.pop(bundle.job, None)
        keeper = Keeper(bundle, self._around, self._tell)
        self._keepers[bundle.job] = keeper
        task = asyncio.create_task(self._keep(bundle.job, keeper))
        self._tasks[bundle.job] = task

    async def _keep(self, job: str, keeper: Keeper) -> None:
        try:
            await keeper.run()
        finally:
            if self._keepers.get(job) is keeper:
                del self._keepers[job]
                del self._tasks[job]
        if not self._leaving and job not in self._keepers:
            self._ended[job] = (keeper.bundle, keeper.report())
            self._save()

    def _save(self) -> None:
        if self._leaving:
            return
        entries: list[tuple[Bundle, messages.JobState | None]] = [
            (keeper.wanted, None) for keeper in self._keepers.values() if keeper.wanted is not None
        ]
        entries += [entry for job, entry in self._ended.items() if job not in self._keepers]
        self._saved.save(entries)


def _want(bundle: Bundle) -> Want:
    return Want(assignment=bundle.assignment, hash=bundle.hash, fence=bundle.fence)
