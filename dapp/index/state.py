"""Current state in memory while a range of blocks is applied, written when it is committed.

A table remembers which records were created or changed. While it keeps a journal it also remembers, per
block, what each of them was before.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Generic, TypeVar

import msgspec
from sqlalchemy import Connection, Dialect, Table, delete, insert, select, update

from dapp.index.statements import Row, insert_sql, row_getter, row_reader, select_sql, update_sql

R = TypeVar("R")
Key = Any

MAX_CACHED = 300_000
PRELOADED = 20_000


class StateTable(Generic[R]):
    """The records of one table by primary key: the column's value, or a tuple of several columns' values."""

    def __init__(
        self,
        table: Table,
        make: Callable[..., R],
        dialect: Dialect,
        changing: Sequence[str] = (),
    ) -> None:
        self.table, self.make = table, make
        self.keys = [column.name for column in table.primary_key.columns]
        names = [column.name for column in table.columns]
        changing = changing or [name for name in names if name not in self.keys]
        self.insert, self.update = insert_sql(table, dialect), update_sql(table, changing, dialect)
        self.select = select_sql(table, dialect)
        self.whole, self.changed = row_getter(table, names), row_getter(table, [*changing, *self.keys])
        self.read = row_reader(table)
        self.cache: dict[Key, R] = {}
        self.created: dict[Key, R] = {}
        self.touched: dict[Key, R] = {}
        self.images: dict[Key, bytes | None] | None = None
        self.complete = False
        self.connection: Connection | None = None

    # -- records ----------------------------------------------------------------------------------

    def find(self, key: Key) -> R | None:
        """The record, to be read."""
        record = self.cache.get(key)
        return record if record is not None or self.complete else self.load(key)

    def edit(self, key: Key) -> R | None:
        """The record, to be changed."""
        record = self.cache.get(key)
        if record is not None and self.images is None:
            self.touched[key] = record
            return record
        if record is None and (self.complete or (record := self.load(key)) is None):
            return None
        if self.images is not None and key not in self.images:
            self.images[key] = encode(self.whole(record))
        self.touched[key] = record
        return record

    def add(self, key: Key, record: R) -> R:
        """A record that isn't there yet."""
        self.cache[key] = self.created[key] = record
        if self.images is not None:
            self.images.setdefault(key, None)
        return record

    def load(self, key: Key) -> R | None:
        """The record from the database."""
        assert self.connection is not None
        parameters = key if isinstance(key, tuple) else (key,)
        row = self.connection.exec_driver_sql(self.select, parameters).first()
        if row is None:
            return None
        record = self.cache[key] = self.make(*self.read(row))
        return record

    # -- the database -----------------------------------------------------------------------------

    def begin(self, connection: Connection, *, journal: bool) -> None:
        """Read from this connection from now on; `journal`: remember what blocks change."""
        self.connection = connection
        self.images = {} if journal else None

    def preload(self) -> None:
        """Read a small table whole, so that what isn't in memory isn't there at all."""
        assert self.connection is not None
        rows = self.connection.execute(select(*self.table.columns).limit(PRELOADED + 1)).all()
        if len(rows) > PRELOADED:
            return
        for row in rows:
            record = self.make(*row)
            self.cache[self.key_of(record)] = record
        self.complete = True

    def key_of(self, record: R) -> Key:
        """A record's key."""
        values = tuple(getattr(record, name) for name in self.keys)
        return values if len(values) > 1 else values[0]

    def take_images(self) -> list[tuple[bytes, bytes | None]]:
        """What the block changed, as (key, row before): None where there was none."""
        images, self.images = self.images or {}, {}
        return [(encode(key), before) for key, before in images.items()]

    def changes(self) -> tuple[list[Row], list[Row]]:
        """Rows to be inserted and rows to be updated, since the last call."""
        created, touched = self.created, self.touched
        inserted = [self.whole(record) for record in created.values()]
        updated = [self.changed(record) for key, record in touched.items() if key not in created]
        self.created, self.touched = {}, {}
        if len(self.cache) > MAX_CACHED:
            self.cache, self.complete = {}, False
        return inserted, updated

    def forget(self) -> None:
        """Drop everything that isn't in the database."""
        self.cache, self.created, self.touched = {}, {}, {}
        self.complete = False

    def restore(self, connection: Connection, key: bytes, before: bytes | None) -> None:
        """Put a row back to what the journal says it was."""
        values = decode(key)
        values = values if isinstance(values, list) else [values]
        here = [self.table.columns[name] == value for name, value in zip(self.keys, values, strict=True)]
        if before is None:
            connection.execute(delete(self.table).where(*here))
            return
        row = dict(zip(self.table.columns.keys(), self.read(decode(before)), strict=True))
        done = connection.execute(update(self.table).where(*here).values(row))
        if not done.rowcount:
            connection.execute(insert(self.table).values(row))


def encode(value: Any) -> bytes:
    """Keys and rows as the journal keeps them."""
    return _ENCODER.encode(value)


def decode(data: bytes) -> Any:
    """What `encode` was given, with lists for tuples."""
    return msgspec.msgpack.decode(bytes(data))


def forget_all(tables: Iterable[StateTable[Any]]) -> None:
    """Drop what no commit wrote."""
    for table in tables:
        table.forget()


_ENCODER = msgspec.msgpack.Encoder()
