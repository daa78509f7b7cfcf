"""The long way to the chain's head: blocks so deep that they won't change, in ranges, without a journal."""

import gc
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from dapp.chain.records import DeploymentRecord
from dapp.index.apart import FetcherEnded, SeparateFetcher
from dapp.index.apply import Applier
from dapp.index.failures import RpcLied
from dapp.index.fetch import Chunk, RangeFetcher, RangeSize
from dapp.index.reading import LogReader
from dapp.index.rpc import Header, Node
from dapp.index.store import Store

EVENTS_PER_COMMIT, SECONDS_PER_COMMIT = 50_000, 20.0
EVENTS_WORTH_A_COMMIT = 35_000  # if nothing else is being written
APART_FROM = 500  # blocks


class CatchUp:
    """Brings a store up to a block that is final. Many blocks are fetched and read by another process."""

    def __init__(self, store: Store, applier: Applier, reader: LogReader, record: DeploymentRecord) -> None:
        self._store, self._applier, self._reader, self._record = store, applier, reader, record
        self._size = RangeSize()
        self._ahead: SeparateFetcher | None = None
        self._alone = False

    def prepare(self) -> None:
        """Start the other process already, to load while the caller opens the database."""
        with suppress(FetcherEnded):  # then it is tried again, and told
            self._ahead = SeparateFetcher(self._record)

    def close(self) -> None:
        """End what `prepare` started, if nothing needed it."""
        if self._ahead is not None:
            self._ahead.close()
            self._ahead = None

    def go_alone(self) -> None:
        """Do without the other process from now on."""
        self._alone = True

    def run(
        self,
        node: Node,
        first: int,
        final: int,
        stopping: threading.Event,
        committed: Callable[[int], None],
    ) -> None:
        """Index the blocks from one to another, until `stopping`; `committed` is told what is written.

        Raises IndexFailure; nothing in memory outlives it.
        """
        store = self._store
        with _no_collection():
            with self._fetcher(node, first, final) as fetcher, store.writing_behind():
                while first <= final and not stopping.is_set():
                    written, enough = store.cursor, time.monotonic() + SECONDS_PER_COMMIT
                    with store.applying(journal=False):
                        while True:
                            chunk = fetcher.next()
                            self._applier.apply(store.state, chunk.blocks)
                            first = chunk.last + 1
                            if first > final or self._is_enough() or time.monotonic() > enough:
                                break
                        store.commit(_header_of(node, chunk), chunk.last)
                    if written is not None:
                        committed(written.number)
            if store.cursor is not None:
                committed(store.cursor.number)
            if first > final:
                store.finish_indexes()

    def _is_enough(self) -> bool:
        """Whether to commit what was applied."""
        events, writing = len(self._store.state.events), self._store.is_writing
        return events >= (EVENTS_PER_COMMIT if writing else min(EVENTS_WORTH_A_COMMIT, EVENTS_PER_COMMIT))

    def _fetcher(self, node: Node, first: int, final: int) -> RangeFetcher | SeparateFetcher:
        """For a few blocks another process isn't worth its start."""
        if self._alone or final - first < APART_FROM:
            return RangeFetcher(node, self._reader, self._size, first, final)
        fetcher, self._ahead = self._ahead or SeparateFetcher(self._record), None
        return fetcher.fetch(node.url, self._size.blocks, first, final)


def _header_of(node: Node, chunk: Chunk) -> Header:
    """The header of a chunk's last block, which its events must be of. Raises RpcLied."""
    header = node.header(chunk.last)
    if header is None:
        raise RpcLied(f"{node.name} gave logs up to block {chunk.last}, which it doesn't have.")
    number, hash_ = chunk.blocks[-1][:2] if chunk.blocks else (None, None)
    if number == header.number and hash_ != header.hash:
        raise RpcLied(f"Logs of another block {number} than its header came.")
    return header


@contextmanager
def _no_collection() -> Iterator[None]:
    """Without the cycle collector, which would look through a growing heap of rows again and again.

    What is made here has no cycles, and a commit frees it.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
