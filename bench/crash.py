"""`make crash SEED=1 KILLS=50`: SIGKILL job process, worker and server while events flow.

A real server with its built-in worker copies a growing file into file-store objects, batches closed
by size and by timer. Events are fed so that the source is always ahead of what is delivered: each
kill meets events in flight. At the end every event must be there exactly once, the ledger must
balance, and every run and assignment must end with a reason.
"""

from __future__ import annotations

import argparse
import json
import random
import signal
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Final

from bench.testbed import Testbed

_JOB: Final = """\
name: crash
input:
  files: {path: "%s", json: true}
output:
  file-store:
    path: "%s"
    object-name: {name: events}
    guid-suffix: ".ndjson"
    batch: {mode: fixed, fixed-size: %d, timeout: 200ms}
"""
_VICTIMS: Final = ("job process", "worker", "server")
_FEED_S: Final = 0.02
_SETTLE_S: Final = 180.0
_STOPPED: Final = ("stopped", "completed")
_ENDED_RUNS: Final = ("completed", "failed", "cancelled", "lost")


@dataclass(slots=True)
class Feed:
    """Appends numbered events to the source, from a thread of its own."""

    path: Path
    total: int
    seconds_left: Callable[[], float]
    """How long the events that are left are to last."""
    stop: threading.Event = field(default_factory=threading.Event)
    fed: int = 0

    def run(self) -> None:
        """Feed until all are written."""
        before = time.monotonic()
        with self.path.open("ab", buffering=0) as file:
            while self.fed < self.total and not self.stop.wait(_FEED_S):
                left, now = self.seconds_left(), time.monotonic()
                share = (now - before) / left if left > 0 else 1.0
                before = now
                due = min(self.total, self.fed + 1 + int((self.total - self.fed) * share))
                ids = range(self.fed, due)
                file.write(b"".join(b'{"id":%d,"text":"event %d"}\n' % (one, one) for one in ids))
                self.fed = due


def countdown(seconds: float) -> Callable[[], float]:
    """Says what is left of so many seconds, counted from when it is asked first."""
    began: list[float] = []

    def left() -> float:
        now = time.monotonic()
        if not began:
            began.append(now)
        return began[0] + seconds - now

    return left


