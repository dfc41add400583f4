"""`lint`, `schema`, `docs`: what authors ask about job files. No server is needed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import msgspec
import typer

from lyftdata import builtin
from lyftdata.cli.edge import NO
from lyftdata.cli.lazy import examples
from lyftdata.core.errors import NotFound
from lyftdata.dsl.job import lint_job
from lyftdata.spec.reference import component_page
from lyftdata.spec.registry import Definition
from lyftdata.spec.schema import job_schema, summary
from lyftdata.worker.local import read_text

Files = Annotated[list[Path], typer.Argument(metavar="FILE...", readable=False, show_default=False)]


def lint(files: Files) -> None:
    """Check job files and print every problem, one a line: `file:line:col: code: message`.

    Exit code 1 when there is any error.
    """
    registry = builtin.registry()
    found = [one for path in files for one in lint_job(read_text(path), registry, file=str(path))]
    for diagnostic in found:
        print(diagnostic)
    if any(diagnostic.severity == "error" for diagnostic in found):
        raise typer.Exit(NO)


def schema() -> None:
    """Print the JSON Schema of a job file, for editors."""
    encoded = msgspec.json.encode(job_schema(builtin.registry()))
    print(msgspec.json.format(encoded, indent=2).decode())


def docs(
    component: Annotated[
        str, typer.Argument(help="A name, or kind/name.", show_default=False)
    ] = "",
) -> None:
    """Print the reference of a component; without a name, the list of all."""
    registry = builtin.registry()
    if not component:
        for one in registry.all():
            print(f"{one.kind + '/' + one.name:<28} {summary(one.spec)}")
        return
    found = [one for one in registry.all() if component in (one.name, f"{one.kind}/{one.name}")]
    if not found:
        raise NotFound(_unknown(component, registry.all()), code="unknown-component")
    print("\n\n".join(component_page(one) for one in found))


def _unknown(component: str, known: list[Definition]) -> str:
    near = [one.name for one in known if component[:3] in one.name]
    hint = f"; near: {', '.join(near)}" if near else ""
    return f"no component is called {component!r}{hint}; `lyftdata docs` lists all"


lint.epilog = examples("lyftdata lint job.yaml", "lyftdata lint jobs/*.yaml")  # type: ignore[attr-defined]
schema.epilog = examples("lyftdata schema > job.schema.json")  # type: ignore[attr-defined]
docs.epilog = examples("lyftdata docs", "lyftdata docs extract", "lyftdata docs input/files")  # type: ignore[attr-defined]
