"""Fixtures of the worker's tests; the helpers are in `bench.py`."""

from __future__ import annotations

import pytest

from tests.worker.bench import Signer


@pytest.fixture
def signer() -> Signer:
    """A server's key."""
    return Signer()
