"""How long after a block a row of it can be read: our index at the chain's head, new blocks one by one."""

import random
import time
from dataclasses import dataclass
from pathlib import Path

from bench.calls import Calls
from bench.chain import BenchChain
from bench.followers import Follower, ours_on_sqlite
from bench.market import Transaction
from bench.node import CHAIN_ID, Node
from dapp.chain.records import load_deployment
from dapp.domain.bounds import ZERO_ADDRESS

BLOCKS = 100
CATCH_UP_SECONDS = 120
ROW_TIMEOUT_SECONDS = 10
POLL_SECONDS = 0.001


class RowMissing(Exception):  # noqa: N818
    """A row that did not come, in one sentence."""


@dataclass(frozen=True)
class Latency:
    """From the request to mine a block until its event's row can be read, in milliseconds."""

    p50: float
    p95: float
    blocks: int


def measure_latency(chain: BenchChain, node: Node, folder: Path) -> Latency:
    """Follow live, mine blocks with a transfer each at uneven times, time each row. Raises RowMissing."""
    market = load_deployment(CHAIN_ID, chain.deployments)["Market"]
    calls, chance = Calls(market.address, market.abi), random.Random(1)
    sender, receiver = node.ask("eth_accounts")[60:62]
    transfer = Transaction(sender, market.address, calls.encode("transfer", ZERO_ADDRESS, receiver, 1))
    node.ask("evm_setAutomine", False)
    follower, milliseconds = ours_on_sqlite(chain, node, folder, live=True), []
    with follower.running():
        _mine(node, transfer)
        _await(follower, node.head() << 20, CATCH_UP_SECONDS)
        with follower.sink.open() as connection:
            for _ in range(BLOCKS):
                time.sleep(chance.uniform(0.05, 0.15))  # blocks come when they come
                node.ask("eth_sendTransaction", transfer.request())
                key = (node.head() + 1) << 20
                started = time.monotonic()
                node.ask("evm_mine")
                while not follower.sink.has(connection, key):
                    if time.monotonic() - started > ROW_TIMEOUT_SECONDS:
                        raise RowMissing(
                            f"Block {key >> 20} has no row after {ROW_TIMEOUT_SECONDS} s: see {follower.log}."
                        )
                    time.sleep(POLL_SECONDS)
                milliseconds.append((time.monotonic() - started) * 1000)
    milliseconds.sort()
    return Latency(milliseconds[len(milliseconds) // 2], milliseconds[int(len(milliseconds) * 0.95)], BLOCKS)


def _mine(node: Node, transaction: Transaction) -> None:
    node.ask("eth_sendTransaction", transaction.request())
    node.ask("evm_mine")


def _await(follower: Follower, key: int, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if isinstance(follower.sink.target, Path) and follower.sink.target.exists():
            with follower.sink.open() as connection:
                if follower.sink.has(connection, key):
                    return
        time.sleep(0.05)
    raise RowMissing(f"The index did not reach the chain's head in {seconds:.0f} s: see {follower.log}.")
