"""All components that come with the product, collected from their modules; a value, not a global.

Each module of `lyftdata.inputs`, `.actions`, `.outputs` that has a `component` gives one.
"""

from __future__ import annotations

import pkgutil
from importlib import import_module
from typing import Any, TypeVar

from lyftdata.spec.component import ActionDef, InputDef, OutputDef
from lyftdata.spec.registry import Registry

D = TypeVar("D", InputDef[Any], ActionDef[Any], OutputDef[Any])


def registry() -> Registry:
    """Every component, by its name. Imports their modules: some tenths of a second, once."""
    return Registry(
        inputs=_collect("lyftdata.inputs", InputDef),
        actions=_collect("lyftdata.actions", ActionDef),
        outputs=_collect("lyftdata.outputs", OutputDef),
    )


def _collect(package: str, kind: type[D]) -> dict[str, D]:
    found: dict[str, D] = {}
    for module in pkgutil.iter_modules(import_module(package).__path__):
        component = getattr(import_module(f"{package}.{module.name}"), "component", None)
        if isinstance(component, kind):
            found[component.name] = component
    return found
