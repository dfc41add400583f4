"""Runs the telemetry migrations on the connection that `store.database` hands over."""

from alembic import context

from lyftdata.store.tables import telemetry

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=telemetry,
    render_as_batch=True,
)
context.run_migrations()
