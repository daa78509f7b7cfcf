"""What this server holds that isn't on the chain: who signed in from where, and what reviewers decided.

It is no part of the index: it can't be rebuilt from the chain, and dropping the index leaves it. In
PostgreSQL it stands beside the index's tables, else in a file of its own.
"""

import contextlib
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final, Self

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
    event,
    func,
    select,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite

from dapp.index.database import WRITES, connect
from dapp.settings import Settings

_MAKING: Final = 0x48414E5345  # names the lock under which the tables are made

metadata = MetaData()
sign_ins = Table(
    "sign_ins",
    metadata,
    Column("account", LargeBinary(20), primary_key=True),
    Column("device", LargeBinary(32), primary_key=True),
    Column("first_at", BigInteger, nullable=False),
    Column("last_at", BigInteger, nullable=False),
)
salts = Table(
    "sign_in_salt",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("salt", LargeBinary(32), nullable=False),
)
decisions = Table(
    "risk_decisions",
    metadata,
    Column("merchant", LargeBinary(20), primary_key=True),
    Column("decided_at", BigInteger, primary_key=True),
    Column("reviewer", LargeBinary(20), nullable=False),
    Column("permille", SmallInteger, nullable=False),
    Column("note", Text, nullable=False),
)


class PrivateStore:
    """The tables of one market. Safe to share between threads and processes. Times are Unix seconds."""

    def __init__(self, database_url: str) -> None:
        """Raises DatabaseFailed for an address that is none; the database is opened when first needed."""
        self._engine = connect(database_url)
        if self._engine.dialect.name == "sqlite":
            event.listen(self._engine, "connect", _prepare_sqlite)
        self._ready = False
        self._lock = threading.Lock()

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """That of the settings."""
        shared = settings.database_url.startswith("postgres")
        return cls(settings.database_url if shared else f"sqlite:///{settings.data / 'private.sqlite'}")

    def close(self) -> None:
        """Close the database's connections."""
        self._engine.dispose()

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        self._prepare()
        with self._engine.connect() as connection:
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        """What is written here is on the disk: unlike the index, no chain can give it back."""
        self._prepare()
        with self._engine.connect().execution_options(**{WRITES: True}) as connection, connection.begin():
            if connection.dialect.name == "postgresql":
                connection.execute(text("SET LOCAL synchronous_commit = on"))
            yield connection

    @contextmanager
    def _erasing(self) -> Iterator[Connection]:
        """Writing, after which what was deleted isn't in SQLite's log of writes either.

        A reader at work just then leaves that to the log's next checkpoint. In PostgreSQL its vacuum does it.
        """
        with self._writing() as connection:
            yield connection
        if self._engine.dialect.name == "sqlite":
            with contextlib.closing(self._engine.raw_connection()) as connection:
                connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def _insert(self, table: Table) -> Any:
        """An INSERT that can say what to do if the row is there."""
        return (postgresql if self._engine.dialect.name == "postgresql" else sqlite).insert(table)

    def _prepare(self) -> None:
        """Make the tables and the salt, unless they are there."""
        with self._lock:
            if self._ready:
                return
            with self._engine.connect().execution_options(**{WRITES: True}) as connection, connection.begin():
                if connection.dialect.name == "postgresql":  # two at once would both make the tables
                    connection.execute(select(func.pg_advisory_xact_lock(_MAKING)))
                metadata.create_all(connection)
                salt = self._insert(salts).values(id=1, salt=secrets.token_bytes(32))
                connection.execute(salt.on_conflict_do_nothing())
            self._ready = True


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA secure_delete = ON")  # what is deleted is overwritten
