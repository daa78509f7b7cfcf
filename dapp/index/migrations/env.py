"""Runs the migrations on the connection that `dapp.index.database` gives."""

from alembic import context

from dapp.index import court_schema

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=court_schema.metadata,
    version_table="index_version",
)
with context.begin_transaction():
    context.run_migrations()
