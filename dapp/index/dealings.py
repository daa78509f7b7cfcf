"""`Dealings`: what the index tells risk of sales, of money between accounts and of who came when."""

import statistics
from collections.abc import Collection
from typing import Final

from sqlalchemy import Engine

from dapp.domain.dealings import MoneyLink, Sale
from dapp.index.decode import EventBook
from dapp.index.queries import dealings as queries
from dapp.index.queries.events import find_head
from dapp.index.rows import Head

_UNIT_SALES: Final = 2_000
EVERY: Final = 10**9


class Dealings:
    """Reads for risk, one connection a call. Lists of sales are newest first, at most `limit` long."""

    def __init__(self, engine: Engine, book: EventBook) -> None:
        self._engine, self._book = engine, book

    def head(self) -> Head | None:
        """The last indexed block; None while nothing is indexed."""
        with self._engine.connect() as connection:
            return find_head(connection)

    def sale(self, order_id: bytes) -> Sale | None:
        """One order."""
        with self._engine.connect() as connection:
            found = queries.find_sales(connection, queries.of_id(order_id), 1)
        return found[0] if found else None

    def under_review(self, now: int, limit: int = 1_000) -> list[Sale]:
        """The delivered orders whose review isn't over at `now` (Unix seconds)."""
        with self._engine.connect() as connection:
            return queries.find_sales(connection, queries.under_review(now), limit)

    def bought_by(self, accounts: Collection[str], before: int | None = None, limit: int = 500) -> list[Sale]:
        """What these accounts ordered; only what was placed before an event's key if given."""
        with self._engine.connect() as connection:
            return queries.find_sales(connection, queries.bought_by(accounts, before), limit)

    def sold_by(self, account: str, before: int | None = None, limit: int = 5_000) -> list[Sale]:
        """What was ordered of a merchant; only what was placed before an event's key if given."""
        with self._engine.connect() as connection:
            return queries.find_sales(connection, queries.sold_by(account, before), limit)

    def sales_since(self, since: int) -> list[Sale]:
        """All orders placed since a time (Unix seconds)."""
        with self._engine.connect() as connection:
            return queries.find_sales(connection, queries.placed_since(connection, since), EVERY)

    def units(self) -> dict[str, int]:
        """What a usual order is in each token, in token units: the median of the newest ones."""
        amounts: dict[str, list[int]] = {}
        with self._engine.connect() as connection:
            for sale in queries.find_sales(connection, (), _UNIT_SALES):
                amounts.setdefault(sale.token, []).append(sale.base)
        return {token: statistics.median_low(values) for token, values in amounts.items()}

    def shops(self, buyers: Collection[str]) -> dict[str, int]:
        """From how many merchants each buyer ever ordered."""
        with self._engine.connect() as connection:
            return queries.count_shops(connection, buyers)

    def first_seen(self, accounts: Collection[str]) -> dict[str, int]:
        """When the market first saw accounts (Unix seconds); without those it never saw."""
        with self._engine.connect() as connection:
            return queries.find_first_seen(connection, accounts)

    def referrers(self, accounts: Collection[str]) -> dict[str, str | None]:
        """Who registered whom, from these accounts three levels up; None for roots."""
        with self._engine.connect() as connection:
            return queries.find_referrers(connection, accounts)

    def links(self, after: int, until: int) -> list[MoneyLink]:
        """Money between different accounts in events of keys above `after`, up to `until`, oldest first."""
        with self._engine.connect() as connection:
            return queries.find_links(connection, after, until, self._book)
