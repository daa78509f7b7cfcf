"""The watch: sees arbiters' clocks and work that stays undone, and tells people. It acts on no chain."""

import logging
from collections.abc import Sequence
from dataclasses import replace

from dapp.bots.actions import Item, Moment, Outcome, Result
from dapp.bots.alarms import Alarm, Limits, WatchState, alarms_of, overdue_of
from dapp.bots.board import Board
from dapp.bots.journal import Journal
from dapp.bots.keeper import Keeper
from dapp.bots.webhook import Webhook
from dapp.index.rows import EventQuery
from dapp.market import Market

_LOG = logging.getLogger(__name__)
_REPLACED = EventQuery(name="ArbiterReplaced")
MOST = 100


class AlarmMemory:
    """Which alarms were told: by this machine, as its journal has it, or by another, as the board has it."""

    def __init__(self, journal: Journal, board: Board | None = None) -> None:
        self._board = board
        self._told = {
            (str(entry.get("kind")), str(entry.get("subject")))
            for entry in journal.entries()
            if entry.get("outcome") == Outcome.DONE
        }

    def knows(self, alarm: Item) -> bool:
        """Whether it was told."""
        key = (alarm.kind, alarm.subject)
        if key not in self._told and self._board is not None and self._board.knows(*key):
            self._told.add(key)
        return key in self._told

    def note(self, alarm: Item) -> None:
        """It is told now. The journal's line is its host's."""
        self._told.add((alarm.kind, alarm.subject))
        if self._board is not None:
            self._board.told(alarm.kind, alarm.subject)


class Watch:
    """See {Bot}. An alarm is told once, in the log and to the webhook."""

    name = "watch"
    account = None

    def __init__(
        self,
        opened: Market,
        keeper: Keeper,
        limits: Limits,
        memory: AlarmMemory,
        webhook: Webhook | None = None,
    ) -> None:
        self._opened, self._keeper, self._limits = opened, keeper, limits
        self._memory, self._webhook = memory, webhook
        self._since: int | None = None
        self._logged: set[tuple[str, str]] = set()

    def balance(self) -> int | None:
        """It needs none."""
        return None

    def read(self, moment: Moment) -> WatchState:
        """What keepers see, and who was replaced lately."""
        self._since = moment.now if self._since is None else min(self._since, moment.now)
        state = WatchState(
            keeper=self._keeper.clocks(moment),
            since=self._since,
            replaced=self._opened.index.events(_REPLACED, MOST),
            balance=self._keeper.balance(),
        )
        overdue = overdue_of(state, moment, self._limits)
        return replace(state, dear=self._keeper.too_dear(overdue)) if overdue else state

    def plan(self, state: WatchState, moment: Moment) -> list[Alarm]:
        """See `alarms_of`."""
        return alarms_of(state, moment, self._limits)

    def perform(self, items: Sequence[Item], moment: Moment) -> list[Result]:
        """Tell what wasn't told yet. What the webhook doesn't take is told again in the next round."""
        results = []
        for alarm in items:
            key = (alarm.kind, alarm.subject)
            if not isinstance(alarm, Alarm) or self._memory.knows(alarm):
                continue
            if key not in self._logged:
                self._logged.add(key)
                _LOG.warning("bots: alarm %s: %s", alarm.kind, alarm.text)
            trouble = self._webhook.deliver(self._message(alarm, moment)) if self._webhook else None
            if trouble is None:
                self._memory.note(alarm)
            outcome = Outcome.DEFERRED if trouble else Outcome.DONE
            results.append(Result(alarm, outcome, trouble or alarm.text, alarm.facts))
        return results

    def _message(self, alarm: Alarm, moment: Moment) -> dict[str, object]:
        return {
            "id": f"{self._opened.chain_id}/{alarm.kind}/{alarm.subject}",
            "kind": alarm.kind,
            "text": alarm.text,
            "chain": self._opened.chain_id,
            "now": moment.now,
            **alarm.facts,
        }
