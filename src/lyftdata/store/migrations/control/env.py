"""Runs the control migrations on the connection that `store.database` hands over."""

from alembic import context

from lyftdata.store.tables import control

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=control,
    render_as_batch=True,
)
context.run_migrations()
