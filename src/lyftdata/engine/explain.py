"""Shows a plan: the form that events take, why, and which actions run as generated code."""

from __future__ import annotations

from dataclasses import dataclass

from lyftdata.core.event import Json
from lyftdata.engine.compiler import Plan
from lyftdata.engine.prepared import Prepared


@dataclass(frozen=True, slots=True)
class StageView:
    """One stretch of the plan, for people."""

    form: str
    why: str
    actions: tuple[str, ...]

    def shown(self) -> Json:
        """As JSON, in the shape of the HTTP API."""
        return {"form": self.form, "why": self.why, "actions": list(self.actions)}


def explain(plan: Plan) -> list[StageView]:
    """The stages of the plan, in order."""
    actions = tuple(_action(one, plan) for one in plan.actions)
    return [StageView(one.form, f"{one.why}{_because(plan)}", actions) for one in plan.stages]


def explain_text(plan: Plan) -> str:
    """The same as lines of text."""
    lines = []
    for number, stage in enumerate(explain(plan), 1):
        lines.append(f"{number}. {stage.form}: {stage.why}")
        lines += [f"   {one}" for one in stage.actions]
    return "\n".join(lines)


def _because(plan: Plan) -> str:
    changing = [one.tools.place for one in plan.actions if one.touches.writes != frozenset()]
    splitting = [one.tools.place for one in plan.actions if one.touches.splits]
    if splitting:
        return f" ({splitting[0]} splits events)"
    return f" ({changing[0]} changes events)" if changing else ""


def _action(action: Prepared, plan: Plan) -> str:
    how = "generated code" if action.index in plan.generated else "calls its step"
    parts = [f"{action.tools.place}: {how}"]
    if action.condition is not None:
        parts.append(f"if {action.condition.text}")
    touches = action.touches
    parts.append(f"reads {_keys(touches.reads)}, writes {_keys(touches.writes)}")
    parts += [word for word in ("drops", "splits", "state") if getattr(touches, word)]
    return "; ".join(parts)


def _keys(keys: frozenset[str] | None) -> str:
    if keys is None:
        return "any field"
    return ", ".join(sorted(keys)) or "nothing"
