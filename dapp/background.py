"""What runs beside the pages in this process: the follower of the chain, the reader of documents, the pusher.

Started and stopped by the app's lifespan.
"""

import logging
import threading

from dapp.evidence.document import ServiceDocument
from dapp.evidence.fields import DOCUMENT_LIMIT
from dapp.evidence.pusher import Pusher
from dapp.index.failures import IndexFailure
from dapp.index.follow import Follower
from dapp.index.metadata import MetadataReader
from dapp.index.status import FollowerStatus
from dapp.market import Market, MarketUnavailable, market
from dapp.settings import Settings

_LOG = logging.getLogger(__name__)
RETRY_SECONDS = 2.0


class Background:
    """The threads of one market; opens it again and again until there is one."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._stopping = threading.Event()
        self._starter = threading.Thread(target=self._start_all, name="start", daemon=True)
        self._running: tuple[Follower, MetadataReader, Pusher] | None = None

    @property
    def status(self) -> FollowerStatus:
        """How the follower fares."""
        return self._running[0].status if self._running else FollowerStatus()

    def start(self) -> None:
        """Begin, without waiting for the chain."""
        self._starter.start()

    def stop(self) -> None:
        """End every thread, each after what it has at hand."""
        self._stopping.set()
        self._starter.join()
        for service in self._running or ():
            service.stop()
        self._running = None

    def _start_all(self) -> None:
        while not self._stopping.is_set():
            try:
                self._running = _start(market(self._settings))
            except (MarketUnavailable, IndexFailure) as error:
                _LOG.warning("dapp: %s", error)
                self._stopping.wait(RETRY_SECONDS)
            else:
                return


def follower_of(opened: Market, reader: MetadataReader | None = None) -> Follower:
    """A follower for an opened market; each of its commits wakes the reader."""
    settings = opened.settings
    return Follower(
        opened.index.engine,
        opened.contracts.record,
        settings.rpc_urls,
        confirmations=settings.confirmations,
        websocket_url=settings.websocket_url,
        on_commit=reader.wake if reader else None,
    )


def reader_of(opened: Market) -> MetadataReader:
    """A reader of the services' documents for an opened market."""

    def read(cid: str) -> ServiceDocument:
        return ServiceDocument.parse(opened.store.get(cid, DOCUMENT_LIMIT))

    return MetadataReader(opened.index.engine, read)


def _start(opened: Market) -> tuple[Follower, MetadataReader, Pusher]:
    reader = reader_of(opened)
    follower, pusher = follower_of(opened, reader), Pusher(opened.store)
    reader.start()
    follower.start()
    pusher.start()
    return follower, reader, pusher


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


def follower_status() -> FollowerStatus | None:
    """How this process's follower fares; None where none was started, as in a test of one screen."""
    return _current[-1].status if _current else None
