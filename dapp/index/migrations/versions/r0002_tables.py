"""All tables."""

from alembic import op

from dapp.index import court_schema

revision = "0002"
down_revision = None


def upgrade() -> None:
    """To this version."""
    court_schema.metadata.create_all(op.get_bind())
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE VIRTUAL TABLE document_texts USING fts5"
            "(title, title_zh, description, description_zh, tokenize = 'trigram')"
        )
