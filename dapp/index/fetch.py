"""Events of whole ranges, the next ones asked for while the last answer is worked on.

A range is sized by the logs it is expected to hold, and halved where a node refuses it.
"""

import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from queue import Empty, Queue

from dapp.index.failures import RpcLied, TooLarge
from dapp.index.reading import Block, LogReader
from dapp.index.rpc import Log, Node, Refused, number_of

LOGS_PER_REPLY = 750
AHEAD = 8  # ranges, so that nobody waits for a reply, or for whoever takes them, that is a little late
FIRST_RANGE = 4
GROWTH = 1.25  # blocks are asked for before it is known how full they are


@dataclass(frozen=True)
class Chunk:
    """The events of the blocks `first` to `last`; blocks without any may be missing."""

    first: int
    last: int
    blocks: list[Block]


@dataclass(frozen=True)
class _Reply:
    """The logs of the blocks `first` to `last`, and the times that they don't tell."""

    first: int
    last: int
    logs: list[Log]
    times: dict[int, int]


class RangeSize:
    """How many blocks to ask for next."""

    def __init__(self) -> None:
        self.blocks = FIRST_RANGE
        self._most = 1 << 20

    def learn(self, blocks: int, logs: int) -> None:
        """An answer held so many logs."""
        fitting = blocks * LOGS_PER_REPLY // max(logs, 1)
        self.blocks = max(1, min(fitting, int(blocks * GROWTH) + 1, self._most))
        if blocks == self._most:
            self._most += self._most // 8 + 1

    def refuse(self, blocks: int) -> None:
        """So many were too many."""
        self._most = self.blocks = max(blocks // 2, 1)


class RangeFetcher:
    """Fetches a row of ranges from one node, up to a block that is final, some of them ahead of their use."""

    def __init__(self, node: Node, reader: LogReader, size: RangeSize, first: int, last: int) -> None:
        self._node, self._reader, self._size = node, reader, size
        self._first, self._last = first, last
        self._ready: Queue[_Reply | BaseException] = Queue(AHEAD)
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="index-fetch", daemon=True)

    def __enter__(self) -> "RangeFetcher":
        self._thread.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self._ended.set()
        while self._thread.is_alive():
            with suppress(Empty):
                self._ready.get(timeout=0.01)  # it may be waiting for room
        self._thread.join()

    def next(self) -> Chunk:
        """The next range. Raises RpcFailed."""
        reply = self._ready.get()
        if isinstance(reply, BaseException):
            raise reply
        blocks = self._reader.read(reply.logs, reply.times)
        if blocks and not reply.first <= blocks[0][0] <= blocks[-1][0] <= reply.last:
            came = f"{blocks[0][0]} to {blocks[-1][0]}"
            raise RpcLied(f"Logs of the blocks {came} came for {reply.first} to {reply.last}.")
        return Chunk(reply.first, reply.last, blocks)

    def _run(self) -> None:
        first = self._first
        try:
            while first <= self._last and not self._ended.is_set():
                reply = self._fetch(first)
                self._ready.put(reply)
                first = reply.last + 1
        except BaseException as error:  # whoever asks for the next range is told
            self._ready.put(error)
        finally:
            self._node.close()  # the connection is this thread's

    def _fetch(self, first: int) -> _Reply:
        while True:
            last = min(first + self._size.blocks - 1, self._last)
            count = last - first + 1
            try:
                logs = self._node.logs(self._reader.addresses, first, last)
            except (Refused, TooLarge):
                if count == 1:
                    raise
                self._size.refuse(count)
                continue
            self._size.learn(count, len(logs))
            return _Reply(first, last, logs, _missing_times(self._node, logs))


def _missing_times(node: Node, logs: Sequence[Log]) -> dict[int, int]:
    """The times of blocks whose logs don't tell it."""
    numbers = sorted({number_of(log.block_number) for log in logs if log.block_timestamp is None})
    known: dict[int, int] = {}
    for at in range(0, len(numbers), 50):
        for header in node.headers(numbers[at : at + 50]):
            known[header.number] = header.timestamp
    return known
