"""All components that there are, as one value that is passed in; nothing registers itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from lyftdata.spec.component import ActionDef, InputDef, OutputDef

Definition: TypeAlias = InputDef[Any] | ActionDef[Any] | OutputDef[Any]


@dataclass(frozen=True, slots=True)
class Registry:
    """All components that there are: a value, passed in."""

    inputs: Mapping[str, InputDef[Any]]
    actions: Mapping[str, ActionDef[Any]]
    outputs: Mapping[str, OutputDef[Any]]

    def all(self) -> list[Definition]:
        """Every component, by kind and name."""
        return [
            *(self.inputs[name] for name in sorted(self.inputs)),
            *(self.actions[name] for name in sorted(self.actions)),
            *(self.outputs[name] for name in sorted(self.outputs)),
        ]
