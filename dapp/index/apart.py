"""Fetching and reading in a process of its own, for a long way to the chain's head.

That is half of the work of indexing, and Python does one thing at a time in a process. The other process
(`python -m dapp.index.apart`) is told on its input what to fetch, and writes chunks to its output. It keeps
nothing: whichever of the two dies, the index goes on where its database stands.
"""

import gc
import marshal
import pickle
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from dapp.chain.records import DeploymentRecord
from dapp.index import failures
from dapp.index.decode import EventBook
from dapp.index.failures import IndexFailure, RpcFailed
from dapp.index.fetch import Chunk, RangeFetcher, RangeSize
from dapp.index.reading import LogReader
from dapp.index.rpc import Node

_LENGTH_BYTES = 8
_PIPE_BYTES = 1 << 20  # a chunk or more


class FetcherEnded(IndexFailure):
    """The other process couldn't be started, or ended before its work."""


class SeparateFetcher:
    """Like RangeFetcher. Its process loads from the start on, also while nobody knows yet what to fetch."""

    def __init__(self, record: DeploymentRecord) -> None:
        """Raises FetcherEnded."""
        self._process = _start()
        self._send(record)

    def fetch(self, url: str, blocks: int, first: int, last: int) -> "SeparateFetcher":
        """Fetch from the node at a URL, once; `blocks` is the size of the first range."""
        self._send((url, blocks, first, last))
        return self

    def __enter__(self) -> "SeparateFetcher":
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        with suppress(BrokenPipeError):
            _pipe(self._process.stdin).close()
        _pipe(self._process.stdout).close()
        self._process.wait()

    def _send(self, message: object) -> None:
        with suppress(BrokenPipeError):  # `next` tells
            _write(_pipe(self._process.stdin), pickle.dumps(message))

    def next(self) -> Chunk:
        """The next range. Raises RpcFailed, FetcherEnded."""
        frame = _read(_pipe(self._process.stdout))
        if frame is None:
            raise FetcherEnded(f"The process that fetches ended early, with code {self._process.wait()}.")
        try:
            kind, *values = marshal.loads(frame)  # of this very interpreter, from a process of ours
        except (EOFError, TypeError, ValueError) as error:
            raise FetcherEnded(f"The process that fetches wrote what can't be read: {error}") from error
        if kind:
            raise getattr(failures, kind, RpcFailed)(*values)
        return Chunk(*values)


def _start() -> subprocess.Popen[bytes]:
    """The other process, of this very checkout. Raises FetcherEnded."""
    command, root = [sys.executable, "-m", __name__], Path(__file__).resolve().parents[2]
    for size in (_PIPE_BYTES, -1):  # a system may refuse pipes so large
        try:
            return subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, pipesize=size, cwd=root
            )
        except OSError as error:
            refused = error
    raise FetcherEnded(f"The process that fetches can't be started: {refused}") from refused


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    if pipe is None:
        raise RuntimeError("A process was started without pipes.")
    return pipe


def _write(pipe: IO[bytes], frame: bytes) -> None:
    pipe.write(len(frame).to_bytes(_LENGTH_BYTES, "big"))
    pipe.write(frame)
    pipe.flush()


def _read(pipe: IO[bytes]) -> bytes | None:
    """A frame; None if the other side ended before it was whole."""
    size = int.from_bytes(pipe.read(_LENGTH_BYTES), "big")
    frame = pipe.read(size)
    return frame if size and len(frame) == size else None


def main() -> int:
    """The other process: until its last block, or until nobody listens."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever started it ends it
    gc.disable()  # chunks have no cycles
    record = _read(sys.stdin.buffer)
    if record is None:
        return 1
    reader = LogReader(EventBook(pickle.loads(record)))
    task = _read(sys.stdin.buffer)
    if task is None:
        return 1
    url, blocks, first, last = pickle.loads(task)
    size = RangeSize()
    size.blocks = blocks
    fetcher = RangeFetcher(Node(url), reader, size, first, last)
    # Buffered whatever the environment says: a raw pipe may take a part of what is written, and tell nobody.
    with suppress(BrokenPipeError), open(sys.stdout.fileno(), "wb", closefd=False) as output:
        _send_all(fetcher, last, output)
        return 0
    return 1


def _send_all(fetcher: RangeFetcher, last: int, output: IO[bytes]) -> None:
    done = -1
    with fetcher:
        while done < last:
            answer: tuple[Any, ...]
            try:
                chunk = fetcher.next()
            except IndexFailure as error:
                answer, done = (type(error).__name__, str(error)), last
            else:
                answer, done = ("", chunk.first, chunk.last, chunk.blocks), chunk.last
            _write(output, marshal.dumps(answer))


if __name__ == "__main__":
    sys.exit(main())
