"""A node made of Python, which can reorganise its chain, fail and lie at will."""

import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from eth_utils.crypto import keccak

Fault = Callable[[str, list[Any], Any], Any]


class FakeChain:
    """Blocks with logs, from block 1 on; block 0 is empty."""

    def __init__(self, first_timestamp: int) -> None:
        self.blocks: list[dict[str, Any]] = []
        self._salt = 0
        self.mine([], first_timestamp)

    @property
    def height(self) -> int:
        """The newest block's number."""
        return len(self.blocks) - 1

    def mine(self, transactions: list[list[dict[str, Any]]], timestamp: int) -> None:
        """Add a block of transactions, each a list of logs without their place."""
        number = len(self.blocks)
        parent = self.blocks[-1]["hash"] if self.blocks else "0x" + "00" * 32
        hash_ = "0x" + keccak(text=f"{parent} {number} {self._salt} {len(transactions)}").hex()
        logs = []
        for at, transaction in enumerate(transactions):
            transaction_hash = "0x" + keccak(text=f"{hash_} {at}").hex()
            for log in transaction:
                place = {
                    "blockNumber": hex(number), "blockHash": hash_, "transactionHash": transaction_hash,
                    "transactionIndex": hex(at), "logIndex": hex(len(logs)), "removed": False,
                    "blockTimestamp": hex(timestamp),
                }  # fmt: skip
                logs.append({**log, **place})
        self.blocks.append(
            {
                "number": hex(number),
                "hash": hash_,
                "parentHash": parent,
                "timestamp": hex(timestamp),
                "logs": logs,
            }
        )

    def cut(self, blocks: int) -> None:
        """Forget the newest blocks; those mined from now on differ from them."""
        del self.blocks[len(self.blocks) - blocks :]
        self._salt += 1

    def answer(self, method: str, params: list[Any]) -> Any:
        """What an honest node says."""
        if method == "eth_chainId":
            return hex(31337)
        if method == "eth_blockNumber":
            return hex(self.height)
        if method == "eth_getBlockByNumber":
            number = self.height if params[0] == "latest" else int(params[0], 16)
            if number > self.height:
                return None
            return {key: value for key, value in self.blocks[number].items() if key != "logs"}
        assert method == "eth_getLogs"
        where = params[0]
        if "blockHash" in where:
            blocks = [block for block in self.blocks if block["hash"] == where["blockHash"]]
            if not blocks:
                raise LookupError("unknown block")
        else:
            blocks = self.blocks[int(where["fromBlock"], 16) : int(where["toBlock"], 16) + 1]
        wanted = {address.lower() for address in where["address"]}
        return [log for block in blocks for log in block["logs"] if log["address"] in wanted]


class FakeNode:
    """Serves a chain by HTTP. `fault` sees method and parameters; it may change an answer, or raise."""

    def __init__(self, chain: FakeChain) -> None:
        self.chain, self.fault = chain, None
        self.requests: list[tuple[str, list[Any]]] = []
        self.raw: bytes | None = None
        node = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True  # else head and body of a reply wait for each other

            def do_POST(self) -> None:
                request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                many = isinstance(request, list)
                replies = [node.reply(one) for one in (request if many else [request])]
                body = node.raw or json.dumps(replies if many else replies[0]).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_anything: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def reply(self, request: dict[str, Any]) -> dict[str, Any]:
        """A JSON-RPC reply."""
        method, params = request["method"], request["params"]
        self.requests.append((method, params))
        try:
            result = self.chain.answer(method, params)
            if self.fault is not None:
                result = self.fault(method, params, result)
        except Exception as error:
            return {"jsonrpc": "2.0", "id": request["id"], "error": {"code": -32000, "message": str(error)}}
        return {"jsonrpc": "2.0", "id": request["id"], "result": result}

    def close(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
