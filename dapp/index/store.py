"""Writes what a range of blocks changed, and undoes blocks: rows and cursor always in one transaction."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from sqlalchemy import Connection, Engine, delete, func, insert, select, update

from dapp.chain.records import DeploymentRecord
from dapp.index import court_schema, schema
from dapp.index.database import WRITES
from dapp.index.decode import EventBook
from dapp.index.failures import IndexFailure
from dapp.index.kinds import BLOCK_SHIFT
from dapp.index.market_state import POSITION_SHIFT, MarketState
from dapp.index.rpc import Header
from dapp.index.secondary import drop_indexes, make_indexes, make_indexes_together
from dapp.index.writing import Change, Row, Writer

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


class Moved(IndexFailure):
    """Another follower wrote to the database."""


@dataclass(frozen=True)
class _Batch:
    """What a range of blocks changed, to be written in one transaction. `before`: where the index stood."""

    changes: list[Change]
    journalled: list[Row]
    window: list[Row]
    before: Cursor | None
    after: Cursor
    final: int


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
        self._journal, self._blocks = (
            Writer(schema.journal, engine.dialect),
            Writer(schema.window, engine.dialect),
        )
        self._journalled: list[Row] = []
        self._window: list[Row] = []
        self._thread: ThreadPoolExecutor | None = None
        self._under_way: Future[None] | None = None
        self._bare = False

    @contextmanager
    def applying(self, *, journal: bool) -> Iterator[None]:
        """For events to be applied and committed; if that fails, nothing in memory outlives it."""
        with self._forgetting(), ExitStack() as stack:
            opened: list[Connection] = []

            def reader() -> Connection:
                self.settle()
                if not opened:
                    self.finish_indexes()
                    opened.append(stack.enter_context(self.engine.connect()))
                return opened[0]

            self.state.begin(reader, journal=journal)
            yield

    @contextmanager
    def writing_behind(self) -> Iterator[None]:
        """Commits are written in a thread meanwhile, one after the other."""
        with self._forgetting(), ThreadPoolExecutor(1, thread_name_prefix="index-write") as self._thread:
            try:
                yield
                self.settle()
            finally:
                self._thread = self._under_way = None

    def settle(self) -> None:
        """Wait until everything that was committed is written. Raises what went wrong with it."""
        under_way, self._under_way = self._under_way, None
        if under_way is not None:
            under_way.result()

    @property
    def is_writing(self) -> bool:
        """Whether a commit is still being written."""
        return self._under_way is not None and not self._under_way.done()

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        """A transaction."""
        with (
            self.engine.connect().execution_options(**{WRITES: True}) as connection,
            connection.begin(),
        ):
            yield connection

    @contextmanager
    def _forgetting(self) -> Iterator[None]:
        try:
            yield
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
        self.forget()
        with self._writing() as connection:
            row = connection.execute(select(schema.cursor)).first()
            fits = row is None or row.deployment == self.deployment
            if row is None or not fits:
                self._empty(connection)
                self.cursor = None
            else:
                self.cursor = Cursor(row.number, bytes(row.hash), row.timestamp)
                # A first run that was cut short made none, and what it wrote must be found by its ids.
                make_indexes(connection)
                self._bare = False
            self._preload(connection)
        return fits

    def rebuild(self) -> None:
        """Drop every row, to start again from the first block."""
        self.forget()
        with self._writing() as connection:
            self._empty(connection)
            self.cursor = None
            self._preload(connection)

    def _preload(self, connection: Connection) -> None:
        self.state.begin(lambda: connection, journal=False)
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
        self._bare = True

    def finish_indexes(self) -> None:
        """Have all indexes from now on; what is written gets dearer."""
        if self._bare:
            make_indexes_together(self.engine)
            self._bare = False

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

    def commit(self, header: Header, final: int) -> None:
        """Write everything up to a block, and drop what the journal has of blocks up to `final`."""
        after = Cursor(header.number, header.hash, header.timestamp)
        changes = self.state.take()
        batch = _Batch(changes, self._journalled, self._window, self.cursor, after, final)
        self._journalled, self._window = [], []
        self.settle()
        self.cursor = after
        if self._thread is None:
            self._write(batch)
        else:
            self._under_way = self._thread.submit(self._write, batch)

    def _write(self, batch: _Batch) -> None:
        with self._writing() as connection:
            self._move(connection, batch.before, batch.after)
            for change in batch.changes:
                change.write(connection)
            self._journal.add(connection, batch.journalled)
            if batch.window:
                self._blocks.add(connection, batch.window)
            else:  # final blocks: the last one is where the window begins
                last = batch.after
                connection.execute(delete(schema.window))
                self._blocks.add(connection, [(last.number, last.hash, last.timestamp)])
            connection.execute(delete(schema.journal).where(schema.journal.c.block <= batch.final))
            connection.execute(delete(schema.window).where(schema.window.c.number < batch.final))

    def _move(self, connection: Connection, before: Cursor | None, after: Cursor) -> None:
        """Move the cursor, if it still is where this follower left it. Raises Moved."""
        values = {"number": after.number, "hash": after.hash, "timestamp": after.timestamp}
        if before is None:
            connection.execute(insert(schema.cursor), {"id": 1, "deployment": self.deployment, **values})
            return
        here = (schema.cursor.c.number == before.number, schema.cursor.c.hash == before.hash)
        if not connection.execute(update(schema.cursor).where(*here).values(values)).rowcount:
            raise Moved("Another follower writes to this index.")

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
        with self._writing() as connection:
            self._undo(connection, number)
            here = connection.execute(select(schema.window).where(schema.window.c.number == number)).one()
            cursor = Cursor(here.number, bytes(here.hash), here.timestamp)
            self._move(connection, self.cursor, cursor)
            self.cursor = cursor
            self._preload(connection)

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
