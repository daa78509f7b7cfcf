"""How fast CIDs are computed, beside `hashlib.sha256` on the same bytes: `make bench-evidence`.

Each round measures both, one after the other, so that other work on the machine hits them alike; the figure
is the median of the rounds' ratios. The last line is the worst of the sizes.
"""

import hashlib
import random
import statistics
import sys
import time
from collections.abc import Callable

from dapp.evidence.unixfs import cid_of

MIB = 1 << 20
SIZES = (MIB, 8 * MIB, 64 * MIB, 256 * MIB)
ROUNDS = 15


def seconds(work: Callable[[], object]) -> float:
    """What it takes of the processor, so that others on the machine count as little as they can."""
    started = time.thread_time()
    work()
    return time.thread_time() - started


def ratios(data: memoryview) -> tuple[float, float, float]:
    """CID speed over hash speed, and both in bytes a second."""
    rounds = []
    for number in range(ROUNDS):
        works = [lambda: hashlib.sha256(data).digest(), lambda: cid_of(data)]
        times = [seconds(work) for work in (works if number % 2 else works[::-1])]
        rounds.append(times if number % 2 else times[::-1])
    hashed, named = (len(data) / statistics.median(column) for column in zip(*rounds, strict=True))
    return statistics.median(hash_ / name for hash_, name in rounds), hashed, named


def main() -> int:
    content = memoryview(random.Random(7).randbytes(64 * MIB) * (max(SIZES) // (64 * MIB)))
    worst = []
    print("    size       sha256          CID  ratio")
    for size in SIZES:
        ratio, hashed, named = ratios(content[:size])
        print(f"{size // MIB:4} MiB  {hashed / 1e6:6.0f} MB/s  {named / 1e6:6.0f} MB/s  {ratio:5.2f}")
        worst.append(ratio)
    print(f"ratio over hashlib.sha256: {min(worst):.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
