"""Models and migrations agree; a newer file is refused; dry runs leave nothing."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import text

from lyftdata.store import tables
from lyftdata.store.database import Name, NewerStore, open_database

METADATA = {"control": tables.control, "telemetry": tables.telemetry}


@pytest.mark.parametrize("name", get_args(Name))
def test_models_equal_migrations(tmp_path: Path, name: Name) -> None:
    database = open_database(tmp_path / "x.db", name)
    with database.read() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, METADATA[name]) == []
    database.close()


@pytest.mark.spec("RUN-12:newer")
def test_a_file_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    database = open_database(tmp_path / "x.db", "control")
    with database.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'control_9999'"))
    database.close()
    with pytest.raises(NewerStore, match="control_9999"):
        open_database(tmp_path / "x.db", "control")


def test_a_dry_run_is_rolled_back(tmp_path: Path) -> None:
    database = open_database(tmp_path / "x.db", "control")
    with database.write(dry_run=True) as connection:
        connection.execute(tables.sequences.insert().values(name="fence", value=7))
    with database.read() as connection:
        assert connection.execute(tables.sequences.select()).all() == []
    database.close()


def test_only_the_owner_reads_the_file(tmp_path: Path) -> None:
    open_database(tmp_path / "x.db", "control").close()
    assert (tmp_path / "x.db").stat().st_mode & 0o077 == 0
