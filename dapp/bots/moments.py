"""The chain's time and the block that is indexed: what a plan is made by."""

from typing import Any

from dapp.bots.actions import Moment
from dapp.chain.actors import DEVELOPMENT_CHAIN
from dapp.chain.failures import ChainError
from dapp.market import Market


class NothingIndexed(ChainError):  # noqa: N818
    """There is no block to plan from yet."""


class Moments:
    """Tells moments of one market."""

    def __init__(self, opened: Market) -> None:
        self._opened = opened

    def now(self) -> Moment:
        """The indexed block and the chain's time. Raises NothingIndexed, and what a silent chain raises.

        The block is read first: what is read of the index afterwards is at least as new, so that a plan never
        rests on less than its block (`sender.py` counts on it).
        """
        indexed = self._opened.index.head()
        if indexed is None:
            raise NothingIndexed("Nothing is indexed yet.")
        head = self._opened.web3.eth.get_block("latest")
        now = int(head["timestamp"])
        if self._opened.chain_id == DEVELOPMENT_CHAIN:
            # A block comes with a transaction alone there, and time goes on without one.
            now = max(now, self._pending_time())
        return Moment(indexed.number, indexed.hash, int(head["number"]), now)

    def _pending_time(self) -> int:
        pending: Any = self._opened.web3.eth.get_block("pending")
        return int(pending["timestamp"])
