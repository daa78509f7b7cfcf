"""What runs beside the pages in this process: the follower of the chain, the reader of documents, the pusher,
and the bots, unless they are workers of their own.

Started and stopped by the app's lifespan.
"""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

from dapp.bots.board import Board
from dapp.bots.crew import Crew
from dapp.bots.settings import BotSettings, load_bot_settings
from dapp.bots.status import BotStatus
from dapp.evidence.document import ServiceDocument
from dapp.evidence.fields import DOCUMENT_LIMIT
from dapp.evidence.pusher import Pusher
from dapp.index.failures import IndexFailure
from dapp.index.follow import Follower
from dapp.index.metadata import MetadataReader
from dapp.index.status import FollowerStatus
from dapp.market import Market, MarketUnavailable, market, open_market
from dapp.memory import Memory
from dapp.settings import Settings

_LOG = logging.getLogger(__name__)
RETRY_SECONDS = 2.0
_TOLD_SECONDS = 1.0


@dataclass(frozen=True)
class Bots:
    """where: `here` in this process, `workers` of their own, `none`. statuses: None while Redis is gone."""

    where: str
    statuses: list[BotStatus] | None


class Service(Protocol):
    """A thread, or several, that can be stopped."""

    def stop(self) -> None:
        """End it, after what it has at hand."""
        ...


class Background:
    """The threads of one market; opens it again and again until there is one."""

    def __init__(self, settings: Settings, bots: BotSettings | None = None) -> None:
        self._settings, self._bots = settings, bots or load_bot_settings()
        self._stopping = threading.Event()
        self._starter = threading.Thread(target=self._start_all, name="start", daemon=True)
        self._follower: Follower | None = None
        self._crew: Crew | None = None
        self._board: Board | None = None
        self._told = Memory(_TOLD_SECONDS)
        self._running: list[Service] = []

    @property
    def status(self) -> FollowerStatus:
        """How the follower fares."""
        return self._follower.status if self._follower else FollowerStatus()

    @property
    def bots(self) -> Bots:
        """How the bots fare: those of this process, or all workers."""
        if self._board is not None:
            return Bots("workers", self._told.recall("bots", self._board.statuses))
        return Bots("here", self._crew.statuses) if self._crew else Bots("none", [])

    def start(self) -> None:
        """Begin, without waiting for the chain."""
        self._starter.start()

    def stop(self) -> None:
        """End every thread, each after what it has at hand."""
        self._stopping.set()
        self._starter.join()
        for service in self._running:
            service.stop()
        self._running = []

    def _start_all(self) -> None:
        while not self._stopping.is_set():
            try:
                self._start(market(self._settings))
            except (MarketUnavailable, IndexFailure) as error:
                _LOG.warning("dapp: %s", error)
                self._stopping.wait(RETRY_SECONDS)
            else:
                return

    def _start(self, opened: Market) -> None:
        reader, pusher, crew = reader_of(opened), Pusher(opened.store), self._crew_of(opened)
        wakes = [reader.wake, *([crew.wake] if crew else [])]
        self._follower, self._crew = follower_of(opened, *wakes), crew
        # Stopped in this order: what writes to the chain first.
        self._running = [*([crew] if crew else []), self._follower, reader, pusher]
        reader.start()
        self._follower.start()
        pusher.start()
        if crew:
            crew.start()

    def _crew_of(self, opened: Market) -> Crew | None:
        if self._bots.redis_url is not None:
            self._board = Board(self._bots.redis_url, opened.contracts.record)
        here = self._bots.enabled and self._bots.redis_url is None
        return Crew(opened, self._bots) if here else None


def follower_of(opened: Market, *wakes: Callable[[int], None]) -> Follower:
    """A follower for an opened market; each of its commits calls `wakes`."""
    settings = opened.settings

    def tell(number: int) -> None:
        for wake in wakes:
            wake(number)

    return Follower(
        opened.index.engine,
        opened.contracts.record,
        settings.rpc_urls,
        confirmations=settings.confirmations,
        websocket_url=settings.websocket_url,
        on_commit=tell,
    )


@contextmanager
def followed_market(settings: Settings) -> Iterator[Market]:
    """A command's market, its index at the chain's head. Raises MarketUnavailable, IndexFailure."""
    opened = open_market(settings)
    try:
        follower = follower_of(opened)
        try:
            follower.follow_to_head()
        finally:
            follower.stop()
        yield opened
    finally:
        opened.index.engine.dispose()


def reader_of(opened: Market) -> MetadataReader:
    """A reader of the services' documents for an opened market."""

    def read(cid: str) -> ServiceDocument:
        return ServiceDocument.parse(opened.store.get(cid, DOCUMENT_LIMIT))

    return MetadataReader(opened.index.engine, read)


_current: list[Background] = []


def start_background(settings: Settings) -> Background:
    """Start this process's threads."""
    background = Background(settings)
    _current.append(background)
    background.start()
    return background


def stop_background(background: Background) -> None:
    """Stop them again."""
    _current.remove(background)
    background.stop()


def bots() -> Bots:
    """How the bots fare, beside the dApp or as workers; none where no threads were started."""
    return _current[-1].bots if _current else Bots("none", [])


def follower_status() -> FollowerStatus | None:
    """How this process's follower fares; None where none was started, as in a test of one screen."""
    return _current[-1].status if _current else None
