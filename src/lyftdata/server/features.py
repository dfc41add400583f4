"""What is switched on. One port, so that licensing can be built behind it; today: everything."""

from __future__ import annotations

from typing import Protocol


class Features(Protocol):
    """Asked before something that a licence may forbid."""

    def enabled(self, feature: str) -> bool:
        """Whether `feature` (`external-workers`, `deployments`, ...) may be used."""
        ...


class Everything:
    """All features are on."""

    def enabled(self, feature: str) -> bool:
        """Always."""
        return bool(feature)
