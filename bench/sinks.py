"""What a follower has written: whether a chain's last event is there, and how many rows of which kind."""

import contextlib
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import psycopg


class Cursor(Protocol):
    """What both drivers' connections can do here."""

    def execute(self, statement: Any) -> Any: ...


@dataclass(frozen=True)
class Tables:
    """A follower's tables: `key` is `block << 20 | log index` in all of them.

    `latest_index` is made after all rows, so the work isn't done before it is there.
    """

    events: str
    key: str
    orders: str
    latest_index: str | None = None


OURS = Tables("events", "key", "orders", "orders_status")
PEERS = Tables("event", "id", "market_order")


@dataclass(frozen=True)
class Sink:
    """A database by its address for libpq, or the file of an SQLite one."""

    target: str | Path
    tables: Tables

    @property
    def exists(self) -> bool:
        """Whether there is something to open: a follower makes the file itself."""
        return not isinstance(self.target, Path) or self.target.exists()

    @contextmanager
    def open(self) -> Iterator[Cursor]:
        """A connection that reads; statements see what is committed then."""
        if isinstance(self.target, Path):
            uri = f"file:{self.target}?mode=ro"
            with contextlib.closing(sqlite3.connect(uri, uri=True, isolation_level=None)) as connection:
                yield connection
        else:
            with psycopg.connect(self.target, autocommit=True) as connection:
                yield connection

    def has(self, connection: Cursor, key: int) -> bool:
        """Whether the event with this key has its row. False as long as there is no such table."""
        statement = f"SELECT 1 FROM {self.tables.events} WHERE {self.tables.key} = {key}"
        try:
            return bool(connection.execute(statement).fetchall())
        except (psycopg.errors.UndefinedTable, sqlite3.OperationalError):
            return False

    def orders(self, connection: Cursor) -> dict[str, int]:
        """How many orders there are in each status, by its number."""
        statement = f"SELECT status, count(*) FROM {self.tables.orders} GROUP BY status ORDER BY status"
        return {str(int(status)): int(number) for status, number in connection.execute(statement).fetchall()}

    def indexed(self, connection: Cursor) -> bool:
        """Whether every index is made."""
        name = self.tables.latest_index
        if name is None:
            return True
        known = "sqlite_master WHERE name" if isinstance(self.target, Path) else "pg_indexes WHERE indexname"
        return bool(connection.execute(f"SELECT 1 FROM {known} = '{name}'").fetchall())

    def events(self, connection: Cursor) -> int:
        """How many events have a row."""
        return int(connection.execute(f"SELECT count(*) FROM {self.tables.events}").fetchall()[0][0])
