"""Insert-or-replace by primary key, in a way that every dialect takes."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, Table, and_, insert, update


def put(connection: Connection, table: Table, values: Mapping[str, object]) -> None:
    """Update the row with this primary key, or insert it."""
    keys = [column.name for column in table.primary_key]
    rest = {name: value for name, value in values.items() if name not in keys}
    same = and_(*(table.c[name] == values[name] for name in keys))
    if connection.execute(update(table).where(same).values(rest)).rowcount == 0:
        connection.execute(insert(table).values(dict(values)))