def main() -> int:
    """Run the campaign; the last line says what was lost."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--events", type=int, default=200_000)
    parser.add_argument("--pause", type=float, default=4.0, help="mean seconds between kills")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="lyftdata-crash-") as folder:
        return campaign(Path(folder), options)


def campaign(folder: Path, options: argparse.Namespace) -> int:
    """All of it in `folder`; returns the exit code."""
    source, out = folder / "source.ndjson", folder / "out"
    source.touch()
    chance = random.Random(options.seed)
    kills: Counter[str] = Counter()

    def seconds_left() -> float:
        # Shared out anew all the time, so that the source never runs dry before the last kill.
        return float((options.kills - sum(kills.values())) * options.pause)

    feed = Feed(source, options.events, seconds_left)
    feeder = threading.Thread(target=feed.run, daemon=True)
    with Testbed(folder / "state") as bed:
        size = max(1, int(options.events / seconds_left() * 0.3))
        bed.deploy(_JOB % (source, out, size))
        bed.wait_for("the job to run", lambda: bed.job("crash")["state"] == "running")
        feeder.start()
        in_flight = _kill_often(bed, chance, options, kills, feed)
        feeder.join()
        bed.wait_for(
            "all events to be delivered",
            lambda: bed.totals("crash").get("delivered", 0) >= options.events,
            _SETTLE_S,
            give_up=False,
        )
        bed.post("/api/jobs/crash/stop", {})
        bed.wait_for(
            "the job to stop", lambda: bed.job("crash")["state"] in _STOPPED, give_up=False
        )
        verdict = _verdict(bed, out, options.events, size)
    print(f"kills by victim: {dict(kills)}; with events in flight: {in_flight} of {options.kills}")
    print(f"batches closed by size: {verdict.by_size}, by timer: {verdict.by_timer}")
    for line in verdict.problems:
        print(line)
    ledger = "balanced" if verdict.balanced else f"NOT balanced {verdict.totals}"
    print(
        f"lost={verdict.lost} duplicated={verdict.duplicated} ledger={ledger}"
        f" kills={sum(kills.values())}"
    )
    return 0 if verdict.good and in_flight == options.kills else 1


def _kill_often(
    bed: Testbed,
    chance: random.Random,
    options: argparse.Namespace,
    kills: Counter[str],
    feed: Feed,
) -> int:
    """Kill at random moments; returns how many kills met events that were not yet delivered."""
    in_flight = 0
    for number in range(options.kills):
        time.sleep(chance.uniform(0.5, 1.5) * options.pause * 0.6)
        victim = _VICTIMS[number] if number < len(_VICTIMS) else chance.choice(_VICTIMS)
        pids = bed.wait_for(f"a {victim} to kill", partial(bed.pids, victim))
        bed.wait_for("events in flight", lambda: bed.delivered_on_disk("crash") < feed.fed)
        bed.kill(pids[0], signal.SIGKILL)
        kills[victim] += 1
        in_flight += bed.delivered_on_disk("crash") < feed.fed
        print(
            f"\rkill {number + 1}/{options.kills}: {victim:<12} fed={feed.fed}",
            end="",
            file=sys.stderr,
        )
        if victim == "server":
            bed.start()
    print(file=sys.stderr)
    return in_flight


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is on disk and what the ledger says."""

    lost: int
    duplicated: int
    by_size: int
    """Objects that hold as many events as a batch may."""
    by_timer: int
    """Objects that hold fewer."""
    balanced: bool
    totals: dict[str, int]
    problems: list[str]

    @property
    def good(self) -> bool:
        """Whether every promise held."""
        closed_both_ways = bool(self.by_size and self.by_timer)
        kept = not (self.lost or self.duplicated or self.problems)
        return kept and self.balanced and closed_both_ways


def _verdict(bed: Testbed, out: Path, events: int, size: int) -> Verdict:
    seen: Counter[int] = Counter()
    sizes: list[int] = []
    for path in sorted(out.rglob("*.ndjson")):
        lines = path.read_bytes().splitlines()
        sizes.append(len(lines))
        seen.update(json.loads(line)["id"] for line in lines)
    totals = bed.totals("crash")
    return Verdict(
        lost=sum(one not in seen for one in range(events)),
        duplicated=sum(count - 1 for count in seen.values()),
        by_size=sum(one >= size for one in sizes),
        by_timer=sum(one < size for one in sizes),
        balanced=balanced(totals, events),
        totals=totals,
        problems=_unexplained(bed),
    )


def balanced(totals: dict[str, int], events: int) -> bool:
    """Whether everything that came has one end, and everything came."""
    came = totals["received"] + totals["created"]
    ends = ("delivered", "filtered", "absorbed", "dead_lettered", "expired", "in_flight")
    return came == sum(totals[name] for name in ends) and totals["received"] == events


def _unexplained(bed: Testbed) -> list[str]:
    """Runs and assignments that have not ended, or do not say why they did."""
    runs: list[dict[str, Any]] = bed.get("/api/jobs/crash/runs?limit=500")["items"]
    found = [
        f"run {run['id']} is {run['state']!r}: {run['reason']!r}"
        for run in runs
        if run["state"] not in _ENDED_RUNS or not run["reason"]
    ]
    assignments = bed.job("crash")["deployed"]
    found += [
        f"assignment {one['id']} is {one['state']!r}: {one['reason']!r}"
        for one in assignments
        if one["state"] not in _STOPPED or not one["reason"]
    ]
    return found


if __name__ == "__main__":
    sys.exit(main())
