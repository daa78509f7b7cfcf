"""New blocks as a node's websocket tells them."""

import logging
import threading
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

import msgspec

from dapp.index.failures import RpcFailed
from dapp.index.rpc import Header, RawHeader, read_header

if TYPE_CHECKING:
    from websockets.sync.connection import Connection

_LOG = logging.getLogger(__name__)
_SUBSCRIBE = '{"jsonrpc":"2.0","id":1,"method":"eth_subscribe","params":["newHeads"]}'
FIRST_WAIT_SECONDS, LONGEST_WAIT_SECONDS = 1.0, 60.0
OPEN_SECONDS = 5


class _Parameters(msgspec.Struct):
    result: RawHeader


class _Notice(msgspec.Struct):
    params: _Parameters | None = None


_NOTICE = msgspec.json.Decoder(_Notice)


def websocket_url_of(rpc_url: str) -> str:
    """Where a node listens for websockets if it does on the port of its HTTP."""
    parts = urlsplit(rpc_url)
    return urlunsplit(("wss" if parts.scheme == "https" else "ws", *parts[1:]))


class HeadListener:
    """Keeps the newest head, and sets `wake` when there is one. A lost connection is made again."""

    def __init__(self, url: str, wake: threading.Event) -> None:
        self._url, self._wake = url, wake
        self._newest: Header | None = None
        self._connection: Connection | None = None
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="index-heads", daemon=True)
        self.connected = False

    def start(self) -> None:
        """Listen in a thread."""
        self._thread.start()

    def stop(self) -> None:
        """Stop listening."""
        self._stopping.set()
        connection = self._connection
        if connection is not None:
            connection.close()
        self._thread.join(OPEN_SECONDS)

    def take(self) -> Header | None:
        """The newest head since the last call, None if there is none."""
        newest, self._newest = self._newest, None
        return newest

    def _run(self) -> None:
        from websockets.exceptions import WebSocketException  # a single run to the head needs none
        from websockets.sync.client import connect

        wait = FIRST_WAIT_SECONDS
        while not self._stopping.is_set():
            try:
                with connect(self._url, open_timeout=OPEN_SECONDS, max_size=1 << 20) as connection:
                    self._connection = connection
                    connection.send(_SUBSCRIBE)
                    self._listen(connection)
                    wait = FIRST_WAIT_SECONDS
            except (OSError, ValueError, WebSocketException, TimeoutError, RpcFailed) as error:
                _LOG.info("index: no new blocks by websocket: %s", error)
            finally:
                self.connected, self._connection = False, None
            self._stopping.wait(wait)
            wait = min(2 * wait, LONGEST_WAIT_SECONDS)

    def _listen(self, connection: "Connection") -> None:
        for message in connection:
            try:
                notice = _NOTICE.decode(message)
            except msgspec.DecodeError as error:
                raise RpcFailed(f"something else than a new block: {error}") from error
            self.connected = True
            if notice.params is not None:
                self._newest = read_header(notice.params.result)
                self._wake.set()
