"""Points that completed orders earned and nobody has claimed: found by the index, counted by the chain."""

from web3.exceptions import ContractLogicError

from dapp.bots.actions import Moment
from dapp.bots.due import Points
from dapp.domain.bounds import ZERO_ADDRESS
from dapp.market import Market

PAUSE_SECONDS = 60
"""Points aren't urgent: by the chain's time, this long between two looks."""
MOST = 40
"""Orders that one look asks the chain about."""


class PointsBook:
    """Remembers which orders earned nothing, to ask less; a new process asks again."""

    def __init__(self, opened: Market) -> None:
        self._opened = opened
        self._empty: set[bytes] = set()
        self._read_at: int | None = None

    def read(self, moment: Moment) -> list[Points]:
        """What can be claimed now; nothing between two looks."""
        if self._read_at is not None and 0 <= moment.now - self._read_at < PAUSE_SECONDS:
            return []
        self._read_at = moment.now
        unclaimed = self._opened.index.unclaimed(moment.now)
        self._empty &= set(unclaimed)
        found = []
        for order_id in [each for each in unclaimed if each not in self._empty][:MOST]:
            order = self._opened.index.order(order_id)
            points = 0 if order is None else self._claimable(order.terms.pack())
            if order is None or not points:
                self._empty.add(order_id)
            else:
                found.append(Points(order, self._worth(points)))
        return found

    def _claimable(self, terms: object) -> int:
        return int(self._opened.contracts.rewards.functions.claimable(terms).call())

    def _worth(self, points: int) -> int:
        try:
            return int(self._opened.contracts.rewards.functions.worthOf(ZERO_ADDRESS, points).call())
        except ContractLogicError:
            return 0  # fees in the chain's coin earn no credit in this market
