"""The keeper: ends what is overdue, for anybody; it needs no power, only a little coin for fees."""

from collections.abc import Sequence
from dataclasses import replace

from dapp.bots.actions import Action, Item, Moment, Result
from dapp.bots.due import KeeperState, draw_blocks, plan_of
from dapp.bots.performing import Performer
from dapp.bots.points import PointsBook
from dapp.domain.bounds import DAY
from dapp.market import Market

MOST = 400
"""Rows of each kind that a round looks at, the oldest first."""


class Keeper:
    """See {Bot}."""

    name = "keeper"

    def __init__(self, opened: Market, performer: Performer, standby_seconds: int = 0) -> None:
        self._opened, self._performer = opened, performer
        self._standby_seconds = standby_seconds
        self._block_times: dict[int, int] = {}
        self._points = PointsBook(opened)

    @property
    def account(self) -> str | None:
        """Who pays the fees; None only watches."""
        return self._performer.account

    def balance(self) -> int | None:
        """What is left for fees, in wei."""
        return self._performer.balance()

    def read(self, moment: Moment) -> KeeperState:
        """What may be due."""
        return replace(self.clocks(moment), points=self._points.read(moment))

    def too_dear(self, actions: Sequence[Action]) -> set[tuple[str, str]]:
        """Kind and subject of those that would cost too much now, so that they are left on purpose."""
        return self._performer.too_dear(actions)

    def clocks(self, moment: Moment) -> KeeperState:
        """What may be due by a clock, from the index; from the chain only the times of past draw blocks."""
        index = self._opened.index
        disputes = index.disputes(open_only=True, limit=MOST).items
        blocks = draw_blocks(disputes, moment.head)
        known = {number: self._block_times[number] for number in blocks if number in self._block_times}
        for number in blocks - set(known):
            known[number] = int(self._opened.web3.eth.get_block(number)["timestamp"])
        self._block_times = known
        return KeeperState(
            overdue=index.overdue(moment.now, MOST),
            matured=index.due_buckets(moment.now // DAY, MOST),
            disputes=disputes,
            fees_left=index.fees_left(MOST),
            appeals=index.appeals(open_only=True),
            block_times=known,
        )

    def plan(self, state: KeeperState, moment: Moment) -> list[Action]:
        """See `plan_of`."""
        return plan_of(state, moment)

    def perform(self, items: Sequence[Item], moment: Moment) -> list[Result]:
        """Do what others have had the time to do first."""
        ripe = [item for item in items if moment.now - item.due_at >= self._standby_seconds]
        actions = [item for item in ripe if isinstance(item, Action)]
        return self._performer.perform(actions, moment) if actions else []
