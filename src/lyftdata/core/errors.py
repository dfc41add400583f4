"""The whole error tree on one page, grouped by who must act.

An error carries a stable kebab-case `code`; the text says what happened, shows the value and how
to mend it.
Every code has a heading in `docs/reference/errors.md`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lyftdata.core.diagnostic import Diagnostic


class LyftError(Exception):
    """Base of every error that we raise on purpose."""

    code: ClassVar[str] = "internal-error"

    @property
    def kind(self) -> str:
        """The stable code to show; an instance may carry a more exact one than its class."""
        return getattr(self, "exact_code", self.code)


class CodedError(LyftError):
    """An error whose exact code is chosen where it is raised."""

    def __init__(self, message: str, *, code: str = "") -> None:
        super().__init__(message)
        if code:
            self.exact_code = code


class EventError(CodedError):
    """One event cannot be handled: route it as the job's `on-error` says, and go on."""

    code = "event-error"

    def __init__(
        self, message: str, *, code: str = "", field: str | None = None, value: object = None
    ) -> None:
        super().__init__(message, code=code)
        self.field = field
        self.value = value


class TemporaryError(CodedError):
    """The outside world said no for now: wait and try the same thing again."""

    code = "temporary-error"


class PermanentError(CodedError):
    """Trying again cannot help: the job fails with this reason until somebody changes something."""

    code = "permanent-error"


class JobAborted(PermanentError):
    """The job's own definition asked to stop (`abort`, `assert` with abort, `on-error: stop`)."""

    code = "job-aborted"


class Invalid(LyftError):
    """What a person wrote is wrong. Carries every problem at once."""

    code = "invalid"

    def __init__(self, diagnostics: Sequence[Diagnostic]) -> None:
        super().__init__("\n".join(str(one) for one in diagnostics))
        self.diagnostics = tuple(diagnostics)


class NotFound(CodedError):
    """The thing named does not exist."""

    code = "not-found"


class Conflict(CodedError):
    """The thing has changed meanwhile, or is in a state that does not allow this."""

    code = "conflict"


class NotSignedIn(CodedError):
    """Nobody is signed in, or the sign-in has expired."""

    code = "not-signed-in"


class Denied(CodedError):
    """Signed in, but without the right to do this."""

    code = "denied"


class Unavailable(CodedError):
    """The part that must answer is not there now: a worker is offline, a deadline passed."""

    code = "unavailable"
