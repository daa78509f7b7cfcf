"""Indexes of large tables, which a first run makes at its end.

One sort costs a fraction of many insertions. On PostgreSQL that goes for the primary keys of facts, too: the
follower neither changes nor looks up what it wrote. SQLite's are the tables themselves.
"""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from sqlalchemy import Connection, Engine, Index
from sqlalchemy.schema import CreateIndex, DropIndex

from dapp.index import court_schema
from dapp.index.database import WRITES

_FACTS = ("entries", "events", "credit_changes", "event_accounts", "evidence")
_DEFERRED = ("entries", "events", "orders", *_FACTS[2:])  # large ones first
_AT_A_TIME = 2


def _indexes() -> list[Index]:
    tables = court_schema.metadata.tables
    return [index for name in _DEFERRED for index in sorted(tables[name].indexes, key=lambda i: i.name or "")]


def drop_indexes(connection: Connection) -> None:
    """Do without the indexes of large tables, which are empty."""
    for index in _indexes():
        connection.execute(DropIndex(index, if_exists=True))
    if connection.dialect.name == "postgresql":
        for name in _FACTS:
            connection.exec_driver_sql(f"ALTER TABLE {name} DROP CONSTRAINT IF EXISTS {name}_pkey")


def make_indexes(connection: Connection) -> None:
    """Have all indexes."""
    for make in _steps(connection.dialect.name):
        make(connection)


def make_indexes_together(engine: Engine) -> None:
    """The same in transactions of their own: on PostgreSQL one doesn't wait for the other."""
    dialect = engine.dialect.name
    with ThreadPoolExecutor(_AT_A_TIME if dialect == "postgresql" else 1) as pool:
        for made in [pool.submit(_do, engine, make) for make in _steps(dialect)]:
            made.result()


def _steps(dialect: str) -> list[Callable[[Connection], None]]:
    keys = _FACTS if dialect == "postgresql" else ()
    return [*(partial(_make_key, name) for name in keys), *(partial(_make_index, i) for i in _indexes())]


def _make_key(name: str, connection: Connection) -> None:
    if connection.exec_driver_sql(f"SELECT to_regclass('{name}_pkey')").scalar() is None:
        columns = ", ".join(column.name for column in court_schema.metadata.tables[name].primary_key)
        connection.exec_driver_sql(f"ALTER TABLE {name} ADD PRIMARY KEY ({columns})")


def _make_index(index: Index, connection: Connection) -> None:
    connection.execute(CreateIndex(index, if_not_exists=True))


def _do(engine: Engine, make: Callable[[Connection], None]) -> None:
    with engine.connect().execution_options(**{WRITES: True}) as connection, connection.begin():
        if engine.dialect.name == "postgresql" and (os.cpu_count() or 1) <= _AT_A_TIME:
            # Helpers of each would only be in the other's way.
            connection.exec_driver_sql("SET LOCAL max_parallel_maintenance_workers = 0")
        make(connection)
