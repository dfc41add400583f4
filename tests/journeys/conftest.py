"""Fixtures of the journeys."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder in which every user may work; pytest's own are shut for others."""
    folder = Path(tempfile.mkdtemp(prefix="lyftdata-journey-"))
    folder.chmod(0o777)
    yield folder
    shutil.rmtree(folder)
