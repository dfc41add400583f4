"""The actions of a job with their settings compiled, as interpreter and compiler take them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lyftdata.dsl.job import Job
from lyftdata.engine.records import Records
from lyftdata.engine.tools import JobTools, PlacedTools
from lyftdata.expressions import Expression
from lyftdata.spec.component import ActionDef, Step, Takes, Touches


@dataclass(frozen=True, slots=True)
class Prepared:
    """One action of a job."""

    index: int
    name: str
    definition: ActionDef[Any]
    spec: Any
    tools: PlacedTools
    touches: Touches
    condition: Expression | None
    step: Step


def prepare(job: Job, tools: JobTools) -> tuple[Prepared, ...]:
    """Compile the settings of every action once."""
    return tuple(_prepare(index, block, tools) for index, block in enumerate(job.actions))


def _prepare(index: int, block: Any, tools: JobTools) -> Prepared:
    placed = PlacedTools(tools, f"actions[{index}].{block.name}")
    return Prepared(
        index=index,
        name=block.name,
        definition=block.definition,
        spec=block.spec,
        tools=placed,
        touches=block.definition.touches(block.spec),
        condition=block.spec.condition,
        step=block.definition.prepare(block.spec, placed),
    )


def output_takes(job: Job) -> Takes:
    """The form in which the job's output wants events."""
    takes: Takes = job.output.definition.takes(job.output.spec)  # type: ignore[union-attr]
    return takes


def untouched(actions: tuple[Prepared, ...]) -> bool:
    """Whether nothing changes an event, so that what goes out are the records as they were read."""
    return all(one.touches.writes == frozenset() and not one.touches.splits for one in actions)


def keeps_lines(actions: tuple[Prepared, ...], records: Records, takes: Takes) -> bool:
    """Whether the records of this batch go out as they were read."""
    whole = takes.form == "lines" and records.kind == "json" and not records.fields
    return whole and untouched(actions)
