"""What every bot is: it reads, plans and performs; hosts do the rest."""

from collections.abc import Sequence
from typing import Any, Protocol

from dapp.bots.actions import Item, Moment, Result


class Bot(Protocol):
    """One kind of work. A host calls the three in turn, round after round, and may be killed at any point.

    Rounds of the same bot may run at the same time in other processes, and a round may see a block that is
    undone later. So nothing may be remembered that the next round needs: what is due follows from index and
    chain alone, and to perform it twice does nothing the second time.
    """

    @property
    def name(self) -> str:
        """As in settings, journal and metrics."""
        ...

    @property
    def account(self) -> str | None:
        """The address that it acts with; None for one that acts on no chain, or has no key."""
        ...

    def balance(self) -> int | None:
        """The account's coin in wei; None without an account."""
        ...

    def read(self, moment: Moment) -> Any:
        """What the plan needs, from index and chain. May raise what they raise."""
        ...

    def plan(self, state: Any, moment: Moment) -> Sequence[Item]:
        """What is due, the most urgent first. Pure."""
        ...

    def perform(self, items: Sequence[Item], moment: Moment) -> list[Result]:
        """Do it, as far as it is still due; a result for each item that anything can be told of."""
        ...
