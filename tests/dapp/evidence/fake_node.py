"""A small IPFS node on loopback: the calls of the API that the dApp makes, and ways to misbehave."""

import io
import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from dapp.evidence.car import read_car, write_car
from dapp.evidence.store import profile_of
from dapp.evidence.unixfs import V1_2025, cid_of


class FakeNode(ThreadingHTTPServer):
    """Keeps content by CID. `faults`: names of what it does wrong."""

    def __init__(self, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.content: dict[str, bytes] = {}
        self.faults: set[str] = set()
        self.calls: list[str] = []
        self.arguments: list[dict[str, list[str]]] = []

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def archive(self, cid: str) -> bytes:
        """The CAR of what is kept under a CID."""
        out, data = io.BytesIO(), self.content[cid]
        profile = profile_of(cid, data) or V1_2025
        write_car(io.BytesIO(data), profile, out)
        return out.getvalue()


@contextmanager
def fake_node(port: int = 0):
    """A node that runs until the block is left."""
    node = FakeNode(port)
    thread = threading.Thread(target=node.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield node
    finally:
        node.shutdown()
        thread.join()
        node.server_close()


class _Handler(BaseHTTPRequestHandler):
    server: FakeNode
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        url = urlsplit(self.path)
        call, arguments = url.path.removeprefix("/api/v0/"), parse_qs(url.query)
        body = self._body()
        self.server.calls.append(call)
        self.server.arguments.append(arguments)
        if f"{call} refused" in self.server.faults:
            self._reply({"Message": f"{call}: no space left", "Code": 0}, status=500)
        elif call == "version":
            self._reply({"Version": "0.43.0"})
        elif call == "add":
            self._add(_file_in(body))
        elif call == "dag/import":
            self._import(_file_in(body))
        elif call == "dag/export":
            self._export(arguments["arg"][0])
        elif call == "pin/ls":
            self._pins(arguments["arg"][0])
        else:
            self.send_error(404)

    def _add(self, data: bytes) -> None:
        cid = cid_of(data)
        if "add chunks otherwise" in self.server.faults:
            self._reply({"Hash": "QmRtvAAEXmFbEd1WZwQJWeqdMogHEsusJM9ZRs29b7hZ4c", "Name": "x", "Size": "1"})
            return
        self.server.content[cid] = data
        self._reply({"Hash": cid, "Name": "x", "Size": str(len(data))})

    def _import(self, archive: bytes) -> None:
        root = _root_of(archive)
        self.server.content[root] = read_car([archive], root, 1 << 30)
        problem = "pin failed" if "pin fails" in self.server.faults else ""
        self._reply({"Root": {"Cid": {"/": root}, "PinErrorMsg": problem}})

    def _export(self, cid: str) -> None:
        if cid not in self.server.content:
            self._reply({"Message": f"block was not found locally: {cid}", "Code": 0}, status=500)
            return
        archive = self.server.archive(cid)
        if "lies" in self.server.faults:
            archive = archive[:-1] + bytes([archive[-1] ^ 1])
        if "cuts off" in self.server.faults:
            archive = archive[:-10]
        self.send_response(200)
        self.send_header("Content-Length", str(len(archive)))
        self.end_headers()
        self.wfile.write(archive)

    def _pins(self, cid: str) -> None:
        if cid in self.server.content:
            self._reply({"Keys": {cid: {"Type": "recursive"}}})
        else:
            self._reply({"Message": f"path '{cid}' is not pinned", "Code": 0}, status=500)

    def _reply(self, document: dict[str, Any], status: int = 200) -> None:
        data = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding") != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        out = bytearray()
        while size := int(self.rfile.readline(), 16):
            out += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return bytes(out)

    def log_message(self, *_: object) -> None:
        """Silent."""


def _file_in(body: bytes) -> bytes:
    """The content of the only file of a multipart body."""
    boundary, _, rest = body.partition(b"\r\n")
    _headers, _, content = rest.partition(b"\r\n\r\n")
    return content[: content.rindex(b"\r\n" + boundary)]


def _root_of(archive: bytes) -> str:
    from dapp.evidence.cid import Cid

    start = archive.index(b"\xd8\x2a\x58") + 5
    return str(Cid.from_bytes(archive[start : start + archive[start - 2] - 1]))
