"""A bot that can't be made yet: it says why, round after round, until it can."""

from collections.abc import Callable, Sequence
from typing import Any

from dapp.bots.actions import Item, Moment, Result
from dapp.bots.bot import Bot


class Unready:
    """See {Bot}. make: makes the bot, or raises what a host survives: a bad rule file, a silent chain."""

    def __init__(self, name: str, account: str | None, make: Callable[[], Bot]) -> None:
        self.name, self.account, self._make = name, account, make
        self._made: Bot | None = None

    @property
    def made(self) -> Bot:
        """The bot itself, made when it is first asked for. Raises what keeps it from being made."""
        if self._made is None:
            self._made = self._make()
        return self._made

    def balance(self) -> int | None:
        """The bot's."""
        return self.made.balance()

    def read(self, moment: Moment) -> Any:
        """The bot's. Raises what keeps it from being made."""
        return self.made.read(moment)

    def plan(self, state: Any, moment: Moment) -> Sequence[Item]:
        """The bot's."""
        return self.made.plan(state, moment)

    def perform(self, items: Sequence[Item], moment: Moment) -> list[Result]:
        """The bot's."""
        return self.made.perform(items, moment)
