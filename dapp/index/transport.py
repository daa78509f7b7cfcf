"""Requests to one address over connections that stay open, one for each thread."""

import http.client
import ssl
import threading
from urllib.parse import urlsplit

from dapp.index.failures import RpcFailed, TooLarge

MAX_REPLY_BYTES = 64 << 20
_GONE = (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError)


class Transport:
    """POSTs JSON to a URL, directly: no proxy, no redirection."""

    def __init__(self, url: str, timeout_seconds: float) -> None:
        self._parts = urlsplit(url)
        self._timeout = timeout_seconds
        self._local = threading.local()
        self._path = (self._parts.path or "/") + (f"?{self._parts.query}" if self._parts.query else "")
        self._headers = {"Content-Type": "application/json", "Accept-Encoding": "identity"}
        if self._parts.username:
            import base64

            secret = f"{self._parts.username}:{self._parts.password or ''}".encode()
            self._headers["Authorization"] = "Basic " + base64.b64encode(secret).decode()

    def post(self, content: bytes) -> bytes:
        """The reply's body. Raises RpcFailed, OSError, http.client.HTTPException."""
        connection = getattr(self._local, "connection", None)
        if connection is not None:
            try:
                return self._exchange(connection, content)
            except _GONE:
                self.close()  # it was closed while nothing was asked
            except BaseException:
                self.close()
                raise
        self._local.connection = self._connect()
        try:
            return self._exchange(self._local.connection, content)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Close this thread's connection."""
        connection = getattr(self._local, "connection", None)
        if connection is not None:
            connection.close()
            self._local.connection = None

    def _connect(self) -> http.client.HTTPConnection:
        host, port = self._parts.hostname or "", self._parts.port
        if self._parts.scheme == "https":
            context = ssl.create_default_context()
            return http.client.HTTPSConnection(host, port, timeout=self._timeout, context=context)
        return http.client.HTTPConnection(host, port, timeout=self._timeout)

    def _exchange(self, connection: http.client.HTTPConnection, content: bytes) -> bytes:
        connection.request("POST", self._path, body=content, headers=self._headers)
        reply = connection.getresponse()
        body = reply.read(MAX_REPLY_BYTES + 1)
        if len(body) > MAX_REPLY_BYTES:
            raise TooLarge(f"{self._parts.hostname} gave more than {MAX_REPLY_BYTES} bytes.")
        if reply.status >= 300 and not body.lstrip().startswith((b"{", b"[")):
            raise RpcFailed(f"{self._parts.hostname} answers with HTTP status {reply.status}.")
        return body
