"""The one door to evidence: the local store first, an IPFS node behind it where there is one."""

import contextlib
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO, Final, Protocol

from dapp.evidence.car import inline_content
from dapp.evidence.cid import IDENTITY, Cid, cid_in
from dapp.evidence.errors import (
    EvidenceError,
    EvidenceMissing,
    EvidenceTooLarge,
    NodeUnavailable,
    WrongContent,
)
from dapp.evidence.files import FILE_LIMIT
from dapp.evidence.store import LocalStore, Waiting
from dapp.evidence.unixfs import Buffer
from dapp.settings import Settings

_FIRST_PAUSE_SECONDS: Final = 2.0
_LONGEST_PAUSE_SECONDS: Final = 300.0
_MISSING_SECONDS: Final = 60.0


class Node(Protocol):
    """What the box needs of an IPFS node; both raise NodeUnavailable."""

    def push(self, store: LocalStore, cid: str) -> None:
        """Give the node an object of the store; it is pinned when this returns."""

    def fetch(self, cid: str, limit: int) -> bytes:
        """The content of a CID, checked. Raises EvidenceMissing, EvidenceTooLarge, WrongContent, NotAFile."""


@dataclass(frozen=True)
class PushReport:
    """What one round of pushing did; `error` is why it stopped, or why an object was passed over."""

    pushed: tuple[str, ...]
    error: EvidenceError | None = None


class EvidenceBox:
    """Puts, gets and pushes content; safe to use from several threads."""

    def __init__(self, store: LocalStore, node: Node | None = None) -> None:
        self.store, self.node = store, node
        self._lock, self._pushing = threading.Lock(), threading.Lock()
        self._failures, self._silent_until = 0, 0.0
        self._missing: dict[str, float] = {}
        self.node_error: EvidenceError | None = None
        self.on_put: Callable[[], None] | None = None

    @classmethod
    def of(cls, settings: Settings) -> "EvidenceBox":
        """The box that the settings name. Raises StoreUnavailable."""
        from dapp.evidence.node import IpfsNode

        node = IpfsNode(settings.ipfs_api) if settings.ipfs_api else None
        return cls(LocalStore(settings.evidence), node)

    # -- content --------------------------------------------------------------------------------

    def put(self, data: Buffer | BinaryIO, limit: int = FILE_LIMIT) -> str:
        """Keep content; returns its CID. It is on the disk when this returns, and goes to the node later.

        Raises EvidenceTooLarge, StoreUnavailable.
        """
        cid = self.store.add(data, limit=limit)
        if self.on_put:
            self.on_put()
        return cid

    def get(self, cid: str, limit: int = FILE_LIMIT) -> bytes:
        """The content of a CID or `/ipfs/<CID>`, checked against it: from the store, else from the node.

        Raises NotACid, EvidenceMissing, EvidenceTooLarge, WrongContent, NotAFile, StoreUnavailable.
        """
        name = cid_in(cid)
        parsed = Cid.parse(name)
        if parsed.hash_code == IDENTITY:
            return inline_content(parsed)
        try:
            return self.store.read(name, limit)
        except (EvidenceMissing, WrongContent) as local:
            if self.node is None or not self._may_ask(name):
                raise
            return self._fetch(self.node, name, limit, local)

    def has(self, cid: str) -> bool:
        """Whether the content is in the local store. Raises NotACid."""
        return self.store.has(cid_in(cid))

    def _fetch(self, node: Node, cid: str, limit: int, local: EvidenceError) -> bytes:
        try:
            data = node.fetch(cid, limit)
        except NodeUnavailable as error:
            self._failed(error)
            raise local from error
        except EvidenceTooLarge:
            raise
        except EvidenceError:
            with self._lock:
                self._missing[cid] = time.monotonic() + _MISSING_SECONDS
            raise
        self._worked()
        # An unusual layout was proved by the node's blocks, but can't be checked again from plain bytes.
        with contextlib.suppress(WrongContent):
            self.store.adopt(cid, data)
        return data

    # -- the node -------------------------------------------------------------------------------

    def waiting(self) -> list[Waiting]:
        """What no node has yet, oldest first."""
        return self.store.waiting()

    def push_pending(self, *, now: bool = False) -> PushReport:
        """Push what waits, oldest first, until all is done or the node fails.

        After a failure the node is left alone for a while, longer each time, up to five minutes; `now` asks
        it all the same.
        """
        if self.node is None or (not now and time.monotonic() < self._silent_until):
            return PushReport((), self.node_error)
        pushed: list[str] = []
        damage: EvidenceError | None = None
        with self._pushing:
            for item in self.store.waiting():
                try:
                    self.node.push(self.store, item.cid)
                except NodeUnavailable as error:
                    self._failed(error)
                    return PushReport(tuple(pushed), error)
                except EvidenceError as error:  # damaged or gone here: the others go on
                    damage = error
                else:
                    self.store.mark_pushed(item.cid)
                    pushed.append(item.cid)
                    self._worked()
        return PushReport(tuple(pushed), damage)

    @property
    def pause_seconds(self) -> float:
        """How long until the node is asked again after a failure; 0 when it works."""
        return max(0.0, self._silent_until - time.monotonic())

    def _may_ask(self, cid: str) -> bool:
        with self._lock:
            now = time.monotonic()
            self._missing = {known: until for known, until in self._missing.items() if until > now}
            return now >= self._silent_until and cid not in self._missing

    def _failed(self, error: EvidenceError) -> None:
        with self._lock:
            pause = min(_LONGEST_PAUSE_SECONDS, _FIRST_PAUSE_SECONDS * 2**self._failures)
            self._failures = min(self._failures + 1, 16)
            self._silent_until, self.node_error = time.monotonic() + pause, error

    def _worked(self) -> None:
        with self._lock:
            self._failures, self._silent_until, self.node_error = 0, 0.0, None
