"""`make bench-index`: this index beside Subsquid's and Ponder's, on the same chain, in the same run.

Each follower starts on an empty database and is timed from the start of its process until the chain's last
event, every order's state and every index are there. The runs take turns, so that whatever else this machine
does meets all of them.
"""

import argparse
import shutil
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack, nullcontext
from dataclasses import dataclass
from typing import Any

from bench.chain import ROOT, BenchChain, bench_chain, market_logs, running
from bench.followers import (
    Follower,
    install_peers,
    ours_on_postgres,
    ours_on_sqlite,
    ponder,
    subsquid,
    versions,
)
from bench.latency import Latency, RowMissing, measure_latency
from bench.market import TransactionFailed
from bench.node import Node, NodeError
from bench.postgres import PostgresError, binaries, running_postgres
from bench.report import Row, section, write_section
from bench.sinks import Cursor, Sink
from bench.usage import Meter

PEERS: tuple[str, ...] = ("subsquid", "ponder")
POLL_SECONDS = 0.05
TIMEOUT_SECONDS = 600
FINAL_BLOCKS = 128  # on top, so that no follower takes the chain's end for something that may be undone
WORK = ROOT / ".cache" / "bench" / "work"
Build = Callable[[Any], Follower]


class BenchmarkFailed(Exception):  # noqa: N818
    """A follower that did not get there, in one sentence."""


@dataclass(frozen=True)
class Run:
    """One follower's run: seconds by the clock, processor time and most memory (MiB) of all its processes."""

    seconds: float
    processor: float
    memory: float


def follow(follower: Follower, chain: BenchChain, last_key: int) -> Run:
    """Run one follower to the chain's end and check what it wrote. Raises BenchmarkFailed."""
    with follower.running() as process, ExitStack() as stack:
        started, meter, connection = time.monotonic(), Meter(process.pid), None
        while True:
            if connection is None and follower.sink.exists:
                connection = stack.enter_context(follower.sink.open())
            if connection is not None and _finished(follower.sink, connection, chain, last_key):
                break
            if process.poll() not in (None, 0) or time.monotonic() - started > TIMEOUT_SECONDS:
                raise BenchmarkFailed(f"{follower.name} did not reach the chain's end: see {follower.log}.")
            meter.look()
            time.sleep(POLL_SECONDS)
        seconds = time.monotonic() - started
    with follower.sink.open() as connection:
        events = follower.sink.events(connection)
        if events < chain.total:
            raise BenchmarkFailed(f"{follower.name} wrote {events:,} events of {chain.total:,}.")
    return Run(seconds, meter.used.processor, meter.used.memory)


def _finished(sink: Sink, connection: Cursor, chain: BenchChain, last_key: int) -> bool:
    return (
        sink.indexed(connection)
        and sink.has(connection, last_key)
        and sink.orders(connection) == chain.orders
    )


def last_key(node: Node, chain: BenchChain) -> int:
    """The key of the market's last event."""
    log = market_logs(node, chain.folder, chain.head, chain.head)[-1]
    return int(log["blockNumber"], 16) << 20 | int(log["logIndex"], 16)


def contestants(chain: BenchChain, node: Node, peers: bool) -> dict[str, Build]:
    """By name, what makes each follower ready for a run of its own, on a server for those that need one."""
    builds: dict[str, Build] = {"sqlite": lambda _server: ours_on_sqlite(chain, node, WORK)}
    if binaries() is not None:
        builds["postgres"] = lambda server: ours_on_postgres(chain, node, WORK, server)
        if peers:
            builds["subsquid"] = lambda server: subsquid(chain, node, WORK, server)
            builds["ponder"] = lambda server: ponder(chain, node, WORK, server)
    return builds


