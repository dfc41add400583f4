"""Every compiled plan gives what the interpreter gives: bytes, counts, warnings, dead letters."""

from __future__ import annotations

import random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from lyftdata.builtin import registry
from lyftdata.core.errors import Invalid
from lyftdata.core.event import Json, encode_json
from lyftdata.core.ids import TimeIds
from lyftdata.dsl.job import Job, parse_job
from lyftdata.engine.compiler import Plan, compile_job
from lyftdata.engine.records import Records
from lyftdata.engine.result import Result
from lyftdata.engine.tools import JobTools
from lyftdata.spec.registry import Registry
from tests.effort import effort
from tests.engine.components import tiny_registry
from tests.engine.conftest import Heard

_OWN, _REAL = tiny_registry(), registry()
EVERYTHING = Registry(
    inputs=_OWN.inputs, actions={**_REAL.actions, **_OWN.actions}, outputs=_OWN.outputs
)


class FrozenClock:
    def wall_ns(self) -> int:
        return 1_700_000_000_000_000_000

    def monotonic_ns(self) -> int:
        return 0


# --- events and lines -----------------------------------------------------------------------------

KEYS = ["k", "a", "b", "a.b", "list", "_raw", "é"]
scalars = (
    st.none()
    | st.booleans()
    | st.sampled_from([0, 1, -1, 2**70, 1.5, 1e300, "", "1", "x", "a=1 b=2", "x,y", '{"z":1}'])
    | st.integers(-3, 3)
    | st.text(max_size=4)
)
values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["b", "c", "0"]), inner, max_size=2)
    ),
    max_leaves=4,
)
events = st.dictionaries(st.sampled_from(KEYS), values, max_size=5)
HOSTILE = [
    b"",
    b"  ",
    b"nonsense",
    b'{"k":1}{"k":2}',
    b"[1]",
    b'{"k":1e400}',
    b'{"k":"\xff"}',
    b'{"k":0.10,"k":1}',
    b'{ "k" : 1 , "a":[ ] }\r',
    b'{"k":"\\ud800"}',
    b'{"a":' * 3000,
    b'{"a":',
    b"1}",
    b'{"k":12345678901234567890123}',
    b"\xef\xbb\xbf{}",
]
lines = st.one_of(events.map(encode_json), st.sampled_from(HOSTILE), st.binary(max_size=6)).map(
    lambda line: line.replace(b"\n", b" ")
)

# --- jobs -----------------------------------------------------------------------------------------

CONDITIONS = [None, None, "k == 1", "a > 1", "a.b", "count() % 2 == 0", "has(list)"]
ACTIONS: list[Json] = [
    {"set": {"field": "a", "value": 7}},
    {"set": {"field": "k", "value": 1}},
    {"picky": {"how": "raise"}},
    {"picky": {"how": "warn"}},
    {"picky": {"how": "drop"}},
    {"picky": {"how": "abort"}},
    {"spread": {}},
    {"count": {}},
    {"filter": {"how": {"expression": "k == 1 or a"}}},
    {"filter": {"how": {"expression": "a < 2"}}},
    {"add": {"output-fields": {"x": "${k||none}", "y": "c"}}},
    {"add": {"output-fields": {"a": "new"}}},
    {"add": {"output-fields": {"x": "$${", "list": [1, {"y": 2.50}]}}},
    {"remove": {"fields": ["a", "a.b"]}},
    {"remove": {"fields": ["a", "_raw"]}},
    {"rename": {"fields": {"k": "z"}}},
    {"rename": {"fields": {"a": "k"}}},
    {"copy": {"fields": {"a": "q"}}},
    {"json": {"input-field": "_raw"}},
    {"convert": {"conversions": [{"field": "a", "conversion": "num"}]}},
    {"flatten": {"input-field": "a"}},
    {"expand-events": {"input-field": "list"}},
    {"script": {"let": {"n": "a .. k"}}},
]


@st.composite
def actions(draw: st.DrawFn) -> Json:
    action = draw(st.sampled_from(USABLE))
    ((name, settings_),) = action.items()
    condition = draw(st.sampled_from(CONDITIONS))
    return {name: settings_ | ({"condition": condition} if condition else {})}


def _job(
    actions: list[Json], *, text: bool = False, sink: Json | None = None, on_error: str = "drop"
) -> Job:
    document = {
        "name": "p",
        "input": {"list": {"text": text}},
        "actions": actions,
        "on-error": on_error,
        "output": {"folder": {"folder": "/nowhere"} | (sink or {})},
    }
    return parse_job(encode_json(document).decode(), EVERYTHING)


def _usable(action: Json) -> bool:
    try:
        _job([action])
    except Invalid:
        return False
    return True


USABLE = [action for action in ACTIONS if _usable(action)]


def _plan(job: Job) -> Plan:
    clock = FrozenClock()
    tools = JobTools(
        clock=clock,
        ids=TimeIds(clock, random.Random(1)),
        random=random.Random(2),
        log=Heard().log,
    )
    return compile_job(job, tools)


def _seen(plan: Plan, result: Result) -> tuple[Any, ...]:
    aborted = str(result.aborted) if result.aborted else None
    return (
        result.lines,
        [encode_json(event) for event in result.events],
        result.added,
        [(one.code, one.reason, one.action, one.field, one.record) for one in result.dead],
        dict(plan.tools.counters),
        plan.tools.warnings,
        (aborted, result.records),
    )


@settings(max_examples=effort(300), deadline=None)
@given(
    batches=st.lists(st.lists(lines, max_size=6), min_size=1, max_size=2),
    chain=st.lists(actions(), max_size=6),
    text=st.booleans(),
    sink=st.sampled_from([{}, {"field": "_raw"}, {"field": "a.b"}, {"events": True}]),
    on_error=st.sampled_from(["dead-letter", "drop", "keep", "stop"]),
    fields=st.sampled_from([None, {"file": "f"}]),
)
def test_a_compiled_plan_gives_what_the_interpreter_gives(
    batches: list[list[bytes]],
    chain: list[Json],
    text: bool,  # noqa: FBT001
    sink: Json,
    on_error: str,
    fields: Json | None,
) -> None:
    job = _job(chain, text=text, sink=sink, on_error=on_error)
    one, other = _plan(job), _plan(job)
    for batch in batches:
        raw = b"".join(line + b"\n" for line in batch)
        records = Records(raw, "text" if text else "json", fields)
        compiled, meant = _seen(one, one.run(records)), _seen(other, other.interpret(records))
        assert compiled == meant
        added = compiled[2]
        ends = ("delivered", "filtered", "absorbed", "dead_lettered")
        assert added["received"] + added["created"] == sum(added[key] for key in ends)


def test_real_actions_take_part() -> None:
    assert {"filter", "add", "rename", "remove"} <= {next(iter(action)) for action in USABLE}
