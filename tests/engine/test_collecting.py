"""The collector of a job process leaves alone what stays, and still finds what does not."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest

from lyftdata.engine.collecting import collect_seldom


class _Cycle:
    def __init__(self) -> None:
        self.me = self


@pytest.fixture
def collector() -> Iterator[None]:
    """Gives the collector of this process back as it was."""
    before = gc.get_threshold()
    yield
    gc.set_threshold(*before)
    gc.unfreeze()


@pytest.mark.usefixtures("collector")
def test_what_is_loaded_is_frozen_and_new_cycles_are_still_found() -> None:
    collect_seldom()
    assert gc.get_freeze_count() > 1_000
    lost = weakref.ref(_Cycle())
    gc.collect()
    assert lost() is None
