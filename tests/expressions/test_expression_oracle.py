"""The generated code equals the plain interpreter, on random expressions and events."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from lyftdata.core.errors import EventError
from lyftdata.core.event import encode_json
from lyftdata.expressions import ExpressionError, evaluate, parse_expression, truthy
from tests.effort import effort

SCALARS = (
    st.none()
    | st.booleans()
    | st.sampled_from([0, 1, -1, 2, 200, 2**63, 2**70, 10**30, 0.0, 1.0, -0.5, 2.5, 1e15, 1e300])
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from(["", "a", "1", "1.0", "0x1", " 2 ", "200", "1e3", "debug", "é", "a,b", "-7"])
    | st.text(max_size=5)
)
JSON = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["b", "c", "b.c"]), inner, max_size=3)
    ),
    max_leaves=6,
)
EVENTS = st.dictionaries(st.sampled_from(["a", "b", "c", "a.b", "n"]), JSON, max_size=5)
ATOMS = st.sampled_from(
    "a b c n a.b a.b.c nil null true false 0 1 -1 2 200 2.5 1e3 0x10 '' 'a' '1' '200' '1.0' 'debug'"
    " count() count('x') random() uuid() now() has(a) has(a.b) field('/a/b') a['b'] a[1]"
    " 9223372036854775808".split()
)
BINARY = st.sampled_from(
    [*"+ - * / // % ^ .. == ~= < <= > >= and or && || !=".split(), "==", "<", ">", "and", "or"]
)


def _combined(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    two = st.tuples(inner, inner)
    functions = st.sampled_from(
        "upper len tostring tonumber floor type trim abs md5 to_json".split()
    )
    return st.one_of(
        st.tuples(inner, BINARY, inner).map(lambda one: f"({one[0]} {one[1]} {one[2]})"),
        st.tuples(inner, BINARY, inner).map(lambda one: f"{one[0]} {one[1]} {one[2]}"),
        st.tuples(st.sampled_from(["not", "-", "#", "!"]), inner).map(" ".join),
        st.tuples(functions, inner).map(lambda one: f"{one[0]}({one[1]})"),
        two.map(lambda one: f"coalesce({one[0]}, {one[1]}, 5)"),
        two.map(lambda one: f"contains({one[0]}, {one[1]})"),
        two.map(lambda one: f"max({one[0]}, {one[1]})"),
        st.tuples(inner, inner, inner).map(lambda one: f"cond({', '.join(one)})"),
        two.map(lambda one: f"({one[0]})[{one[1]}]"),
    )


TEXTS = st.recursive(ATOMS, _combined, max_leaves=12)


def _outcome(run: Any, event: Any) -> Any:
    try:
        value = run(event)
    except EventError as error:
        return ("error", error.kind, str(error))
    return (type(value), encode_json(value))


@settings(max_examples=effort(1500), deadline=None)
@given(text=TEXTS, event=EVENTS)
def test_compiled_equals_interpreted(text: str, event: dict[str, Any], make_tools: Any) -> None:
    try:
        expression = parse_expression(text)
    except ExpressionError as error:
        assert "chained" in error.message  # a < b < c is the one fault these texts can have
        return
    one, other, third = make_tools(), make_tools(), make_tools()
    expected = _outcome(lambda given: evaluate(expression.node, given, one), event)
    assert _outcome(expression.compile(other), event) == expected
    assert other.counters == one.counters
    condition = _outcome(expression.compile_condition(third), event)
    if expected[0] == "error":
        assert condition == expected
    else:
        plain = _outcome(
            lambda given: truthy(evaluate(expression.node, given, make_tools())), event
        )
        assert condition == plain


@settings(max_examples=effort(500), deadline=None)
@given(text=st.text(alphabet=st.sampled_from("ab1.\"'[]()=<>~+-*/%^#,&|! \\\n{}$n"), max_size=40))
def test_any_text_parses_or_is_refused_at_a_place_inside_it(text: str) -> None:
    try:
        parse_expression(text, user_functions=None)
    except ExpressionError as error:
        assert 0 <= error.offset <= len(text)


@settings(deadline=None)
@given(left=EVENTS, right=EVENTS)
def test_equality_is_symmetric_and_never_an_error(
    left: dict[str, Any], right: dict[str, Any], make_tools: Any
) -> None:
    event = {"x": left.get("a"), "y": right.get("a")}
    tools = make_tools()
    one = parse_expression("x == y").compile(tools)(event)
    assert one is parse_expression("y == x").compile(tools)(event)
    assert one is not parse_expression("x ~= y").compile(tools)(event)
    assert parse_expression("x == x").compile(tools)(event) is True
