"""anvil for a benchmark: started on a free port, asked over one kept connection, ended with the benchmark."""

import http.client
import socket
import subprocess
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec

CHAIN_ID = 31337
START_TIMEOUT_SECONDS = 120
STOP_TIMEOUT_SECONDS = 120  # a large chain takes its time to be written down
REPLY_TIMEOUT_SECONDS = 300
ACCOUNTS = 320


class NodeError(Exception):
    """What the node refused, or why it did not start, in one sentence."""


class Node:
    """JSON-RPC on a node of this machine."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.url = f"http://127.0.0.1:{port}"
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=REPLY_TIMEOUT_SECONDS)

    def ask(self, method: str, *parameters: Any) -> Any:
        """One request's result. Raises NodeError."""
        (result,) = self.ask_all([(method, parameters)])
        return result

    def ask_all(self, requests: Iterable[tuple[str, Sequence[Any]]]) -> list[Any]:
        """The results of requests sent as one batch, in their order. Raises NodeError."""
        body = [
            {"jsonrpc": "2.0", "id": number, "method": method, "params": list(parameters)}
            for number, (method, parameters) in enumerate(requests)
        ]
        if not body:
            return []
        headers = {"Content-Type": "application/json"}
        self._connection.request("POST", "/", msgspec.json.encode(body), headers)
        replies = msgspec.json.decode(self._connection.getresponse().read())
        if not isinstance(replies, list):
            raise NodeError(f"The node answered {replies!r}.")
        for reply in replies:
            if "error" in reply:
                raise NodeError(
                    f"The node refused {body[reply['id']]['method']}: {reply['error']['message']}"
                )
        return [reply["result"] for reply in sorted(replies, key=lambda reply: int(reply["id"]))]

    def head(self) -> int:
        """The number of the latest block."""
        return int(self.ask("eth_blockNumber"), 16)


@contextmanager
def running_anvil(log: Path, *options: str) -> Iterator[Node]:
    """anvil with `options` until the end of the block; asked to end, so that it writes its state down.

    Raises NodeError if it does not start.
    """
    port = free_port()
    command = ["anvil", "--port", str(port), "--chain-id", str(CHAIN_ID), "--hardfork", "cancun", "--quiet"]
    command += ["--accounts", str(ACCOUNTS), "--balance", "10000000", "--disable-block-gas-limit", *options]
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output, start_new_session=True)
        try:
            yield _answering(process, port, log)
        finally:
            process.terminate()
            try:
                process.wait(STOP_TIMEOUT_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _answering(process: subprocess.Popen[bytes], port: int, log: Path) -> Node:
    deadline = time.monotonic() + START_TIMEOUT_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            node = Node(port)
            node.head()
            return node
        except OSError:
            time.sleep(0.05)
    raise NodeError(f"anvil did not start: see {log}.")


def free_port() -> int:
    """A port on which nothing listens now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
