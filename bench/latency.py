"""How long after a block a row of it can be read: our index at the chain's head, new blocks one by one.

The clock runs from when the node first tells of a block: to whoever asked for it to be mined, or to who
listens to new heads. Before that there is no block; a node with a large state takes its time to make one.
"""

import json
import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from bench.calls import Calls
from bench.chain import BenchChain
from bench.followers import Follower
from bench.market import Transaction
from bench.node import CHAIN_ID, Node
from dapp.chain.records import load_deployment
from dapp.domain.bounds import ZERO_ADDRESS

BLOCKS = 100
CATCH_UP_SECONDS = 120
ROW_TIMEOUT_SECONDS = 10
POLL_SECONDS = 0.001
_SUBSCRIBE = '{"jsonrpc":"2.0","id":1,"method":"eth_subscribe","params":["newHeads"]}'


class RowMissing(Exception):  # noqa: N818
    """A row that did not come, in one sentence."""


@dataclass(frozen=True)
class Latency:
    """From a block's first notice until its event's row can be read, in milliseconds."""

    name: str
    p50: float
    p95: float
    blocks: int


def measure_latency(chain: BenchChain, node: Node, follower: Follower) -> Latency:
    """Let it follow live, mine blocks with a transfer each at uneven times. Raises RowMissing."""
    market = load_deployment(CHAIN_ID, chain.deployments)["Market"]
    calls, chance, milliseconds = Calls(market.address, market.abi), random.Random(1), []
    sender, receiver = node.ask("eth_accounts")[60:62]
    transfer = Transaction(sender, market.address, calls.encode("transfer", ZERO_ADDRESS, receiver, 1))
    node.ask("evm_setAutomine", False)
    with follower.running(), _notices(node) as notices:
        _mine(node, transfer)
        _await(follower, node.head() << 20, CATCH_UP_SECONDS)
        with follower.sink.open() as connection:
            for _ in range(BLOCKS):
                time.sleep(chance.uniform(0.05, 0.15))  # blocks come when they come
                number = node.head() + 1
                _mine(node, transfer)
                told = time.monotonic()
                while not follower.sink.has(connection, number << 20):
                    if time.monotonic() - told > ROW_TIMEOUT_SECONDS:
                        raise RowMissing(
                            f"Block {number} has no row after {ROW_TIMEOUT_SECONDS} s: see {follower.log}."
                        )
                    time.sleep(POLL_SECONDS)
                readable = time.monotonic()
                milliseconds.append((readable - min(told, notices.get(number, told))) * 1000)
    milliseconds.sort()
    p95 = milliseconds[int(len(milliseconds) * 0.95)]
    return Latency(follower.name, milliseconds[len(milliseconds) // 2], p95, BLOCKS)


@contextmanager
def _notices(node: Node) -> Iterator[dict[int, float]]:
    """When each new block was told by websocket, by its number, until the end of the block."""
    heard: dict[int, float] = {}
    with connect(node.url.replace("http://", "ws://")) as connection:
        connection.send(_SUBSCRIBE)

        def listen() -> None:
            with suppress(ConnectionClosed):  # the end of the measurement
                for message in connection:
                    now, notice = time.monotonic(), json.loads(message)
                    if "params" in notice:
                        heard[int(notice["params"]["result"]["number"], 16)] = now

        threading.Thread(target=listen, daemon=True).start()
        yield heard


def _mine(node: Node, transaction: Transaction) -> None:
    node.ask("eth_sendTransaction", transaction.request())
    node.ask("evm_mine")


def _await(follower: Follower, key: int, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if follower.sink.exists:
            with follower.sink.open() as connection:
                if follower.sink.has(connection, key):
                    return
        time.sleep(0.05)
    raise RowMissing(f"The index did not reach the chain's head in {seconds:.0f} s: see {follower.log}.")
