"""One component of a job document: its name looked up, its settings checked against the spec."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from lyftdata.core.diagnostic import Diagnostic
from lyftdata.dsl.faults import MAX_PROBLEMS, diagnose, near, shown
from lyftdata.dsl.functions import user_functions
from lyftdata.dsl.located import Document, Path
from lyftdata.spec.base import Spec
from lyftdata.spec.registry import Definition


@dataclass(frozen=True, slots=True)
class Block:
    """A component in a job: what it is, and its checked settings."""

    name: str
    definition: Definition
    spec: Any
    """The validated spec, an instance of `definition.spec`."""
    path: Path
    """Where it stands in the document: `("actions", 2)`."""


@dataclass(slots=True)
class Reading:
    """A document while it is read, and the problems found so far."""

    document: Document
    lenient: bool
    diagnostics: list[Diagnostic] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.diagnostics = list(self.document.problems)

    def report(
        self, code: str, message: str, path: Path, value: str = "", suggestion: str = ""
    ) -> None:
        """Note a problem at the key that leads to `path`."""
        place = self.document.key_place(path)
        self.diagnostics.append(
            Diagnostic(self.document.file, place, code, message, path, value, suggestion)
        )

    def sorted(self) -> list[Diagnostic]:
        """The problems by place; after many of them one that says so."""
        found = sorted(self.diagnostics, key=lambda one: (one.place, one.code))
        if len(found) <= MAX_PROBLEMS:
            return found
        last = found[MAX_PROBLEMS]
        message = f"more than {MAX_PROBLEMS} problems; the rest is not shown"
        more = Diagnostic(last.file, last.place, "too-many-problems", message)
        return [*found[:MAX_PROBLEMS], more]


def component(
    reading: Reading, kind: str, known: Mapping[str, Definition], path: Path
) -> Block | None:
    """The block at `path`, or None with its problems noted."""
    named = _named(reading, kind, path)
    if named is None:
        return None
    name, at = named
    definition = known.get(name)
    if definition is None:
        suggestion = near(name, known)
        hint = "" if suggestion else f"; there are {', '.join(sorted(known))}"
        reading.report(f"unknown-{kind}", f"no {kind} {name!r}{hint}", at, name, suggestion)
        return None
    spec = _settings(reading, definition.spec, at, bare=at == path)
    return None if spec is None else Block(name, definition, spec, path)


def _named(reading: Reading, kind: str, path: Path) -> tuple[str, Path] | None:
    """The name of the component at `path`, and the path of its settings."""
    document = reading.document
    value = document.at(path)
    if isinstance(value, str) and value:
        return None if reading.lenient and "{{" in value else (value, path)
    if isinstance(value, dict) and value:
        names = list(value)
        for extra in names[1:]:
            message = f"one {kind} only; {names[0]!r} stands here already"
            reading.report(f"several-{kind}s", message, (*path, extra), extra)
        return names[0], (*path, names[0])
    if len(path) == 1 and not (isinstance(document.value, dict) and path[0] in document.value):
        return None
    code = "missing-field" if not value and not isinstance(value, bool | int) else "bad-type"
    message = f"this needs one key, the kind of {kind}, with its settings below it"
    reading.report(code, message, path, "" if value is None else shown(value))
    return None


def _settings(reading: Reading, spec: type[Spec], at: Path, *, bare: bool) -> Spec | None:
    document = reading.document
    value = None if bare else document.at(at)
    context = {"user_functions": user_functions(str(at[-1]), value)}
    try:
        return spec.model_validate({} if value is None else value, context=context)
    except ValidationError as error:
        reading.diagnostics += diagnose(document, at, spec, error, lenient=reading.lenient)
        return None
