"""Where a `{{name}}` is looked up, and what may be a context at all."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from lyftdata.contexts.service import LIMIT, BadContext, ContextService
from lyftdata.store.contexts import SqlContextStore
from lyftdata.store.database import open_database


@pytest.fixture
def contexts(tmp_path: Path) -> Iterator[ContextService]:
    database = open_database(tmp_path / "control.db", "control")
    yield ContextService(SqlContextStore(database))
    database.close()


def test_a_job_comes_before_its_worker_before_all(contexts: ContextService) -> None:
    contexts.update("global", "", {"a": 1})
    contexts.update("worker", "w", {"a": 2})
    contexts.update("job", "j", {"a": 3})
    assert [values for _, values in contexts.layers("j", "w")] == [{"a": 3}, {"a": 2}, {"a": 1}]
    assert [values for _, values in contexts.layers("k", "v")] == [{}, {}, {"a": 1}]


def test_staging_looks_at_every_worker(contexts: ContextService) -> None:
    contexts.update("worker", "w1", {"a": 1})
    contexts.update("worker", "w2", {"b": 2})
    names = {name for _, values in contexts.staging_layers("j") for name in values}
    assert names == {"a", "b"}


def test_an_update_replaces_its_whole_layer_and_no_other(contexts: ContextService) -> None:
    contexts.update("global", "", {"a": 1, "b": 2})
    contexts.update("job", "j", {"a": 3})
    contexts.update("global", "", {"b": 4})
    assert (contexts.all().everywhere, contexts.all().jobs) == ({"b": 4}, {"j": {"a": 3}})


def test_a_dry_run_shows_the_result_and_keeps_nothing(contexts: ContextService) -> None:
    assert contexts.update("global", "", {"a": 1}, dry_run=True).everywhere == {"a": 1}
    assert contexts.all().everywhere == {}


@pytest.mark.parametrize("name", ["", "a b", "1a", "{{a}}", "a" * 64, "a\n"])
def test_a_name_that_is_none_is_refused(contexts: ContextService, name: str) -> None:
    with pytest.raises(BadContext, match="is no name"):
        contexts.update("global", "", {name: 1})


def test_a_layer_is_bounded(contexts: ContextService) -> None:
    with pytest.raises(BadContext, match="more than"):
        contexts.update("global", "", {f"n{number}": 1 for number in range(LIMIT + 1)})
