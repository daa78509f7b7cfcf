"""What `make bots` runs: Silverback workers with the market's bots, and the runner that wakes them.

REDIS_URL names the Redis between them, the dApp's settings name market and chain. Processes that end are
started again, sooner at first than later. Start it on any number of machines, of which one wakes: the others
pass --workers-only.
"""

import argparse
import signal
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from types import FrameType

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from dapp.bots.workers.settings import silverback_environment
from dapp.settings import SettingsError, load_settings
from operations.processes import process_group

BOT = "dapp.bots.workers.tasks:bot"
RUNNER = "dapp.bots.workers.runner:HeadRunner"
FIRST_WAIT_SECONDS, LONGEST_WAIT_SECONDS = 1.0, 30.0
STEADY_SECONDS = 60.0
"""A process that ran so long is started again at once."""


class Kept:
    """A process that is started again when it ends."""

    def __init__(self, name: str, command: Sequence[str], environment: dict[str, str]) -> None:
        self._name, self._command, self._environment = name, command, environment
        self._wait = FIRST_WAIT_SECONDS

    def run(self, stopping: threading.Event) -> None:
        """Until told to stop."""
        while not stopping.is_set():
            started = time.monotonic()
            with process_group(self._command, None, self._environment) as process:
                while process.poll() is None and not stopping.wait(0.2):
                    pass
            if stopping.is_set():
                return
            if time.monotonic() - started > STEADY_SECONDS:
                self._wait = FIRST_WAIT_SECONDS
            print(
                f"bots: {self._name} ended with status {process.returncode}; again in {self._wait:.0f} s",
                file=sys.stderr,
                flush=True,
            )
            stopping.wait(self._wait)
            self._wait = min(2 * self._wait, LONGEST_WAIT_SECONDS)


def commands(network: str, workers: int, *, wakes: bool) -> dict[str, list[str]]:
    """What is kept running, by name."""
    kept = {
        f"worker {number}": ["silverback", "worker", BOT, "--network", network, "--workers", "2"]
        for number in range(1, workers + 1)
    }
    if wakes:
        kept["runner"] = ["silverback", "run", BOT, "--network", network, "--runner", RUNNER]
    return kept


def main() -> int:
    """Run it; 0 after Ctrl-C."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--workers", type=int, default=1, metavar="N", help="worker processes on this machine"
    )
    parser.add_argument("--workers-only", action="store_true", help="another machine wakes them")
    parser.add_argument("--network", help="Ape's network; otherwise ethereum:devnet at HANSE_RPC_URL")
    chosen = parser.parse_args()
    try:
        environment = silverback_environment()
        network = chosen.network or f"ethereum:devnet:{load_settings().rpc_urls[0]}"
    except SettingsError as error:
        print(f"bots: {error}", file=sys.stderr)
        return 2
    stopping = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        stopping.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    kept = commands(network, chosen.workers, wakes=not chosen.workers_only)
    threads = [
        threading.Thread(target=Kept(name, command, environment).run, args=(stopping,))
        for name, command in kept.items()
    ]
    with ExitStack() as stack:
        stack.callback(stopping.set)
        for thread in threads:
            thread.start()
            stack.callback(thread.join)
        print(f"bots: {', '.join(kept)}; until Ctrl-C", flush=True)
        stopping.wait()
    print("bots: stopped.", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
