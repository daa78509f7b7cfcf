"""The bots of one process, each with its key, journal and host: what every shell starts."""

import logging
import os
import socket
import threading

from dapp.bots.alarms import Limits
from dapp.bots.board import Board
from dapp.bots.bot import Bot
from dapp.bots.host import Host
from dapp.bots.journal import Journal
from dapp.bots.keeper import Keeper
from dapp.bots.keys import signer_of
from dapp.bots.moments import Moments
from dapp.bots.performing import Performer
from dapp.bots.sender import Sender
from dapp.bots.settings import BotSettings
from dapp.bots.status import BotStatus
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
        self.hosts = [self.keeper, self._host(self._watch(keeper))]

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
        settings, opened = self._settings, self._opened
        performer = Performer(
            opened, self._sender("keeper", "keeper"), settings, self.journal("keeper").write
        )
        return Keeper(opened, performer, settings.standby_seconds)

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
