"""One page per component, an index of them, and the JSON Schema of a job."""

from __future__ import annotations

import importlib
import json
from collections.abc import Iterator

FOLDERS = {"input": "inputs", "action": "actions", "output": "outputs"}


def component_pages() -> Iterator[tuple[str, str]]:
    """The pages under components/, and job.schema.json."""
    registry = importlib.import_module("lyftdata.builtin").registry()
    reference = importlib.import_module("lyftdata.spec.reference")
    schema = importlib.import_module("lyftdata.spec.schema")
    index = ["# Components", "", "| kind | name | category | what it does |", "|---|---|---|---|"]
    for component in registry.all():
        name = f"{FOLDERS[component.kind]}/{component.name}.md"
        yield f"components/{name}", reference.component_page(component)
        about = schema.summary(component.spec).replace("|", "\\|")
        link = f"[`{component.name}`]({name})"
        index.append(f"| {component.kind} | {link} | {component.category} | {about} |")
    yield "components/index.md", "\n".join(index)
    job = schema.job_schema(registry)
    yield "job.schema.json", json.dumps(job, indent=2, ensure_ascii=False)
