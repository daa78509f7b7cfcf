"""The chain that the index and its peers follow: made once, kept under .cache, loaded anew for each run.

`python -m bench.chain` makes it; HANSE_BENCH_EVENTS sets how many market events it has at least.
"""

import hashlib
import json
import os
import shutil
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from bench.calls import Calls, event_topics
from bench.history import History
from bench.market import deploy
from bench.node import CHAIN_ID, Node, running_anvil
from dapp.chain.records import ContractRecord, load_deployment
from dapp.domain.orders import OrderState

ROOT = Path(__file__).resolve().parent.parent
CACHE = ROOT / ".cache" / "bench"
SOURCES = [
    ROOT / "bench" / "market.py",
    ROOT / "bench" / "history.py",
    ROOT / "scripts" / "chains.yaml",
    ROOT / "dapp" / "credit" / "rules.yaml",
]
COMPILED = ROOT / ".build" / "__local__.json"
FORMAT = 1  # of the kept files
DEFAULT_EVENTS = 200_000
GENESIS_TIME = 1_760_000_000
BLOCKS_A_QUESTION = 50
ONCE = 10**6  # seconds between two dumps: at the end is enough


@dataclass(frozen=True)
class BenchChain:
    """A chain on disk. `events`: the market's, by name; `orders`: how many are in each status, by number."""

    folder: Path
    head: int
    events: dict[str, int]
    orders: dict[str, int]

    @property
    def deployments(self) -> Path:
        """The folder with the deployment's record."""
        return self.folder / "deployments"

    @property
    def total(self) -> int:
        """All events of the market."""
        return sum(self.events.values())


@contextmanager
def running(chain: BenchChain) -> Iterator[Node]:
    """The chain on a node of its own; whatever is added to it is forgotten."""
    with running_anvil(chain.folder / "anvil.log", "--load-state", str(chain.folder / "state.json")) as node:
        if node.head() != chain.head:
            raise RuntimeError(
                f"The kept chain ends at block {node.head()}, not {chain.head}: delete {chain.folder}."
            )
        yield node


def bench_chain(events: int | None = None) -> BenchChain:
    """The chain with at least this many market events, from .cache or made now (a few minutes)."""
    wanted = events or int(os.environ.get("HANSE_BENCH_EVENTS", DEFAULT_EVENTS))
    folder = CACHE / f"chain-{_fingerprint(wanted)}"
    summary = folder / "chain.json"
    if not summary.exists():
        for old in CACHE.glob("chain-*"):
            shutil.rmtree(old)
        folder.mkdir(parents=True)
        made = _make(folder, wanted)
        summary.write_text(json.dumps(made, indent=1) + "\n")
    return BenchChain(folder, **json.loads(summary.read_text()))


def market_logs(node: Node, folder: Path, first: int, last: int) -> list[Any]:
    """The market's logs of these blocks, in the chain's order."""
    where = {"address": _market(folder).address, "fromBlock": hex(first), "toBlock": hex(last)}
    found: list[Any] = node.ask("eth_getLogs", where)
    return found


def _market(folder: Path) -> ContractRecord:
    return load_deployment(CHAIN_ID, folder / "deployments")["Market"]


def _make(folder: Path, wanted: int) -> dict[str, Any]:
    started = time.monotonic()
    print(f"bench: making a chain of {wanted:,} market events; this is done once ...", flush=True)
    state = folder / "state.json"
    options = ["--timestamp", str(GENESIS_TIME), "--prune-history", "--dump-state", str(state)]
    options += ["--state-interval", str(ONCE)]
    with running_anvil(folder / "anvil.log", *options) as node:
        market = deploy(node, folder / "deployments")
        market.people()
        history = History(market)
        while market.counted.total() < wanted:
            history.day()
        made = _summary(node, folder)
    _forget_traces(state)
    events, seconds = sum(made["events"].values()), time.monotonic() - started
    print(f"bench: {events:,} events in {made['head']:,} blocks, {seconds:.0f} s", flush=True)
    return made


class _Transaction(msgspec.Struct):
    info: dict[str, msgspec.Raw]
    receipt: msgspec.Raw
    block_hash: msgspec.Raw
    block_number: msgspec.Raw


def _forget_traces(state: Path) -> None:
    """Take the traces of the calls out of a dump: they are two thirds of it, and nobody asks for them."""
    text = state.read_bytes()
    parts = msgspec.json.decode(text, type=dict[str, msgspec.Raw])
    transactions = msgspec.json.decode(parts["transactions"], type=list[_Transaction])
    for transaction in transactions:
        transaction.info["traces"] = msgspec.Raw(b"[]")
    parts["transactions"] = msgspec.Raw(msgspec.json.encode(transactions))
    del text
    state.write_bytes(msgspec.json.encode(parts))


def _summary(node: Node, folder: Path) -> dict[str, Any]:
    """The fields of BenchChain: events from the node's logs, each order's state from the contract itself."""
    market, head = _market(folder), node.head()
    calls = Calls(market.address, market.abi)
    names = {topic: name for name, topic in event_topics(market.abi).items()}
    events, orders = Counter[str](), Counter[str]()
    for first in range(1, head + 1, BLOCKS_A_QUESTION):
        logs = market_logs(node, folder, first, min(first + BLOCKS_A_QUESTION - 1, head))
        events.update(names[log["topics"][0]] for log in logs)
        placed = [log["topics"][1] for log in logs if names[log["topics"][0]] == "OrderPlaced"]
        asked = [
            {"to": market.address, "data": "0x" + calls.encode("orderState", bytes.fromhex(order[2:])).hex()}
            for order in placed
        ]
        states = node.ask_all(("eth_call", [call, "latest"]) for call in asked)
        orders.update(str(OrderState.unpack(int(state, 16)).status.value) for state in states)
    return {"head": head, "events": dict(events), "orders": dict(sorted(orders.items()))}


def _fingerprint(wanted: int) -> str:
    """Changes with the contracts, what they are deployed with, the generator and the size."""
    digest = hashlib.sha256(f"{FORMAT} {wanted}".encode())
    compiled = json.loads(COMPILED.read_text())["contractTypes"]
    for name in sorted(compiled):
        code = compiled[name].get("deploymentBytecode") or {}
        digest.update(f"{name} {code.get('bytecode')}".encode())
    for source in SOURCES:
        digest.update(source.read_bytes())
    return digest.hexdigest()[:12]


if __name__ == "__main__":
    chain = bench_chain(int(sys.argv[1]) if sys.argv[1:] else None)
    print(f"bench: {chain.total:,} events in {chain.head:,} blocks, in {chain.folder.relative_to(ROOT)}")
    for name, number in sorted(chain.events.items(), key=lambda item: -item[1]):
        print(f"  {number:>9,} {name}")