def race(
    chain: BenchChain, rounds: int, only: set[str]
) -> tuple[dict[str, list[Run]], dict[str, str], list[Latency]]:
    """All runs by contestant, the contestants' names, and our latencies."""
    missing = None if only and not only & {"subsquid", "ponder"} else install_peers()
    if missing:
        print(f"bench: {missing}", flush=True)
    if binaries() is None:
        print("bench: PostgreSQL isn't installed: there is SQLite alone, and no ratio.", flush=True)
    runs: dict[str, list[Run]] = {}
    names: dict[str, str] = {}
    shutil.rmtree(WORK, ignore_errors=True)
    WORK.mkdir(parents=True)
    # A file system that has just deleted thousands of files is slow to make new ones, so servers' are kept.
    with ExitStack() as kept, running(chain) as node:
        node.ask("anvil_mine", hex(FINAL_BLOCKS))
        key = last_key(node, chain)
        builds = contestants(chain, node, peers=missing is None)
        builds = {name: build for name, build in builds.items() if not only or name in only}
        for number in range(1, rounds + 1):
            for name, build in builds.items():
                with _server_for(name, kept) as server:
                    follower = build(server)
                    run = follow(follower, chain, key)
                runs.setdefault(name, []).append(run)
                names[name] = follower.name
                speed = chain.total / run.seconds
                print(
                    f"bench: run {number}: {follower.name}: {run.seconds:.2f} s, {speed:,.0f} events/s",
                    flush=True,
                )
        latencies = []
        if "sqlite" in builds:
            latencies.append(measure_latency(chain, node, ours_on_sqlite(chain, node, WORK, live=True)))
        if "postgres" in builds:
            with running_postgres(kept) as server:
                live = ours_on_postgres(chain, node, WORK, server, live=True)
                latencies.append(measure_latency(chain, node, live))
    return runs, names, latencies


def _server_for(name: str, kept: ExitStack) -> AbstractContextManager[Any]:
    """A new server, so that no run meets what another one left to be cleaned up; SQLite needs none."""
    return nullcontext() if name == "sqlite" else running_postgres(kept)


def _row(name: str, speed: float, runs: list[Run]) -> Row:
    processor = statistics.median(run.processor for run in runs)
    return Row(name, speed, processor, max(run.memory for run in runs))


def main() -> int:
    parser = argparse.ArgumentParser(description="Measure the index beside Subsquid and Ponder.")
    parser.add_argument("--rounds", type=int, default=3, help="runs of each follower (3)")
    parser.add_argument("--only", default="", help="of sqlite, postgres, subsquid, ponder, with commas")
    parser.add_argument("--write", action="store_true", help="write the figures into docs/index.md")
    arguments = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that what was started ends too
    try:
        chain = bench_chain()
        runs, names, latencies = race(chain, arguments.rounds, set(filter(None, arguments.only.split(","))))
    except (
        BenchmarkFailed,
        NodeError,
        PostgresError,
        TransactionFailed,
        RowMissing,
        subprocess.CalledProcessError,
    ) as error:
        print(f"bench: {error}", file=sys.stderr)
        return 1
    speeds = {name: chain.total / statistics.median(run.seconds for run in own) for name, own in runs.items()}
    rows = [_row(names[name], speeds[name], own) for name, own in runs.items()]
    print(
        f"\n{chain.total:,} market events in {chain.head:,} blocks; medians of {arguments.rounds} runs each"
    )
    for row in rows:
        print(
            f"  {row.name:<38}{row.speed:>10,.0f} events/s{row.processor:>8.1f} s CPU{row.memory:>8,.0f} MiB"
        )
    ours = speeds.get("postgres")
    peers = [peer for peer in PEERS if ours and peer in speeds]
    ratios = {peer: speeds["postgres"] / speeds[peer] for peer in peers}
    for latency in latencies:
        print(f"block to row, {latency.name}: p50 {latency.p50:.0f} ms, p95 {latency.p95:.0f} ms")
    if arguments.write:
        told = versions() if ratios else {}
        write_section(section(chain, rows, ratios, latencies, told, arguments.rounds))
    for peer, ratio in ratios.items():
        print(f"ratio over {peer.capitalize()}: {ratio:.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
