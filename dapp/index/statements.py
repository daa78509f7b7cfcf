"""SQL texts and row codecs made once per table, so that many rows cost one driver call."""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Column, Dialect, Table, bindparam, insert, select, update

from dapp.index.amounts import Amount, pack_amount, unpack_amount

Row = tuple[Any, ...]


def insert_sql(table: Table, dialect: Dialect) -> str:
    """INSERT of all columns, in their order."""
    statement = insert(table).values({column.name: bindparam(column.name) for column in table.columns})
    return str(statement.compile(dialect=_positional(dialect)))


def update_sql(table: Table, changing: Sequence[str], dialect: Dialect) -> str:
    """UPDATE of the `changing` columns by primary key: parameters in this order, the key's last."""
    conditions = [column == bindparam(f"key_{column.name}") for column in table.primary_key.columns]
    statement = update(table).where(*conditions).values({name: bindparam(name) for name in changing})
    return str(statement.compile(dialect=_positional(dialect), column_keys=list(changing)))


def select_sql(table: Table, dialect: Dialect) -> str:
    """SELECT of all columns by primary key."""
    conditions = [column == bindparam(column.name) for column in table.primary_key.columns]
    return str(select(table).where(*conditions).compile(dialect=_positional(dialect)))


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


def _is_amount(column: Column[Any]) -> bool:
    return isinstance(column.type, Amount)


def _positional(dialect: Dialect) -> Dialect:
    style = "qmark" if dialect.name == "sqlite" else "format"
    return type(dialect)(paramstyle=style)  # type: ignore[call-arg]
