"""Writes what a range of blocks changed, and undoes blocks: rows and cursor always in one transaction."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Connection, Engine, delete, func, insert, select, update

from dapp.chain.records import DeploymentRecord
from dapp.index import court_schema, schema
from dapp.index.bulk import write_rows
from dapp.index.database import WRITES
from dapp.index.decode import EventBook
from dapp.index.failures import ForeignHistory
from dapp.index.market_state import POSITION_SHIFT, MarketState
from dapp.index.rows import BLOCK_SHIFT
from dapp.index.rpc import Header
from dapp.index.secondary import drop_indexes, make_indexes
from dapp.index.statements import Row

# Not derived from the chain alone, or told by the schema.
KEPT = {court_schema.documents.name}
_BY_POSITION = (schema.entries, schema.credit_changes, schema.event_accounts)
_BY_KEY = (
    schema.events, schema.attestations, schema.evidence, schema.listing_versions, court_schema.point_moves,
)  # fmt: skip


@dataclass(frozen=True)
class Cursor:
    """The last block whose events are indexed."""

    number: int
    hash: bytes
    timestamp: int


class Moved(ForeignHistory):
    """Another follower wrote to the database."""


class Store:
    """The write side. Only the follower's thread uses it."""

    def __init__(self, engine: Engine, record: DeploymentRecord, book: EventBook) -> None:
        self.engine = engine
        self.deployment = book.fingerprint
        self.first_block = record.first_block
        self._book = book
        self.state = MarketState(
            engine.dialect, bytes.fromhex(record["Market"].address[2:]), record.credit_table
        )
        self.cursor: Cursor | None = None
        self._journalled: list[Row] = []
        self._window: list[Row] = []

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction; if it fails, nothing in memory outlives it either."""
        try:
            writer = self.engine.connect().execution_options(**{WRITES: True})
            with writer as connection, connection.begin():
                yield connection
        except BaseException:
            self.forget()
            raise

    def forget(self) -> None:
        """Drop what no commit wrote."""
        self.state.forget()
        self._journalled, self._window = [], []

    # -- start ------------------------------------------------------------------------------------

    def open(self) -> bool:
        """Go on where the database stands. An index of another deployment is emptied: False then."""
        with self.writing() as connection:
            row = connection.execute(select(schema.cursor)).first()
            fits = row is None or row.deployment == self.deployment
            if row is None or not fits:
                self._empty(connection)
                self.cursor = None
            else:
                self.cursor = Cursor(row.number, bytes(row.hash), row.timestamp)
                # A first run that was cut short made none, and what it wrote must be found by its ids.
                make_indexes(connection)
            self.state.begin(connection, journal=False)
            self.state.preload()
        return fits

    def rebuild(self) -> None:
        """Drop every row, to start again from the first block."""
        self.forget()
        with self.writing() as connection:
            self._empty(connection)
            self.cursor = None
            self.state.begin(connection, journal=False)
            self.state.preload()

    def _empty(self, connection: Connection) -> None:
        for table in reversed(schema.metadata.sorted_tables):
            if table.name not in KEPT:
                connection.execute(delete(table))
        known = [
            {"id": event.signature, "contract": event.contract, "name": event.name}
            for event in self._book.by_signature.values()
        ]
        connection.execute(insert(schema.signatures), known)
        drop_indexes(connection)

    def finish_indexes(self) -> None:
        """Have all indexes from now on; what is written gets dearer."""
        with self.writing() as connection:
            make_indexes(connection)

    # -- forwards ---------------------------------------------------------------------------------

    def end_block(self, header: Header) -> None:
        """Note the end of a block inside the finality window, with what it replaced."""
        number = 0
        for name, table in self.state.tables.items():
            for key, before in table.take_images():
                self._journalled.append(
                    (header.number << BLOCK_SHIFT | number, header.number, name, key, before)
                )
                number += 1
        self._window.append((header.number, header.hash, header.timestamp))

    def commit(self, connection: Connection, header: Header, final: int) -> None:
        """Write everything up to a block, and drop what the journal has of blocks up to `final`."""
        for table, rows in self.state.facts():
            write_rows(connection, table, rows)
        self.state.clear_facts()
        for state_table in self.state.tables.values():
            created, changed = state_table.changes()
            write_rows(connection, state_table.table, created)
            if changed:
                connection.exec_driver_sql(state_table.update, changed)
        write_rows(connection, schema.journal, self._journalled)
        if not self._window:  # final blocks: the last one is where the window begins
            connection.execute(delete(schema.window))
            self._window.append((header.number, header.hash, header.timestamp))
        write_rows(connection, schema.window, self._window)
        self._journalled, self._window = [], []
        connection.execute(delete(schema.journal).where(schema.journal.c.block <= final))
        connection.execute(delete(schema.window).where(schema.window.c.number < final))
        self._move(connection, Cursor(header.number, header.hash, header.timestamp))

    def _move(self, connection: Connection, to: Cursor) -> None:
        values = {"number": to.number, "hash": to.hash, "timestamp": to.timestamp}
        if self.cursor is None:
            connection.execute(insert(schema.cursor), {"id": 1, "deployment": self.deployment, **values})
        else:
            here = (schema.cursor.c.number == self.cursor.number, schema.cursor.c.hash == self.cursor.hash)
            if not connection.execute(update(schema.cursor).where(*here).values(values)).rowcount:
                raise Moved("Another follower writes to this index.")
        self.cursor = to

    # -- backwards --------------------------------------------------------------------------------

    def window(self) -> list[tuple[int, bytes]]:
        """The blocks that can be gone back to, newest first."""
        with self.engine.connect() as connection:
            query = select(schema.window.c.number, schema.window.c.hash).order_by(
                schema.window.c.number.desc()
            )
            return [(number, bytes(hash_)) for number, hash_ in connection.execute(query)]

    def roll_back(self, number: int) -> None:
        """Undo every block after `number`, which is one of the window's."""
        self.forget()
        with self.writing() as connection:
            self._undo(connection, number)
            here = connection.execute(select(schema.window).where(schema.window.c.number == number)).one()
            self._move(connection, Cursor(here.number, bytes(here.hash), here.timestamp))
            self.state.begin(connection, journal=False)
            self.state.preload()

    def _undo(self, connection: Connection, number: int) -> None:
        journal, first = schema.journal, (number + 1) << BLOCK_SHIFT
        newest_first = select(journal).where(journal.c.block > number).order_by(journal.c.id.desc())
        for entry in connection.execute(newest_first).all():
            self.state.tables[entry.name].restore(connection, entry.row, entry.before)
        connection.execute(delete(journal).where(journal.c.block > number))
        for table in _BY_KEY:
            connection.execute(delete(table).where(table.c.key >= first))
        for table in _BY_POSITION:
            connection.execute(delete(table).where(table.c.position >= first << POSITION_SHIFT))
        connection.execute(delete(schema.blocks).where(schema.blocks.c.number > number))
        connection.execute(delete(schema.window).where(schema.window.c.number > number))


def count_events(engine: Engine) -> int:
    """How many events are indexed."""
    with engine.connect() as connection:
        return int(
            connection.execute(select(func.coalesce(func.sum(schema.blocks.c.events), 0))).scalar_one()
        )
