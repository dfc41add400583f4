"""Run & Trace, the tests in a job file, explain."""

from __future__ import annotations

from lyftdata.core.event import Json
from lyftdata.engine.compiler import compile_job
from lyftdata.engine.explain import explain, explain_text
from lyftdata.engine.testing import run_tests
from lyftdata.engine.tools import JobTools
from lyftdata.engine.trace import trace_job
from tests.engine.conftest import Bench, balanced


def _statuses(trace: Json) -> list[list[str]]:
    return [[cell["status"] for cell in row["cells"]] for row in trace["rows"]]


def test_a_trace_shows_every_event_after_every_action(bench: Bench) -> None:
    actions: list[Json] = [
        {"spread": {}},
        {"picky": {"how": "drop"}},
        {"set": {"field": "a", "condition": "k == 2"}},
    ]
    samples = ['{"list":[1,2]}', '{"k":1}', "", "x", '{"k":3}']
    trace = trace_job(bench.job({}, actions), samples, env=bench.env())
    assert _statuses(trace) == [
        ["kept", "split", "kept", "changed", "kept"],
        ["kept", "kept", "dropped"],
        ["rejected"],
        ["kept", "kept", "kept", "skipped", "kept"],
    ]
    assert trace["rows"][0]["cells"][-1]["events"] == ['{"k":2,"a":1}']
    assert [column["name"] for column in trace["columns"]] == [
        "input",
        "spread",
        "picky",
        "set",
        "output",
    ]
    assert balanced(trace["ledger"])


def test_a_trace_stops_at_its_limit(bench: Bench) -> None:
    trace = trace_job(bench.job({}), ["{}"] * 5, env=bench.env(), limit=2)
    assert (len(trace["rows"]), trace["truncated"]) == (2, True)


def test_an_error_is_shown_with_its_reason(bench: Bench) -> None:
    job = bench.job({}, [{"picky": {"how": "raise"}}])
    trace = trace_job(job, ['{"k":1}'], env=bench.env())
    cell = trace["rows"][0]["cells"][-1]
    assert (cell["status"], cell["reason"]) == ("rejected", "picky: k is 1")
    assert trace["ledger"]["dead_lettered"] == 1


def test_tests_of_a_job_pass_or_say_why(bench: Bench) -> None:
    tests: list[Json] = [
        {"name": "good", "given": [{"k": 2}, '{"k":1}'], "expect": [{"a": 1, "k": 2}],
         "dead-letters": [{"code": "picky"}]},
        {"name": "bad", "given": [{"k": 2}], "expect": [{"k": 2}, {}]},
    ]  # fmt: skip
    actions: list[Json] = [{"picky": {"how": "raise"}}, {"set": {"field": "a"}}]
    good, bad = run_tests(bench.job({}, actions, tests=tests), env=bench.env())
    assert good.passed
    assert bad.problems == (
        "expected 2 events, got 1",
        'event 1: expected {"k":2}, got {"k":2,"a":1}',
    )


def test_explain_names_form_and_reason(bench: Bench) -> None:
    env = bench.env()
    tools = JobTools(clock=env.clock, ids=env.ids, random=env.random, log=env.reporter.log)
    kept = compile_job(bench.job({}, [{"picky": {"how": "drop"}}]), tools)
    changed = compile_job(bench.job({}, [{"set": {"field": "a"}}]), tools)
    raw = compile_job(bench.job({"text": True}, sink={"field": "_raw"}), tools)
    assert [explain(plan)[0].form for plan in (kept, changed, raw)] == ["lines", "events", "raw"]
    assert "actions[0].set: generated code" in explain_text(changed)
