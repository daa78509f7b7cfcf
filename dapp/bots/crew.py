"""The bots of one process, each with its key, journal and host: what every shell starts."""

import logging
import os
import socket
import threading
from collections.abc import Iterator

from dapp.bots.alarms import Limits
from dapp.bots.board import Board
from dapp.bots.bot import Bot
from dapp.bots.courier import Courier
from dapp.bots.host import Host
from dapp.bots.journal import Journal
from dapp.bots.keeper import Keeper
from dapp.bots.keys import signer_of
from dapp.bots.moments import Moments
from dapp.bots.performing import Performer
from dapp.bots.sender import Sender
from dapp.bots.settings import BotSettings
from dapp.bots.status import BotStatus
from dapp.bots.unready import Unready
from dapp.bots.watch import AlarmMemory, Watch
from dapp.bots.webhook import Webhook
from dapp.chain.keys import KeyUnusable
from dapp.market import Market

_LOG = logging.getLogger(__name__)
JOURNALS = "bots"
"""The folder of the journals in the data folder."""


def worker_name() -> str:
    """This process among all that may run the same bots."""
    return f"{socket.gethostname()}-{os.getpid()}"


class Crew:
    """All bots of a process. One whose key can't be used says so in the log, and only watches.

    acts: False is a rehearsal, in which nobody has a key and nothing is noted. board: where other processes
    with the same bots are met.
    """

    def __init__(
        self,
        opened: Market,
        settings: BotSettings,
        *,
        acts: bool = True,
        board: Board | None = None,
    ) -> None:
        self._opened, self._settings, self._acts, self._board = opened, settings, acts, board
        self._moments, self._worker = Moments(opened), worker_name()
        self.stopping = threading.Event()
        keeper = self._keeper()
        self.keeper = self._host(keeper)
        self.hosts = [self.keeper, self._host(self._watch(keeper)), *map(self._host, self._with_roles())]

    def start(self) -> None:
        """Each in a thread of its own."""
        for host in self.hosts:
            host.start()

    def stop(self) -> None:
        """End every thread; what waits for a transaction goes on waiting in the next process."""
        self.stopping.set()
        for host in self.hosts:
            host.stop()

    def wake(self, *_anything: object) -> None:
        """There may be something new."""
        for host in self.hosts:
            host.wake()

    @property
    def statuses(self) -> list[BotStatus]:
        """How each fares now."""
        return [host.status for host in self.hosts]

    def journal(self, name: str) -> Journal:
        """A bot's journal."""
        return Journal(self._opened.settings.data / JOURNALS, name, writes=self._acts)

    def _host(self, bot: Bot) -> Host:
        return Host(
            bot,
            self._moments,
            self.journal(bot.name),
            worker=self._worker,
            overdue_seconds=self._settings.overdue_seconds,
            report=self._board.report if self._board else None,
        )

    def _keeper(self) -> Keeper:
        performer = Performer(self._opened, self._courier(Keeper.name, "keeper"), self._settings)
        return Keeper(self._opened, performer, self._settings.standby_seconds)

    def _with_roles(self) -> Iterator[Bot]:
        """The bots that need a role, where their key is; made in the first round in which they can be."""
        attesting = self._courier("credit", "attestor", one_at_a_time=True)
        if attesting.account is not None:
            yield Unready("credit", attesting.account, lambda: self._credit(attesting))
        holding = self._courier("risk", "risk_bot")
        if holding.account is not None:
            yield Unready("risk", holding.account, lambda: self._risk(holding))

    def _credit(self, courier: Courier) -> Bot:
        from dapp.bots.credit import CreditBot
        from dapp.credit.deployed import deployed_rules
        from dapp.credit.desk import Desk
        from dapp.credit.inbox import Inbox

        opened, settings = self._opened, self._opened.settings
        rules, inbox = deployed_rules(opened.contracts, settings.credit_rules), Inbox(settings.data)
        poster = str(courier.account)
        desk = Desk(opened.contracts, opened.store, inbox, rules, poster, settings.confirmations)
        return CreditBot(opened, desk, courier)

    def _risk(self, courier: Courier) -> Bot:
        from dapp.bots.risk import RiskBot  # with the libraries of its model, which take a second

        return RiskBot(self._opened, Performer(self._opened, courier, self._settings))

    def _courier(self, bot: str, actor: str, *, one_at_a_time: bool = False) -> Courier:
        sender, note = self._sender(bot, actor), self.journal(bot).write
        return Courier(self._opened, sender, self._settings, note, one_at_a_time=one_at_a_time)

    def _sender(self, bot: str, actor: str) -> Sender | None:
        """What sends for a bot, with its own key; None without one."""
        opened, settings = self._opened, self._settings
        if not self._acts:
            return None
        try:
            account = signer_of(bot, actor, opened.chain_id, settings)
        except KeyUnusable as error:
            _LOG.error("bots: %s only watches: %s", bot, error)
            return None
        if account is None:
            _LOG.warning("bots: %s only watches: HANSE_%s_KEYSTORE names no key", bot, bot.upper())
            return None
        return Sender(
            opened.web3,
            account,
            opened.errors,
            stuck_seconds=settings.stuck_seconds,
            stopping=self.stopping,
        )

    def _watch(self, keeper: Keeper) -> Watch:
        settings = self._settings
        limits = Limits(settings.alarm_before_seconds, settings.overdue_seconds, settings.round_spend)
        webhook = Webhook(settings.webhook, settings.webhook_secret) if settings.webhook else None
        memory = AlarmMemory(self.journal(Watch.name), self._board)
        return Watch(self._opened, keeper, limits, memory, webhook)
