"""The benchmark's section of docs/index.md, between two marks; everything else there is left alone."""

import os
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bench.chain import ROOT, BenchChain
from bench.latency import Latency

DOCUMENT = ROOT / "docs" / "index.md"
OPENING, CLOSING = "<!-- bench-index: written by `make bench-index ARGS=--write` -->", "<!-- /bench-index -->"


@dataclass(frozen=True)
class Row:
    """A follower's medians: events a second, its own processor time in seconds; its most memory in MiB."""

    name: str
    speed: float
    processor: float
    memory: float


def section(
    chain: BenchChain,
    rows: Sequence[Row],
    ratios: Mapping[str, float],
    latencies: Sequence[Latency],
    versions: Mapping[str, str],
    rounds: int,
) -> str:
    """The section's text with the figures of one run."""
    peers = ", ".join(f"{name} {version}" for name, version in versions.items())
    day, load = datetime.now(UTC).date().isoformat(), os.getloadavg()[2]
    times = "One run" if rounds == 1 else f"Medians of {rounds} runs"
    lines = [
        OPENING,
        f"Measured {day} on {os.cpu_count()} shared cores, load average {load:.0f}: "
        f"{chain.total:,} events of the real contracts in {chain.head:,} blocks, "
        f"{sum(chain.orders.values()):,} orders, on anvil on loopback. {times}, in turns, each from the "
        f"start of the process until the last event, every order's state and every index are there. "
        f"Peers: {peers or 'none'}; they write a row for each event and order, "
        f"this index its ledger, statistics and journal as well.",
        "",
        "| follower → sink | events/s | its own CPU | memory |",
        "|---|---|---|---|",
        *(f"| {r.name} | {r.speed:,.0f} | {r.processor:.1f} s | {r.memory:,.0f} MiB |" for r in rows),
        "",
    ]
    if ratios:
        told = ", ".join(f"{ratio:.1f} × {peer.capitalize()}" for peer, ratio in ratios.items())
        lines += [f"Into the same PostgreSQL this index does {told}.", ""]
    if latencies:
        told = "; ".join(f"{one.name} p50 {one.p50:.0f} ms, p95 {one.p95:.0f} ms" for one in latencies)
        lines += [
            f"From the node's first notice of a block until its row can be read, over {latencies[0].blocks} "
            f"blocks: {told}.",
            "",
        ]
    return "\n".join([*lines, CLOSING])


def write_section(text: str) -> None:
    """Put the section into docs/index.md in the place of the last one."""
    put_section(DOCUMENT, OPENING, CLOSING, text)


def put_section(document: Path, opening: str, closing: str, text: str) -> None:
    """Put a text, its marks included, into a document in the place of what lies between the marks."""
    old = document.read_text() if document.exists() else ""
    marked = re.compile(re.escape(opening) + ".*?" + re.escape(closing), re.DOTALL)
    if not marked.search(old):
        print(
            f"bench: docs/{document.name} has no place for the figures; it needs\n{opening}\n{closing}",
            file=sys.stderr,
        )
        return
    document.write_text(marked.sub(lambda _match: text, old))
