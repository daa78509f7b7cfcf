"""Current state in memory while a range of blocks is applied, written when it is committed.

A table remembers which records were created or changed. While it keeps a journal it also remembers, per
block, what each of them was before.
"""

from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

import msgspec
from sqlalchemy import ColumnElement, Connection, Dialect, Table, delete, insert, select, update

from dapp.index.writing import Change, Writer, row_getter, row_reader

R = TypeVar("R")
Key = Any
Reader = Callable[[], Connection]
"""Gives a connection that sees everything that was handed over to be written."""

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
        self.writer = Writer(table, dialect, changing)
        self.whole, self.changed = row_getter(table, names), row_getter(table, [*changing, *self.keys])
        self.read = row_reader(table)
        self.cache: dict[Key, R] = {}
        self.created: dict[Key, R] = {}
        self.touched: dict[Key, R] = {}
        self.images: dict[Key, bytes | None] | None = None
        self.complete = False

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
        row = self.reader().execute(select(*self.table.columns).where(*self._here(key))).first()
        if row is None:
            return None
        record = self.cache[key] = self.make(*row)
        return record

    # -- the database -----------------------------------------------------------------------------

    def begin(self, reader: Reader, *, journal: bool) -> None:
        """Read from what this gives from now on; `journal`: remember what blocks change."""
        self.reader = reader
        self.images = {} if journal else None

    def preload(self) -> None:
        """Read a small table whole, so that what isn't in memory isn't there at all."""
        rows = self.reader().execute(select(*self.table.columns).limit(PRELOADED + 1)).all()
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

    def take(self) -> Change:
        """What changed since the last time, to be written."""
        created, touched = self.created, self.touched
        self.created, self.touched = {}, {}
        added = [self.whole(record) for record in created.values()]
        updated = [self.changed(record) for key, record in touched.items() if key not in created]
        if len(self.cache) > MAX_CACHED:
            self.cache, self.complete = {}, False
        return Change(self.writer, added, updated)

    def forget(self) -> None:
        """Drop everything that isn't in the database."""
        self.cache, self.created, self.touched = {}, {}, {}
        self.complete = False

    def restore(self, connection: Connection, key: bytes, before: bytes | None) -> None:
        """Put a row back to what the journal says it was."""
        here = self._here(decode(key))
        if before is None:
            connection.execute(delete(self.table).where(*here))
            return
        row = dict(zip(self.table.columns.keys(), self.read(decode(before)), strict=True))
        done = connection.execute(update(self.table).where(*here).values(row))
        if not done.rowcount:
            connection.execute(insert(self.table).values(row))

    def _here(self, key: Any) -> list[ColumnElement[bool]]:
        values = key if isinstance(key, tuple | list) else (key,)
        return [self.table.columns[name] == value for name, value in zip(self.keys, values, strict=True)]


def encode(value: Any) -> bytes:
    """Keys and rows as the journal keeps them."""
    return _ENCODER.encode(value)


def decode(data: bytes) -> Any:
    """What `encode` was given, with lists for tuples."""
    return msgspec.msgpack.decode(bytes(data))


_ENCODER = msgspec.msgpack.Encoder()
