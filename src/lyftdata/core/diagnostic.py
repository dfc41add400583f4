"""A problem in something that a person wrote: place, stable code, message, value, fix."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A point in a text. Lines and columns count from 1, columns in characters."""

    line: int
    column: int
    end_line: int = 0
    end_column: int = 0


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One problem. `str()` gives the line that the CLI prints: `file:line:col: code: message`."""

    file: str
    place: Place
    code: str
    message: str
    path: tuple[str | int, ...] = ()
    """Where in the document: keys and list indexes."""
    value: str = ""
    """The offending value as text, cut to a readable length."""
    suggestion: str = ""
    """A replacement for the offending key or value, when a near one exists."""
    severity: str = "error"
    """`error` or `warning`."""

    def __str__(self) -> str:
        """The one-line form for terminals and logs."""
        hint = f"; did you mean {self.suggestion!r}?" if self.suggestion else ""
        return (
            f"{self.file}:{self.place.line}:{self.place.column}: {self.code}: {self.message}{hint}"
        )
