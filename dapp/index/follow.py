"""The follower: brings the index to the chain's head and keeps it there, whatever the nodes do."""

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from dapp.chain.records import DeploymentRecord
from dapp.index.apart import FetcherEnded
from dapp.index.apply import Applier
from dapp.index.catch_up import CatchUp
from dapp.index.decode import EventBook
from dapp.index.failures import ForeignHistory, IndexFailure, RpcFailed, RpcLied
from dapp.index.heads import HeadListener, websocket_url_of
from dapp.index.reading import LogReader
from dapp.index.rpc import Header, Node, Nodes
from dapp.index.status import FollowerStatus
from dapp.index.store import Store

_LOG = logging.getLogger(__name__)
BLOCKS_PER_COMMIT = 64
FIRST_WAIT_SECONDS, LONGEST_WAIT_SECONDS = 0.25, 15.0
PATIENCE = 3
"""How often a node must tell an older head before it counts as the chain's, and how often events may not fit
before the index is rebuilt."""


class Follower:
    """Follows one deployment into one database, in a thread of its own or (`follow_to_head`) the caller's."""

    def __init__(
        self,
        engine: Engine,
        record: DeploymentRecord,
        rpc_urls: Sequence[str],
        *,
        confirmations: int = 12,
        websocket_url: str | None = None,
        poll_seconds: float = 1.0,
        on_commit: Callable[[int], None] | None = None,
    ) -> None:
        book = EventBook(record)
        self._reader, self._applier = LogReader(book), Applier(book)
        self._store = Store(engine, record, book)
        self._catch_up = CatchUp(self._store, self._applier, self._reader, record)
        self._nodes = Nodes(rpc_urls)
        self._confirmations, self._poll_seconds = confirmations, poll_seconds
        self._websocket_url = websocket_url or websocket_url_of(rpc_urls[0])
        self._on_commit = on_commit or (lambda _number: None)
        self._status = FollowerStatus(rpc_url=self._nodes.current.name)
        self._opened = False
        self._older_heads = self._misfits = 0
        self._stopping, self._wake = threading.Event(), threading.Event()
        self._heads: HeadListener | None = None
        self._thread: threading.Thread | None = None

    @property
    def status(self) -> FollowerStatus:
        """How it fares now."""
        errors = tuple((node.name, node.errors) for node in self._nodes.all)
        listening = self._heads is not None and self._heads.connected
        return replace(self._status, rpc_errors=errors, websocket=listening)

    # -- running ----------------------------------------------------------------------------------

    def start(self) -> None:
        """Follow in a thread until `stop`."""
        self._heads = HeadListener(self._websocket_url, self._wake)
        self._heads.start()
        self._thread = threading.Thread(target=self._run, name="index-follow", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop, and wait for the transaction at hand to end."""
        self._stopping.set()
        self._wake.set()
        if self._heads is not None:
            self._heads.stop()
        if self._thread is not None:
            self._thread.join()
        self._nodes.close()
        self._tell(state="stopped")

    def prepare(self) -> None:
        """Start already what a long way to the head needs, to load while the caller opens the database."""
        self._catch_up.prepare()

    def follow_to_head(self) -> int:
        """Index up to the chain's head once; gives its number. Raises IndexFailure, RpcFailed too."""
        reached = False
        try:
            while not reached:
                try:
                    reached = self._advance(None)
                except FetcherEnded as error:
                    _LOG.warning("index: %s", error)
                    self._opened = False
                    self._catch_up.go_alone()
        except BaseException:
            self._opened = False  # what is in memory may be ahead of what was written
            raise
        finally:
            self._catch_up.close()
        return self._store.cursor.number if self._store.cursor else 0

    def rebuild(self) -> None:
        """Drop every row that comes from the chain; what follows indexes all of it again."""
        self._open()
        self._rebuild("it was asked for")

    def _run(self) -> None:
        try:
            self._follow()
        finally:
            self._nodes.close()

    def _follow(self) -> None:
        wait = FIRST_WAIT_SECONDS
        while not self._stopping.is_set():
            try:
                header = self._heads.take() if self._heads else None
                if self._advance(header):
                    self._tell(state="following", last_error=None)
                    wait = FIRST_WAIT_SECONDS
                    self._wait()
            except (IndexFailure, SQLAlchemyError) as error:
                self._note(error)
                self._stopping.wait(wait)
                wait = min(2 * wait, LONGEST_WAIT_SECONDS)

    def _wait(self) -> None:
        listening = self._heads is not None and self._heads.connected
        # With a websocket, polling only makes up for what it didn't tell.
        self._wake.wait(self._poll_seconds * (5 if listening else 1))
        self._wake.clear()

    def _note(self, error: Exception) -> None:
        _LOG.warning("index: %s", error)
        self._opened = False
        if isinstance(error, FetcherEnded):
            self._catch_up.go_alone()
        if isinstance(error, RpcFailed | ForeignHistory):
            self._nodes.fail()
        self._misfits = self._misfits + 1 if isinstance(error, ForeignHistory) else 0
        if self._misfits >= PATIENCE * len(self._nodes.all):
            # Something is missing in what is indexed: no node's next events will fit.
            self._misfits = 0
            self._rebuild("events don't fit what is indexed")
        self._tell(state="failing", last_error=str(error), rpc_url=self._nodes.current.name)

    # -- one step ---------------------------------------------------------------------------------

    def _advance(self, newest: Header | None) -> bool:
        """Index what there is; `newest`: the head as a websocket told it. Tells if the head is reached."""
        self._open()
        node = self._nodes.current
        head = newest or node.header("latest")
        if head is None:
            raise RpcLied(f"{node.name} has no latest block.")
        self._tell(chain_head=head.number)
        if not self._is_descendant(node, head):
            return False
        final = head.number - self._confirmations
        first = self._store.cursor.number + 1 if self._store.cursor else self._store.first_block
        if first <= final:
            self._tell(state="catching up")
            self._catch_up.run(node, first, final, self._stopping, self._committed)
            return False
        if first <= head.number:
            return self._fetch_recent(node, first, head)
        return True

    def _open(self) -> None:
        if not self._opened:
            self._store.open()
            self._opened = True
            cursor = self._store.cursor
            self._tell(indexed=cursor.number if cursor else None)

    def _fetch_recent(self, node: Node, first: int, head: Header) -> bool:
        """Blocks that may still change: one by one, by their hash. Gives whether the head is reached."""
        self._store.finish_indexes()
        last = min(head.number, first + BLOCKS_PER_COMMIT - 1)
        numbers = list(range(first, last + 1))
        headers = [head] if numbers == [head.number] else node.headers(numbers)
        parent = self._store.cursor.hash if self._store.cursor else headers[0].parent
        with self._store.applying(journal=True):
            for header in headers:
                if header.parent != parent:
                    raise RpcLied(f"Block {header.number} doesn't lie on block {header.number - 1}.")
                parent = header.hash
                logs = node.block_logs(self._reader.addresses, header.hash)
                if any(log.block_hash != logs[0].block_hash for log in logs) or (
                    logs and bytes.fromhex(logs[0].block_hash[2:]) != header.hash
                ):
                    raise RpcLied(f"Logs of another block than {header.number} came.")
                blocks = self._reader.read(logs, {header.number: header.timestamp})
                self._applier.apply(self._store.state, blocks)
                self._store.end_block(header)
            self._store.commit(headers[-1], head.number - self._confirmations)
        self._committed(last)
        return last == head.number

    def _committed(self, number: int) -> None:
        self._misfits = self._older_heads = 0
        self._tell(indexed=number)
        self._on_commit(number)

    # -- reorganisations --------------------------------------------------------------------------

    def _is_descendant(self, node: Node, head: Header) -> bool:
        """Whether the chain up to `head` contains the last indexed block; goes back to where it does."""
        cursor = self._store.cursor
        if cursor is None or (head.number, head.hash) == (cursor.number, cursor.hash):
            return True
        if head.number == cursor.number + 1 and head.parent == cursor.hash:
            return True
        if head.number > cursor.number:
            there = node.header(cursor.number)
            if there is None:
                raise RpcLied(f"{node.name} has block {head.number}, but not {cursor.number}.")
            if there.hash == cursor.hash:
                return True
        elif dict(self._store.window()).get(head.number) == head.hash:
            # Perhaps the node is only late: then its head grows, or another node's is newer.
            self._older_heads += 1
            if self._older_heads < PATIENCE:
                raise RpcLied(f"{node.name} is at block {head.number}, block {cursor.number} is indexed.")
        self._go_back(node, head)
        return False

    def _go_back(self, node: Node, head: Header) -> None:
        self._older_heads = 0
        for number, indexed_hash in self._store.window():
            if number <= head.number:
                there = node.header(number)
                if there is not None and there.hash == indexed_hash:
                    _LOG.info("index: going back to block %d", number)
                    self._store.roll_back(number)
                    self._tell(indexed=number, reorgs=self._status.reorgs + 1)
                    self._on_commit(number)
                    return
        self._rebuild("the chain changed deeper than its confirmations")

    def _rebuild(self, reason: str) -> None:
        _LOG.warning("index: starting again, because %s", reason)
        self._store.rebuild()
        self._tell(indexed=None, rebuilds=self._status.rebuilds + 1)

    def _tell(self, **news: object) -> None:
        self._status = replace(self._status, **news)  # type: ignore[arg-type]
