"""All money between accounts that the index knows: who is tied to whom, and who to far too many."""

import threading
from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import Final

from dapp.domain.dealings import MoneyKind, MoneyLink
from dapp.index.dealings import Dealings
from dapp.index.rows import BLOCK_SHIFT

MOST: Final = 5_000
"""So many links of an order's surroundings are looked at, those next to its parties first."""
_Edge = tuple[str, str, MoneyKind, str]


class _Sums:
    """Links summed up by their ends, kind and token."""

    def __init__(self) -> None:
        self.links: dict[_Edge, MoneyLink] = {}
        self.of: dict[str, set[_Edge]] = {}

    def add(self, links: Iterable[MoneyLink]) -> None:
        for link in links:
            edge = link.source, link.target, link.kind, link.token
            known = self.links.get(edge)
            if known is not None:
                link = replace(link, amount=known.amount + link.amount)
            self.links[edge] = link
            self.of.setdefault(link.source, set()).add(edge)
            self.of.setdefault(link.target, set()).add(edge)


class MoneyBook:
    """Follows the index: what is final is read once, the blocks that may still be undone each time.

    Safe to share between threads.
    """

    def __init__(self, dealings: Dealings, confirmations: int = 12) -> None:
        self._dealings, self._confirmations = dealings, confirmations
        self._lock = threading.Lock()
        self._final, self._final_key = _Sums(), 0
        self._tail = _Sums()

    def refresh(self) -> None:
        """Read what the index learnt since."""
        head = self._dealings.head()
        if head is None:
            return
        final_key = max(head.number + 1 - self._confirmations, 0) << BLOCK_SHIFT
        with self._lock:
            if final_key < self._final_key:  # the index was made anew
                self._final, self._final_key = _Sums(), 0
            self._final.add(self._dealings.links(self._final_key, final_key))
            self._final_key = final_key
            self._tail = _Sums()
            self._tail.add(self._dealings.links(final_key, (head.number + 1) << BLOCK_SHIFT))

    def around(
        self, accounts: Collection[str], steps: int, most_counterparties: int
    ) -> tuple[MoneyLink, ...]:
        """The links within `steps` of accounts, hubs not followed further; summed up, in a fixed order."""
        found: dict[_Edge, MoneyLink] = {}
        reached, frontier = set(accounts), sorted(set(accounts))
        with self._lock:
            for _step in range(steps):
                following: set[str] = set()
                for account in frontier:
                    for edge in sorted(self._edges(account)):
                        if len(found) >= MOST:
                            return tuple(found.values())
                        found[edge] = self._link(edge)
                        following |= {*edge[:2]} - reached
                reached |= following
                frontier = sorted(
                    account
                    for account in following
                    if len(self._counterparties(account)) <= most_counterparties
                )
        return tuple(found.values())

    def hubs(self, accounts: Iterable[str], most_counterparties: int) -> frozenset[str]:
        """Those of the accounts that have more counterparties than this."""
        with self._lock:
            return frozenset(
                account for account in accounts if len(self._counterparties(account)) > most_counterparties
            )

    def _edges(self, account: str) -> set[_Edge]:
        return self._final.of.get(account, set()) | self._tail.of.get(account, set())

    def _counterparties(self, account: str) -> set[str]:
        return {end for edge in self._edges(account) for end in edge[:2]} - {account}

    def _link(self, edge: _Edge) -> MoneyLink:
        old, new = self._final.links.get(edge), self._tail.links.get(edge)
        if old is None or new is None:
            found = new or old
            assert found is not None
            return found
        return replace(new, amount=old.amount + new.amount)
