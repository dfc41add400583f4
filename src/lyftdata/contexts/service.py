"""The verbs on contexts. Who uses a value is not known here: the caller re-renders."""

from __future__ import annotations

import re
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Final, Protocol

from lyftdata.contexts.model import ContextSet, Scope, Values
from lyftdata.core.errors import CodedError

NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,62}")
LIMIT: Final = 1000


class BadContext(CodedError):
    """The values cannot be a context."""

    code = "bad-context"


class ContextRows(Protocol):
    """Contexts inside one transaction."""

    def contexts(self) -> ContextSet: ...
    def put_context(self, scope: Scope, owner: str, values: Values) -> None: ...


class ContextStore(Protocol):
    """Where contexts live."""

    def read(self) -> AbstractContextManager[ContextRows]: ...
    def write(self, *, dry_run: bool = False) -> AbstractContextManager[ContextRows]: ...


@dataclass(frozen=True, slots=True)
class ContextService:
    """All verbs on contexts."""

    store: ContextStore

    def all(self) -> ContextSet:
        """Every layer."""
        with self.store.read() as rows:
            return rows.contexts()

    def layers(self, job: str, worker: str) -> list[tuple[str, Values]]:
        """Where a name is looked up for a job on a worker, first hit first."""
        return self.all().layers(job, worker)

    def staging_layers(self, job: str) -> list[tuple[str, Values]]:
        """Every layer that could give a value to a job on some worker."""
        return self.all().staging_layers(job)

    def update(
        self, scope: Scope, owner: str, values: Values, *, dry_run: bool = False
    ) -> ContextSet:
        """Replace one layer; `owner` is the worker or job, empty for the global one."""
        _check(values)
        with self.store.write(dry_run=dry_run) as rows:
            rows.put_context(scope, owner, values)
            return rows.contexts()


def _check(values: Values) -> None:
    bad = [name for name in values if not NAME.fullmatch(name)]
    if bad:
        raise BadContext(f"{bad[0]!r} is no name: letters, digits, '_', '.', '-', up to 63")
    if len(values) > LIMIT:
        raise BadContext(f"{len(values)} values in one context are more than {LIMIT}")
