"""The database: SQLite in a file or PostgreSQL, opened and brought up to date."""

import logging
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from dapp.index import court_schema
from dapp.index.failures import DatabaseFailed

_MIGRATIONS = Path(__file__).with_name("migrations")
WRITES = "hanse_writes"
_VERSIONS = "index_version"
_LOG = logging.getLogger(__name__)
NEWEST = "0002"
"""The schema's version that this code needs; a test holds it to the migrations."""
_KNOWN = frozenset({NEWEST})


def open_database(database_url: str) -> Engine:
    """An engine on an index whose schema is the newest. Raises DatabaseFailed."""
    engine = connect(database_url)
    bring_up_to_date(engine)
    return engine


def bring_up_to_date(engine: Engine) -> None:
    """Have the newest schema. Raises DatabaseFailed."""
    try:
        with engine.connect().execution_options(**{WRITES: True}) as connection:
            migrate(connection)
    except SQLAlchemyError as error:
        engine.dispose()
        raise DatabaseFailed(f"The index's database can't be opened: {_told(error)}") from error


def connect(database_url: str) -> Engine:
    """An engine; PostgreSQL goes through psycopg. Raises DatabaseFailed for other databases."""
    try:
        url = make_url(database_url)
    except ArgumentError as error:
        raise DatabaseFailed("DATABASE_URL isn't a database's address.") from error
    if url.drivername in ("postgres", "postgresql"):
        url = url.set(drivername="postgresql+psycopg")
    if url.drivername == "postgresql+psycopg":
        # What a crash takes of the last moment is in the chain: nobody waits for the disk.
        options = {} if "options" in url.query else {"options": "-c synchronous_commit=off"}
        engine = create_engine(url, pool_size=8, max_overflow=24, pool_pre_ping=True, connect_args=options)
        event.listen(engine, "connect", _prepare_postgres)
        return engine
    if url.get_backend_name() != "sqlite" or not url.database or url.database == ":memory:":
        raise DatabaseFailed(
            "The index lives in an SQLite file (sqlite:///path) or in PostgreSQL (postgresql://…)."
        )
    Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, pool_size=8, max_overflow=24, connect_args={"check_same_thread": False})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def migrate(connection: Connection) -> None:
    """Bring the schema up to date. Tables of a version that nobody knows any more are made anew, empty:
    everything in them comes from the chain, or can be read again.
    """
    there = inspect(connection)
    version = None
    if there.has_table(_VERSIONS):
        version = connection.exec_driver_sql(f"SELECT version_num FROM {_VERSIONS}").scalar()
    if version == NEWEST:
        return
    if version is None and not there.has_table("events"):
        make_tables(connection)
        connection.exec_driver_sql(f"CREATE TABLE {_VERSIONS} (version_num VARCHAR(32) PRIMARY KEY)")
        connection.exec_driver_sql(f"INSERT INTO {_VERSIONS} VALUES ('{NEWEST}')")
        connection.commit()
        return
    from alembic import command  # long to load, and most starts don't need it
    from alembic.config import Config

    if version not in _KNOWN and there.has_table("events"):
        _LOG.warning("index: the database is of an unknown version: its tables are made anew")
        court_schema.metadata.drop_all(connection)
        for name in (_VERSIONS, "document_texts"):
            connection.exec_driver_sql(f"DROP TABLE IF EXISTS {name}")
    configuration = Config()
    configuration.set_main_option("script_location", str(_MIGRATIONS))
    configuration.attributes["connection"] = connection
    command.upgrade(configuration, "head")
    connection.commit()


def make_tables(connection: Connection) -> None:
    """All tables, in a database that has none of them."""
    court_schema.metadata.create_all(connection, checkfirst=False)
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(
            "CREATE VIRTUAL TABLE document_texts USING fts5"
            "(title, title_zh, description, description_zh, tokenize = 'trigram')"
        )


def _prepare_postgres(connection: Any, _record: Any) -> None:
    from psycopg.types.string import BytesBinaryDumper  # there with the driver

    # Else COPY calls a function in Python for each value: the one that the driver has for DB-API's `Binary`.
    connection.adapters.register_dumper(bytes, BytesBinaryDumper)


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # transactions begin where `_begin_sqlite` says
    for pragma in (
        "journal_mode = WAL",
        "synchronous = NORMAL",
        "busy_timeout = 10000",
        "temp_store = MEMORY",
        "cache_size = -32768",
        "wal_autocheckpoint = 8000",
        "mmap_size = 268435456",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    # A transaction that will write must say so: it would fail if another one wrote since it began to read.
    writes = connection.get_execution_options().get(WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _told(error: SQLAlchemyError) -> str:
    return str(getattr(error, "orig", None) or error).splitlines()[0]
