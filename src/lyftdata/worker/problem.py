"""An error as the small JSON object that travels in replies: `{code, message, diagnostics?}`."""

from __future__ import annotations

from lyftdata.core.diagnostic import Diagnostic
from lyftdata.core.errors import Invalid, LyftError
from lyftdata.core.event import Json


def problem_of(error: LyftError) -> Json:
    """Code, sentence, and every diagnostic if there are."""
    body: Json = {"code": error.kind, "message": str(error)}
    if isinstance(error, Invalid):
        body["diagnostics"] = [diagnostic_view(one) for one in error.diagnostics]
    return body


def diagnostic_view(one: Diagnostic) -> Json:
    """In the shape of the HTTP API."""
    return {
        "file": one.file,
        "line": one.place.line,
        "column": one.place.column,
        "end_line": one.place.end_line,
        "end_column": one.place.end_column,
        "code": one.code,
        "message": one.message,
        "path": list(one.path),
        "value": one.value,
        "suggestion": one.suggestion,
        "severity": one.severity,
    }
