"""Many rows at once: COPY on PostgreSQL, one prepared statement on SQLite."""

from collections.abc import Sequence

from sqlalchemy import Connection, Dialect, Table

from dapp.index.statements import Row, insert_sql

_FEW = 8


def write_rows(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Insert rows, whose values are in the columns' order and as the driver takes them."""
    if not rows:
        return
    driver = connection.connection.driver_connection
    if connection.dialect.name == "postgresql" and len(rows) > _FEW and driver is not None:
        columns = ", ".join(f'"{column.name}"' for column in table.columns)
        with driver.cursor() as cursor, cursor.copy(f'COPY "{table.name}" ({columns}) FROM STDIN') as copy:
            for row in rows:
                copy.write_row(row)
        return
    connection.exec_driver_sql(_insert(table, connection.dialect.name, connection.dialect), list(rows))


def _insert(table: Table, name: str, dialect: Dialect) -> str:
    key = (table.name, name)
    if key not in _STATEMENTS:
        _STATEMENTS[key] = insert_sql(table, dialect)
    return _STATEMENTS[key]


_STATEMENTS: dict[tuple[str, str], str] = {}
