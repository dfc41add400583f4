"""Runs the tests in a job file: given events or lines, expected events and dead letters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from lyftdata.core.event import Json, encode_json
from lyftdata.dsl.job import Job, JobTest
from lyftdata.engine.compiler import Plan
from lyftdata.engine.ports import Environment
from lyftdata.engine.records import Records
from lyftdata.engine.result import Result
from lyftdata.engine.tools import JobTools
from lyftdata.spec.component import Takes


@dataclass(frozen=True, slots=True, kw_only=True)
class TestResult:
    """How one test went; without problems it passed."""

    __test__ = False

    name: str
    problems: tuple[str, ...]
    got: tuple[Json, ...]
    dead_letters: tuple[str, ...]
    """Codes, in order."""

    @property
    def passed(self) -> bool:
        """Whether everything was as expected."""
        return not self.problems


def run_tests(
    job: Job, *, env: Environment, tests: Sequence[JobTest] | None = None
) -> list[TestResult]:
    """Run the job's own tests, or these; each begins with fresh counters."""
    return [_run(job, test, env) for test in (job.tests if tests is None else tests)]


def _run(job: Job, test: JobTest, env: Environment) -> TestResult:
    tools = JobTools(
        clock=env.clock,
        ids=env.ids,
        random=env.random,
        log=env.reporter.log,
        message=env.message,
    )
    plan = Plan(job, tools, takes=Takes(form="events"))
    total = Result()
    for given in test.given:
        result = plan.interpret(_records(given, plan))
        total.take(result)
        if result.aborted is not None:
            total.aborted = result.aborted
            break
    codes = tuple(one.code for one in total.dead)
    return TestResult(
        name=test.name,
        problems=tuple(_problems(test, total, codes)),
        got=tuple(total.events),
        dead_letters=codes,
    )


def _records(given: Json | str, plan: Plan) -> Records:
    if isinstance(given, str):
        line = given if plan.kind == "text" else given.replace("\n", " ")
        return Records(line.encode() + b"\n", plan.kind)
    return Records(encode_json(given) + b"\n", "json")


def _problems(test: JobTest, total: Result, codes: tuple[str, ...]) -> list[str]:
    problems = []
    if total.aborted is not None:
        problems.append(f"the job stopped: {total.aborted}")
    got, wanted = total.events, test.expect
    if len(got) != len(wanted):
        problems.append(f"expected {len(wanted)} events, got {len(got)}")
    for number, (one, other) in enumerate(zip(got, wanted, strict=False), 1):
        if _canonical(one) != _canonical(other):
            expected, found = encode_json(other).decode(), encode_json(one).decode()
            problems.append(f"event {number}: expected {expected}, got {found}")
    if codes != test.dead_letters:
        expected_codes = ", ".join(test.dead_letters) or "none"
        problems.append(f"expected dead letters {expected_codes}; got {', '.join(codes) or 'none'}")
    return problems


def _canonical(event: Json) -> bytes:
    return msgspec.json.encode(event, order="sorted")
