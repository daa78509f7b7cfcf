"""How rows get into a table: COPY on PostgreSQL, one prepared statement on SQLite.

SQL texts and row codecs are made once a table, when first needed; many rows cost one call of the driver.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Dialect,
    Insert,
    Integer,
    SmallInteger,
    Table,
    Text,
    Update,
    bindparam,
    insert,
    update,
)

from dapp.index.amounts import Amount, pack_amount, unpack_amount
from dapp.index.failures import DatabaseFailed

Row = tuple[Any, ...]
_FEW = 8  # rows, for which COPY isn't worth its start
_MANY = 100  # rows to change, for which a table of them is worth making


class Writer:
    """Writes one table. Rows to add have its columns' values in their order, as the driver takes them;
    rows to update those of the `changing` columns, then the primary key's.
    """

    def __init__(self, table: Table, dialect: Dialect, changing: Sequence[str] = ()) -> None:
        self.table, self._dialect, self._changing = table, dialect, changing
        self._changed = [*(table.columns[name] for name in changing), *table.primary_key.columns]

    @cached_property
    def _insert(self) -> str:
        values: dict[str, Any] = {column.name: bindparam(column.name) for column in self.table.columns}
        return _text(insert(self.table).values(values), self._dialect)

    @cached_property
    def _update(self) -> str:
        here = [column == bindparam(f"key_{column.name}") for column in self.table.primary_key.columns]
        values: dict[str, Any] = {name: bindparam(name) for name in self._changing}
        return _text(update(self.table).where(*here).values(values), self._dialect)

    def add(self, connection: Connection, rows: Sequence[Row]) -> None:
        """Insert rows."""
        if connection.dialect.name == "postgresql" and len(rows) > _FEW:
            _copy(connection, self.table.name, list(self.table.columns), rows)
        elif rows:
            connection.exec_driver_sql(self._insert, list(rows))

    def update(self, connection: Connection, rows: Sequence[Row]) -> None:
        """Change rows."""
        if connection.dialect.name == "postgresql" and len(rows) > _MANY:
            self._update_from_copy(connection, rows)
        elif rows:
            connection.exec_driver_sql(self._update, list(rows))

    def _update_from_copy(self, connection: Connection, rows: Sequence[Row]) -> None:
        name, there = self.table.name, f"changed_{self.table.name}"
        values = ", ".join(f'"{column}" = c."{column}"' for column in self._changing)
        here = " AND ".join(f't."{key.name}" = c."{key.name}"' for key in self.table.primary_key.columns)
        connection.exec_driver_sql(
            f'CREATE TEMP TABLE IF NOT EXISTS "{there}" ON COMMIT DELETE ROWS AS '
            f'SELECT {_names(self._changed)} FROM "{name}" WITH NO DATA'
        )
        _copy(connection, there, self._changed, rows)
        connection.exec_driver_sql(f'UPDATE "{name}" t SET {values} FROM "{there}" c WHERE {here}')


@dataclass(frozen=True)
class Change:
    """What is to be written to a table."""

    writer: Writer
    added: list[Row]
    updated: list[Row] = field(default_factory=list)

    def write(self, connection: Connection) -> None:
        """Write it."""
        self.writer.add(connection, self.added)
        self.writer.update(connection, self.updated)


def row_getter(table: Table, names: Sequence[str]) -> Callable[[Any], Row]:
    """A function giving a record's fields as the database takes them. Written out: it runs for every row."""
    fields = [
        f"pack(record.{name})" if _is_amount(table.columns[name]) else f"record.{name}" for name in names
    ]
    return eval(f"lambda record: ({', '.join(fields)},)", {"pack": pack_amount})  # type: ignore[no-any-return]


def row_reader(table: Table) -> Callable[[Sequence[Any]], list[Any]]:
    """A function giving a row's values as a record takes them."""
    amounts = [_is_amount(column) for column in table.columns]

    def read(row: Sequence[Any]) -> list[Any]:
        return [
            unpack_amount(bytes(value))
            if packed
            else bytes(value)
            if isinstance(value, memoryview)
            else value
            for value, packed in zip(row, amounts, strict=True)
        ]

    return read


def _copy(connection: Connection, name: str, columns: Sequence[Column[Any]], rows: Sequence[Row]) -> None:
    """Add rows to a table of PostgreSQL. Raises DatabaseFailed, for SQLAlchemy knows nothing of this."""
    cursor: Any = connection.connection.cursor()
    statement = f'COPY "{name}" ({_names(columns)}) FROM STDIN (FORMAT BINARY)'
    driver: Any = connection.dialect.dbapi
    try:
        with cursor, cursor.copy(statement) as copy:
            copy.set_types([_postgres_type(column) for column in columns])
            for row in rows:
                copy.write_row(row)
    except driver.Error as error:
        raise DatabaseFailed(f"PostgreSQL didn't take the rows of {name}: {error}") from error


def _names(columns: Sequence[Column[Any]]) -> str:
    return ", ".join(f'"{column.name}"' for column in columns)


def _is_amount(column: Column[Any]) -> bool:
    return isinstance(column.type, Amount)


def _postgres_type(column: Column[Any]) -> str:
    named = {SmallInteger: "int2", Integer: "int4", BigInteger: "int8", Text: "text"}
    return named.get(type(column.type), "bytea")


def _text(statement: Insert | Update, dialect: Dialect) -> str:
    """The SQL, with parameters in the order of the statement's."""
    style = "qmark" if dialect.name == "sqlite" else "format"
    return str(statement.compile(dialect=type(dialect)(paramstyle=style)))  # type: ignore[call-arg]
