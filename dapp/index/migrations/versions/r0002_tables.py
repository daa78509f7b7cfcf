"""All tables."""

from alembic import op

from dapp.index.database import make_tables

revision = "0002"
down_revision = None


def upgrade() -> None:
    """To this version."""
    make_tables(op.get_bind())
