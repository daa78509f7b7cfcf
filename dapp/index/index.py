"""`Index`: what screens, the API and metrics read. One connection per call, so threads may share it."""

from collections.abc import Sequence

from sqlalchemy import Engine

from dapp.index.account_rows import (
    AppealRow,
    Balance,
    CreditChange,
    Earning,
    Entry,
    Member,
    MerchantRow,
    Referrals,
    ReferrerDay,
    RoleRow,
    SellerDay,
    Statistics,
)
from dapp.index.dispute_rows import ArbiterRow, CaseRow, DisputeRow, EvidenceRow
from dapp.index.rows import (
    EventQuery,
    EventRow,
    Head,
    OrderQuery,
    OrderRow,
    Page,
    ServiceQuery,
    ServiceRow,
    ServiceVersion,
)

ALL_SERVICES = ServiceQuery()
ALL_ORDERS = OrderQuery()
ALL_EVENTS = EventQuery()


class Index:
    """The read side. Addresses may be given in any case. Amounts are token units, times Unix seconds."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    @classmethod
    def open(cls, database_url: str) -> "Index":
        """The index in this database, its schema brought up to date. Raises DatabaseFailed if it cannot be used."""
        raise NotImplementedError

    def head(self) -> Head | None:
        """The last indexed block; None while nothing is indexed."""
        raise NotImplementedError

    # -- services and orders --------------------------------------------------------------------

    def services(
        self, query: ServiceQuery = ALL_SERVICES, limit: int = 20, offset: int = 0
    ) -> Page[ServiceRow]:
        """The listings that match."""
        raise NotImplementedError

    def service(self, listing_id: int) -> ServiceRow | None:
        """A listing's current version."""
        raise NotImplementedError

    def service_versions(self, listing_id: int) -> list[ServiceVersion]:
        """A listing's versions, oldest first."""
        raise NotImplementedError

    def categories(self) -> dict[int, int]:
        """How many active listings each category has."""
        raise NotImplementedError

    def orders(self, query: OrderQuery = ALL_ORDERS, limit: int = 20, offset: int = 0) -> Page[OrderRow]:
        """The orders that match, newest first."""
        raise NotImplementedError

    def order(self, order_id: bytes) -> OrderRow | None:
        """One order."""
        raise NotImplementedError

    def order_steps(self, order_id: bytes) -> list[EventRow]:
        """Every event that concerns an order, of any contract, in the chain's order."""
        raise NotImplementedError

    def order_evidence(self, order_id: bytes) -> list[EvidenceRow]:
        """Every document that an event ties to an order, in the chain's order."""
        raise NotImplementedError

    def order_entries(self, order_id: bytes) -> list[tuple[str, Entry]]:
        """What an order moved in ledgers, as (account, entry)."""
        raise NotImplementedError

    def overdue(self, now: int, limit: int = 100) -> list[OrderRow]:
        """Orders that anyone may end at `now`, the longest overdue first."""
        raise NotImplementedError

    # -- accounts -------------------------------------------------------------------------------

    def balances(self, account: str) -> list[Balance]:
        """An account's money in each token it ever had."""
        raise NotImplementedError

    def maturing(self, account: str, token: str) -> list[tuple[int, int]]:
        """What matures for an account, as (day, token units), by day; due or not."""
        raise NotImplementedError

    def entries(
        self, account: str, token: str | None = None, limit: int = 50, offset: int = 0
    ) -> Page[Entry]:
        """An account's ledger, newest first."""
        raise NotImplementedError

    def merchant(self, account: str) -> MerchantRow:
        """An account as a merchant; a newcomer's record if it has none."""
        raise NotImplementedError

    def credit_history(self, account: str, limit: int = 50, offset: int = 0) -> Page[CreditChange]:
        """What moved a merchant's score, newest first."""
        raise NotImplementedError

    def appeals(self, merchant: str | None = None, open_only: bool = False) -> list[AppealRow]:
        """Credit appeals, newest first; of one merchant if given."""
        raise NotImplementedError

    def seller_days(self, account: str) -> list[SellerDay]:
        """A seller's daily statistics, by day and token."""
        raise NotImplementedError

    # -- referrals ------------------------------------------------------------------------------

    def referrals(self, account: str) -> Referrals:
        """An account's place in the referral tree."""
        raise NotImplementedError

    def downline(self, account: str, depth: int = 3, limit: int = 1_000) -> list[Member]:
        """The accounts below one, nearest level first."""
        raise NotImplementedError

    def earnings(self, account: str) -> list[Earning]:
        """A referrer's commissions by day, level and token."""
        raise NotImplementedError

    def referrer_days(self, account: str) -> list[ReferrerDay]:
        """A referrer's daily statistics, by day and token."""
        raise NotImplementedError

    # -- disputes -------------------------------------------------------------------------------

    def dispute(self, order_id: bytes) -> DisputeRow | None:
        """The dispute about an order."""
        raise NotImplementedError

    def disputes(
        self, account: str | None = None, open_only: bool = False, limit: int = 50, offset: int = 0
    ) -> Page[DisputeRow]:
        """Disputes, newest first; those with this buyer or seller if given."""
        raise NotImplementedError

    def panel_cases(self, arbiter: str | None = None, open_only: bool = False) -> list[CaseRow]:
        """Cases before the panels, newest first; those an arbiter was drawn for if given."""
        raise NotImplementedError

    def arbiters(self, account: str | None = None) -> list[ArbiterRow]:
        """The panels' arbiters, by panel and seat."""
        raise NotImplementedError

    # -- market and chain -----------------------------------------------------------------------

    def events(
        self, query: EventQuery = ALL_EVENTS, limit: int = 50, before_key: int | None = None
    ) -> list[EventRow]:
        """Decoded events, newest first; older than `before_key` if given (the last key of the page before)."""
        raise NotImplementedError

    def event_names(self) -> dict[str, Sequence[str]]:
        """The events' names by contract, for a filter."""
        raise NotImplementedError

    def blocks(self, limit: int = 20, before: int | None = None) -> list[tuple[Head, int]]:
        """Blocks with events of the market, newest first, and how many events each has."""
        raise NotImplementedError

    def roles(self, account: str | None = None) -> list[RoleRow]:
        """Who holds which role of the Authority."""
        raise NotImplementedError

    def statistics(self) -> Statistics:
        """The market's totals."""
        raise NotImplementedError
