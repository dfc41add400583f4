"""A run from input to output: positions, chunks, crashes, errors."""

from __future__ import annotations

from contextlib import suppress

import pytest

from lyftdata.core.event import Json
from tests.engine.components import Killed
from tests.engine.conftest import Bench, balanced

LINES = [f'{{"k":{n}}}' for n in range(10)]


@pytest.mark.parametrize("sink", [{}, {"size": 4}, {"size": 1}, {"timeout-ns": 10_000_000_000}])
def test_all_events_come_out_in_order(bench: Bench, sink: Json) -> None:
    outcome = bench.run(bench.job({"lines": LINES}, sink=sink))
    assert (outcome.state, bench.written()) == ("completed", LINES)
    assert balanced(outcome.totals)


def test_chunks_have_the_size_that_the_output_asks_for(bench: Bench) -> None:
    bench.run(bench.job({"lines": LINES}, sink={"size": 4}))
    assert [len(part.splitlines()) for part in bench.parts()] == [4, 4, 2]


def test_chunks_end_with_the_document(bench: Bench) -> None:
    bench.run(bench.job({"lines": LINES, "marks": True}, sink={"by-document": True}))
    assert [len(part.splitlines()) for part in bench.parts()] == [3, 3, 3, 1]


@pytest.mark.parametrize("sink", [{"size": 4}, {"size": 2}, {}])
@pytest.mark.parametrize("when", ["die-before", "die-after"])
@pytest.mark.parametrize("write", [1, 2, 3])
def test_a_crash_around_a_write_loses_and_repeats_nothing(
    bench: Bench, sink: Json, when: str, write: int
) -> None:
    actions: list[Json] = [{"picky": {"how": "drop"}}, {"count": {}}]
    with suppress(Killed):
        bench.run(bench.job({"lines": LINES}, actions, sink | {when: write}))
    outcome = bench.run(bench.job({"lines": LINES}, actions, sink))
    kept = [n for n in range(10) if n != 1]
    assert bench.written() == [f'{{"k":{k},"n":{n + 1}}}' for n, k in enumerate(kept)]
    assert outcome.totals["received"] == 10
    assert balanced(outcome.totals)


def test_a_filtered_stream_moves_its_position(bench: Bench) -> None:
    outcome = bench.run(bench.job({"lines": ['{"k":1}'] * 5}, [{"picky": {"how": "drop"}}]))
    state = bench.state()
    assert (state.position, outcome.totals["filtered"], bench.parts()) == ({"at": 5}, 5, [])
    state.close()


def test_a_limit_stops_at_the_record_and_the_next_run_goes_on(bench: Bench) -> None:
    job = bench.job({"lines": LINES})
    bench.run(job, limit=4)
    assert bench.written() == LINES[:4]
    bench.run(job)
    assert bench.written() == LINES


def test_bad_lines_and_refused_records_are_dead_letters(bench: Bench) -> None:
    lines = ['{"k":2}', "nonsense", "", '{"x":1e400}', '{"s":"\xff"}', "[1]"]
    outcome = bench.run(bench.job({"lines": lines, "batch": 6, "refused": 2}))
    state = bench.state()
    codes = [one.letter.code for one in reversed(state.dead_letters())]
    state.close()
    assert codes == ["invalid-json"] * 4 + ["line-too-long"] * 2
    assert (outcome.totals["received"], outcome.totals["dead_lettered"]) == (7, 6)
    assert balanced(outcome.totals)


@pytest.mark.parametrize(
    ("policy", "written", "key"),
    [
        ("dead-letter", [0, 2], "dead_lettered"),
        ("drop", [0, 2], "filtered"),
        ("keep", [0, 1, 2], "kept_errors"),
    ],
)
def test_errors_follow_the_policy_of_the_job(
    bench: Bench, policy: str, written: list[int], key: str
) -> None:
    job = bench.job({"lines": LINES[:3]}, [{"picky": {"how": "raise"}}], on_error=policy)
    outcome = bench.run(job)
    assert bench.written() == [LINES[n] for n in written]
    assert outcome.totals[key] == 1
    assert balanced(outcome.totals)


