"""Secondary indexes of large tables, which a first run makes at its end.

One sort costs a fraction of many insertions.
"""

from sqlalchemy import Connection, Index
from sqlalchemy.schema import CreateIndex, DropIndex

from dapp.index import court_schema

_DEFERRED = ("events", "event_accounts", "entries", "credit_changes", "evidence", "orders")


def _indexes() -> list[Index]:
    tables = court_schema.metadata.tables
    return [index for name in _DEFERRED for index in sorted(tables[name].indexes, key=lambda i: i.name or "")]


def drop_indexes(connection: Connection) -> None:
    """Do without the indexes of large tables, which are empty."""
    for index in _indexes():
        connection.execute(DropIndex(index, if_exists=True))


def make_indexes(connection: Connection) -> None:
    """Have all indexes."""
    for index in _indexes():
        connection.execute(CreateIndex(index, if_not_exists=True))
