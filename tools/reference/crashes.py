"""The table of what a crash can do, from what inputs and outputs declare of themselves."""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Iterator
from typing import Any, Final

INTRO: Final = """\
# Crashes

What SIGKILL of the job, the worker or the server, or a power cut, at any moment does to the events
of a job that is started again. Why this is so: [what a crash can do](../guide/delivery.md).
"""
MEANINGS: Final = {
    (True, True): ("once", "no event is lost, none stands twice in the output"),
    (True, False): ("repeats", "no event is lost; those of the last batch may come twice"),
    (False, True): (
        "interrupted",
        "the input cannot give the same events again: what of the last batch was written stays, "
        "perhaps cut (warning [`chunk-not-replayed`](errors.md#chunk-not-replayed)), and the next "
        "run writes what it then gives",
    ),
    (False, False): (
        "interrupted, repeats",
        "the input cannot give the same events again: what was written stays, and the next run "
        "writes what it then gives, which may be the same once more",
    ),
}
"""By whether the input replays and whether a replay into the output leaves one copy."""


def crash_pages() -> Iterator[tuple[str, str]]:
    """crashes.md."""
    registry = importlib.import_module("lyftdata.builtin").registry()
    inputs = sorted(registry.inputs.values(), key=lambda one: one.name)
    outputs = sorted(registry.outputs.values(), key=lambda one: one.name)
    yield "crashes.md", "\n".join([INTRO, *_table(inputs, outputs), "", *_legend(inputs, outputs)])


def _table(inputs: Iterable[Any], outputs: Iterable[Any]) -> Iterator[str]:
    names = [f"[`{one.name}`](components/outputs/{one.name}.md)" for one in outputs]
    yield f"| input | {' | '.join(names)} |"
    yield f"|{'---|' * (len(names) + 1)}"
    for source in inputs:
        words = [MEANINGS[source.replays, sink.idempotent][0] for sink in outputs]
        name = f"[`{source.name}`](components/inputs/{source.name}.md)"
        yield f"| {name} | {' | '.join(words)} |"


def _legend(inputs: Iterable[Any], outputs: Iterable[Any]) -> Iterator[str]:
    pairs = {(source.replays, sink.idempotent) for source in inputs for sink in outputs}
    for pair, (word, meaning) in MEANINGS.items():
        if pair in pairs:
            yield f"- **{word}**: {meaning}."
