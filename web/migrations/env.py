"""What Alembic runs around the versions: they run on the connection, and in the transaction, they are given."""

from __future__ import annotations

from alembic import context

from web.store.tables import metadata

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    compare_type=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
