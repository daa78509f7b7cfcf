"""Secondary indexes of large tables, which a first run makes at its end.

One sort costs a fraction of many insertions.
"""

from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import Connection, Engine, Index
from sqlalchemy.schema import CreateIndex, DropIndex

from dapp.index import court_schema
from dapp.index.database import WRITES

_DEFERRED = (
    "entries",
    "events",
    "orders",
    "credit_changes",
    "event_accounts",
    "evidence",
)  # large ones first
_AT_A_TIME = 2


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


def make_indexes_together(engine: Engine) -> None:
    """The same in transactions of their own: on PostgreSQL one doesn't wait for the other."""
    with ThreadPoolExecutor(_AT_A_TIME if engine.dialect.name == "postgresql" else 1) as pool:
        for made in [pool.submit(_make_index, engine, index) for index in _indexes()]:
            made.result()


def _make_index(engine: Engine, index: Index) -> None:
    with engine.connect().execution_options(**{WRITES: True}) as connection, connection.begin():
        connection.execute(CreateIndex(index, if_not_exists=True))
