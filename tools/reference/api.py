"""The HTTP API: its OpenAPI description, and a page that lists every endpoint."""

from __future__ import annotations

import importlib
import json
from collections.abc import Iterator
from typing import Any


def api_pages() -> Iterator[tuple[str, str]]:
    """openapi.json and api.md."""
    document = importlib.import_module("lyftdata.server.app").describe()
    yield "openapi.json", json.dumps(document, indent=2, ensure_ascii=False)
    yield "api.md", "\n\n".join(_sections(document))


def _sections(document: dict[str, Any]) -> Iterator[str]:
    yield "# HTTP API"
    yield (
        "Sign in by session cookie or `Authorization: Bearer TOKEN`. Errors are problem+json with "
        "a `code` of the [list of codes](errors.md). `openapi.json` beside this page has every "
        "shape."
    )
    for path, operations in sorted(document["paths"].items()):
        for method, operation in operations.items():
            yield f"## `{method.upper()} {path}`"
            yield (operation.get("description") or operation.get("summary") or "").strip()
            if rows := [_row(parameter) for parameter in operation.get("parameters", ())]:
                table = ["| parameter | in | type | what |", "|---|---|---|---|", *rows]
                yield "\n".join(table)
            if body := operation.get("requestBody"):
                yield f"Body: {_shape(body)}."
            yield "\n".join(_answers(operation["responses"]))


def _answers(responses: dict[str, Any]) -> Iterator[str]:
    """One line for each answer that is none of the shared refusals, and one line for those."""
    refusals = []
    for status, answer in sorted(responses.items()):
        if _shape(answer).startswith("`Problem`"):
            refusals.append(status)
        else:
            yield f"- {status}: {answer.get('description', '')}{_answer(answer)}"
    if refusals:
        yield f"- {', '.join(refusals)}: a `Problem` that says why it was not done"


def _row(parameter: dict[str, Any]) -> str:
    about = str(parameter.get("description", "")).replace("\n", " ").replace("|", "\\|")
    kind = parameter.get("schema", {}).get("type", "")
    name = parameter["name"] + ("" if parameter.get("required") else "?")
    return f"| `{name}` | {parameter['in']} | {kind} | {about} |"


def _answer(answer: dict[str, Any]) -> str:
    shape = _shape(answer)
    return f" ({shape})" if shape else ""


def _shape(part: dict[str, Any]) -> str:
    for media, content in part.get("content", {}).items():
        schema = content.get("schema", {})
        name = schema.get("$ref", "").rpartition("/")[2] or schema.get("title", "")
        return f"`{name}`, {media}" if name else str(media)
    return ""