@pytest.mark.parametrize("how", ["raise", "abort"])
def test_a_stop_commits_what_came_before(bench: Bench, how: str) -> None:
    lines = [LINES[0], LINES[2], LINES[1], LINES[3]]
    job = bench.job(
        {"lines": lines, "batch": 4},
        [{"picky": {"how": how}}, {"count": {}}],
        on_error="stop",
    )
    outcome = bench.run(job)
    state = bench.state()
    assert outcome.state == "failed"
    assert (state.position, state.counters) == ({"at": 2}, {"n": 2})
    assert bench.written() == ['{"k":0,"n":1}', '{"k":2,"n":2}']
    assert balanced(outcome.totals)
    state.close()


def test_retries_are_counted_and_logged_once(bench: Bench) -> None:
    outcome = bench.run(bench.job({"lines": LINES}, sink={"fail": 3}))
    assert (outcome.totals["retries"], bench.written()) == (3, LINES)
    assert [code for _, _, code in bench.heard.logs if code] == ["away"]


def test_used_up_retries_fail_the_run_and_lose_nothing(bench: Bench) -> None:
    outcome = bench.run(bench.job({"lines": LINES}, sink={"fail": 9, "retries": 2}))
    assert (outcome.state, outcome.code, bench.written()) == ("failed", "away", [])
    bench.run(bench.job({"lines": LINES}))
    assert bench.written() == LINES


def test_a_stop_while_retrying_keeps_the_chunk(bench: Bench) -> None:
    bench.stop.set()
    job = bench.job({"lines": LINES}, sink={"fail": 1})
    assert bench.run(job).state == "stopped"


def test_splits_balance(bench: Bench) -> None:
    lines = ['{"list":[1,2,3]}', '{"k":5}', '{"list":[]}']
    outcome = bench.run(bench.job({"lines": lines}, [{"spread": {}}, {"picky": {"how": "raise"}}]))
    assert bench.written() == ['{"k":2}', '{"k":3}', '{"k":5}']
    assert (outcome.totals["created"], outcome.totals["absorbed"]) == (3, 2)
    assert balanced(outcome.totals)


def test_text_goes_out_as_it_came(bench: Bench) -> None:
    job = bench.job({"lines": ["a", "", "b "], "text": True}, sink={"field": "_raw"})
    bench.run(job)
    assert bench.parts() == ["a\n\nb \n"]


def test_an_interval_fires_until_it_is_stopped(bench: Bench) -> None:
    job = bench.job({"lines": [], "trigger": {"interval": "10ms"}})
    heard = bench.heard.run_ended

    def ended(run_id: str, state: str, reason: str) -> None:
        heard(run_id, state, reason)
        if len(bench.heard.runs) >= 6:
            bench.stop.set()

    bench.heard.run_ended = ended  # type: ignore[method-assign]
    assert bench.run(job).state == "stopped"
    assert [state for state, _ in bench.heard.runs] == ["started", "completed"] * 3


def test_a_record_that_kills_is_found_and_passed(bench: Bench) -> None:
    job = bench.job({"lines": LINES[:3]}, [{"picky": {"how": "die"}}])
    for _ in range(2):
        with pytest.raises(Killed):
            bench.run(job, careful=True)
    outcome = bench.run(job, careful=True)
    assert bench.written() == [LINES[0], LINES[2]]
    state = bench.state()
    (held,) = state.dead_letters()
    state.close()
    assert (held.letter.code, held.letter.record) == ("poison-event", LINES[1].encode())
    assert balanced(outcome.totals)


def test_an_event_that_explodes_is_a_dead_letter_and_the_rest_goes_on(bench: Bench) -> None:
    job = bench.job({"lines": LINES[:3]}, [{"picky": {"how": "explode"}}])
    outcome = bench.run(job, event_limit_s=0.05)
    assert bench.written() == [LINES[0], LINES[2]]
    state = bench.state()
    (held,) = state.dead_letters()
    state.close()
    assert (held.letter.code, held.letter.name) == ("event-timeout", "picky")
    assert balanced(outcome.totals)
