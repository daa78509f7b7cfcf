"""What `silverback worker` and `silverback run` load: one task for each bot."""

import asyncio
import atexit
import threading
import time
from typing import Any

from ape import chain
from ape.api import BlockAPI
from silverback import SilverbackBot
from silverback.main import SharedState

from dapp.background import follower_of
from dapp.bots.board import Board
from dapp.bots.crew import Crew
from dapp.bots.host import Host
from dapp.bots.settings import load_bot_settings
from dapp.bots.workers.queue import redis_url
from dapp.market import open_market
from dapp.settings import load_settings

UNWOKEN_SECONDS = 30.0
"""A worker that nobody wakes for so long does a round by itself."""
INDEX_SECONDS = 5.0
"""How long a round waits for the index to have the block that it is woken for."""
bot = SilverbackBot()
# Silverback gives it to the one worker that meets the runner first; tasks fail in all others.
bot.state = SharedState()  # type: ignore[no-untyped-call]


class Worker:
    """This process's market, index and bots; opened once, though Silverback starts several listeners."""

    def __init__(self) -> None:
        self._opened = opened = open_market(load_settings())
        settings = load_bot_settings()
        self._board = Board(redis_url(), opened.contracts.record)
        self._crew = Crew(opened, settings, board=self._board)
        self._follower = follower_of(opened)
        self._follower.start()
        self._woken = dict.fromkeys((host.status.name for host in self._crew.hosts), time.monotonic())
        threading.Thread(target=self._by_clock, name="bots-by-clock", daemon=True).start()
        atexit.register(self.close)

    def round(self, name: str, block: int = 0) -> dict[str, int]:
        """A round of one bot, on an index that has this block; how many items came to each outcome.

        Nothing where it doesn't run for want of a key: the workers that have it go by their clock.
        """
        hosts = [host for host in self._crew.hosts if host.status.name == name]
        if hosts:
            self._woken[name] = time.monotonic()
            self._await_index(block)
        return counts(hosts[0]) if hosts else {}

    def close(self) -> None:
        """Stop, after what is at hand."""
        self._crew.stop()
        self._follower.stop()
        self._board.close()

    def _await_index(self, block: int) -> None:
        """The runner may know a block before this process's follower has it."""
        deadline = time.monotonic() + INDEX_SECONDS
        while time.monotonic() < deadline and (self._follower.status.indexed or 0) < block:
            if self._crew.stopping.wait(0.1):
                return

    def _by_clock(self) -> None:
        while not self._crew.stopping.wait(1.0):
            for name, woken in list(self._woken.items()):
                if time.monotonic() - woken > UNWOKEN_SECONDS:
                    self.round(name)


def counts(host: Host) -> dict[str, int]:
    """How many items a round of the host brought to each outcome."""
    found: dict[str, int] = {}
    for result in host.round() or []:
        found[result.outcome.value] = found.get(result.outcome.value, 0) + 1
    return found


_workers: list[Worker] = []
_opening = threading.Lock()


def worker() -> Worker:
    """This process's worker."""
    with _opening:
        if not _workers:
            _workers.append(Worker())
        return _workers[0]


@bot.on_worker_startup()  # type: ignore[untyped-decorator]
async def open_worker(_state: Any) -> None:
    """Follow the chain before the first task comes."""
    await asyncio.to_thread(worker)


@bot.on_(chain.blocks)  # type: ignore[untyped-decorator]
async def keep(block: BlockAPI) -> dict[str, int]:
    """A round of the keeper."""
    return await _round("keeper", block)


@bot.on_(chain.blocks)  # type: ignore[untyped-decorator]
async def watch(block: BlockAPI) -> dict[str, int]:
    """A round of the watch."""
    return await _round("watch", block)


@bot.on_(chain.blocks)  # type: ignore[untyped-decorator]
async def credit(block: BlockAPI) -> dict[str, int]:
    """A round of the credit bot."""
    return await _round("credit", block)


@bot.on_(chain.blocks)  # type: ignore[untyped-decorator]
async def risk(block: BlockAPI) -> dict[str, int]:
    """A round of the risk bot."""
    return await _round("risk", block)


async def _round(name: str, block: BlockAPI) -> dict[str, int]:
    return await asyncio.to_thread(lambda: worker().round(name, block.number or 0))
