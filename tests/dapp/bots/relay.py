"""A relay before a node that can be taken down, as if the network were."""

import contextlib
import socket
import threading
from urllib.parse import urlsplit


class Relay:
    """Forwards connections to `url` while it is `up`."""

    def __init__(self, url):
        parts = urlsplit(url)
        self._target = (parts.hostname, parts.port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._up, self._open = True, set()
        self._lock = threading.Lock()
        threading.Thread(target=self._accept, daemon=True).start()

    def down(self):
        """Cut every connection and refuse new ones."""
        with self._lock:
            self._up = False
            for each in self._open:
                _shut(each)
            self._open.clear()

    def up(self):
        """Let connections through again."""
        with self._lock:
            self._up = True

    def close(self):
        """End it."""
        self.down()
        _shut(self._listener)

    def _accept(self):
        while True:
            try:
                client, _address = self._listener.accept()
            except OSError:
                return
            with self._lock:
                if not self._up:
                    _shut(client)
                    continue
                target = socket.create_connection(self._target)
                self._open |= {client, target}
            for pair in ((client, target), (target, client)):
                threading.Thread(target=self._pump, args=pair, daemon=True).start()

    def _pump(self, source, sink):
        with contextlib.suppress(OSError):
            while data := source.recv(65_536):
                sink.sendall(data)
        with self._lock:
            self._open -= {source, sink}
        _shut(source)
        _shut(sink)


def _shut(end):
    for shut in (lambda: end.shutdown(socket.SHUT_RDWR), end.close):
        with contextlib.suppress(OSError):
            shut()
