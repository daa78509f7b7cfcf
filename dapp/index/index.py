"""`Index`: what screens, the API and metrics read. One connection per call, so threads may share it."""

from sqlalchemy import Engine

from dapp.chain.records import DeploymentRecord
from dapp.index.account_rows import (
    AppealRow,
    Balance,
    CreditChange,
    DueBucket,
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
from dapp.index.database import open_database
from dapp.index.dealings import Dealings
from dapp.index.decode import EventBook
from dapp.index.dispute_rows import ArbiterRow, CaseRow, DisputeRow, EvidenceRow
from dapp.index.hold_rows import HoldQueue, HoldRow, PointMove, Points
from dapp.index.queries import (
    accounts,
    disputes,
    due,
    events,
    holds,
    market,
    orders,
    points,
    referrals,
    services,
    spans,
)
from dapp.index.queries.events import names_by_contract
from dapp.index.queries.standing import Standing, find_standing
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

    def __init__(self, engine: Engine, record: DeploymentRecord) -> None:
        self.engine = engine
        self._book = EventBook(record)
        self.dealings = Dealings(engine, self._book)

    @classmethod
    def open(cls, database_url: str, record: DeploymentRecord) -> "Index":
        """The index of a deployment, its schema brought up to date. Raises DatabaseFailed."""
        return cls(open_database(database_url), record)

    def head(self) -> Head | None:
        """The last indexed block; None while nothing is indexed."""
        with self.engine.connect() as connection:
            return events.find_head(connection)

    # -- services and orders --------------------------------------------------------------------

    def services(
        self, query: ServiceQuery = ALL_SERVICES, limit: int = 20, offset: int = 0
    ) -> Page[ServiceRow]:
        """The listings that match."""
        with self.engine.connect() as connection:
            return services.find_services(connection, query, limit, offset, self._book)

    def service(self, listing_id: int) -> ServiceRow | None:
        """A listing's current version."""
        with self.engine.connect() as connection:
            return services.find_service(connection, listing_id, self._book)

    def service_versions(self, listing_id: int) -> list[ServiceVersion]:
        """A listing's versions, oldest first."""
        with self.engine.connect() as connection:
            return services.find_versions(connection, listing_id, self._book)

    def categories(self) -> dict[int, int]:
        """How many active listings each category has."""
        with self.engine.connect() as connection:
            return services.count_categories(connection)

    def orders(self, query: OrderQuery = ALL_ORDERS, limit: int = 20, offset: int = 0) -> Page[OrderRow]:
        """The orders that match, newest first."""
        with self.engine.connect() as connection:
            return orders.find_orders(connection, query, limit, offset)

    def order(self, order_id: bytes) -> OrderRow | None:
        """One order."""
        with self.engine.connect() as connection:
            return orders.find_order(connection, order_id)

    def order_steps(self, order_id: bytes) -> list[EventRow]:
        """Every event that concerns an order, of any contract, in the chain's order."""
        with self.engine.connect() as connection:
            return events.find_steps(connection, order_id, self._book)

    def order_evidence(self, order_id: bytes) -> list[EvidenceRow]:
        """Every document that an event ties to an order, in the chain's order."""
        with self.engine.connect() as connection:
            return orders.find_evidence(connection, order_id, self._book)

    def order_entries(self, order_id: bytes) -> list[tuple[str, Entry]]:
        """What an order moved in ledgers, as (account, entry)."""
        with self.engine.connect() as connection:
            return accounts.find_order_entries(connection, order_id, self._book)

    def overdue(self, now: int, limit: int = 100) -> list[OrderRow]:
        """Orders that anyone may end at `now`, the longest overdue first."""
        with self.engine.connect() as connection:
            return orders.find_overdue(connection, now, limit)

    def unclaimed(self, now: int, limit: int = 2_000) -> list[bytes]:
        """The ids of completed orders whose points anyone may claim at `now`, the newest first."""
        with self.engine.connect() as connection:
            return due.find_unclaimed(connection, now, limit, self._book)

    # -- accounts -------------------------------------------------------------------------------

    def balances(self, account: str) -> list[Balance]:
        """An account's money in each token it ever had."""
        with self.engine.connect() as connection:
            return accounts.find_balances(connection, account)

    def maturing(self, account: str, token: str) -> list[tuple[int, int]]:
        """What matures for an account, as (day, token units), by day; due or not."""
        with self.engine.connect() as connection:
            return accounts.find_maturing(connection, account, token)

    def due_buckets(self, today: int, limit: int = 500) -> list[DueBucket]:
        """Everybody's money that matured by the day `today` and isn't available yet, the oldest first."""
        with self.engine.connect() as connection:
            return due.find_due_buckets(connection, today, limit)

    def entries(
        self, account: str, token: str | None = None, limit: int = 50, offset: int = 0
    ) -> Page[Entry]:
        """An account's ledger, newest first."""
        with self.engine.connect() as connection:
            return accounts.find_entries(connection, account, token, limit, offset, self._book)

    def merchant(self, account: str) -> MerchantRow:
        """An account as a merchant; a newcomer's record if it has none."""
        with self.engine.connect() as connection:
            return accounts.find_merchant(connection, account, self._book.credit_table.seasoned)

    def standing(self, account: str, score: int) -> Standing:
        """Where a merchant's score (thousandths of a point) stands among those who sell now."""
        with self.engine.connect() as connection:
            return find_standing(connection, account, score)

    def credit_history(self, account: str, limit: int = 50, offset: int = 0) -> Page[CreditChange]:
        """What moved a merchant's score, newest first."""
        with self.engine.connect() as connection:
            return accounts.find_credit_history(connection, account, limit, offset)

    def appeals(self, merchant: str | None = None, open_only: bool = False) -> list[AppealRow]:
        """Credit appeals, newest first; of one merchant if given."""
        with self.engine.connect() as connection:
            return accounts.find_appeals(connection, merchant, open_only)

    def seller_days(self, account: str) -> list[SellerDay]:
        """A seller's daily statistics, by day and token."""
        with self.engine.connect() as connection:
            return accounts.find_seller_days(connection, account)

    # -- referrals ------------------------------------------------------------------------------

    def referrals(self, account: str) -> Referrals:
        """An account's place in the referral tree."""
        with self.engine.connect() as connection:
            return referrals.find_referrals(connection, account)

    def downline(self, account: str, depth: int = 3, limit: int = 1_000) -> list[Member]:
        """The accounts below one, nearest level first."""
        with self.engine.connect() as connection:
            return referrals.find_downline(connection, account, depth, limit)

    def earnings(self, account: str) -> list[Earning]:
        """A referrer's commissions by day, level and token."""
        with self.engine.connect() as connection:
            return referrals.find_earnings(connection, account)

    def referrer_days(self, account: str) -> list[ReferrerDay]:
        """A referrer's daily statistics, by day and token."""
        with self.engine.connect() as connection:
            return referrals.find_referrer_days(connection, account)

    # -- disputes -------------------------------------------------------------------------------

    def dispute(self, order_id: bytes) -> DisputeRow | None:
        """The dispute about an order."""
        with self.engine.connect() as connection:
            return disputes.find_dispute(connection, order_id)

    def disputes(
        self, account: str | None = None, open_only: bool = False, limit: int = 50, offset: int = 0
    ) -> Page[DisputeRow]:
        """Disputes, newest first; those with this buyer or seller if given."""
        with self.engine.connect() as connection:
            return disputes.find_disputes(connection, account, open_only, limit, offset)

    def fees_left(self, limit: int = 100) -> list[DisputeRow]:
        """Closed disputes that a panel may still owe an undecided case's fee, the oldest first."""
        with self.engine.connect() as connection:
            return due.find_fees_left(connection, limit, self._book)

    def panel_cases(self, arbiter: str | None = None, open_only: bool = False) -> list[CaseRow]:
        """Cases before the panels, newest first; those an arbiter was drawn for if given."""
        with self.engine.connect() as connection:
            return disputes.find_cases(connection, arbiter, open_only)

    def arbiters(self, account: str | None = None) -> list[ArbiterRow]:
        """The panels' arbiters, by panel and seat."""
        with self.engine.connect() as connection:
            return disputes.find_arbiters(connection, account)

    # -- holds and points -----------------------------------------------------------------------

    def hold(self, order_id: bytes) -> HoldRow | None:
        """The hold on an order, whatever became of it."""
        with self.engine.connect() as connection:
            return holds.find_hold(connection, order_id)

    def open_holds(self, now: int, limit: int = 50, offset: int = 0) -> Page[HoldRow]:
        """Holds that a reviewer can decide about at `now`, the one that ends first in front."""
        with self.engine.connect() as connection:
            return holds.find_open_holds(connection, now, limit, offset)

    def past_holds(
        self, now: int, account: str | None = None, limit: int = 50, offset: int = 0
    ) -> Page[HoldRow]:
        """Holds that are over at `now`, newest first; those with this buyer or seller if given."""
        with self.engine.connect() as connection:
            return holds.find_past_holds(connection, now, account, limit, offset)

    def hold_queue(self, now: int) -> HoldQueue:
        """How many holds wait for a reviewer at `now`, and since when the oldest does."""
        with self.engine.connect() as connection:
            return holds.find_queue(connection, now)

    def points(self, merchant: str) -> Points:
        """A merchant's reward points."""
        with self.engine.connect() as connection:
            return points.find_points(connection, merchant)

    def point_moves(self, merchant: str, limit: int = 50, offset: int = 0) -> Page[PointMove]:
        """What a merchant's points came from and went to, newest first."""
        with self.engine.connect() as connection:
            return points.find_point_moves(connection, merchant, limit, offset)

    # -- market and chain -----------------------------------------------------------------------

    def events(
        self, query: EventQuery = ALL_EVENTS, limit: int = 50, before_key: int | None = None
    ) -> list[EventRow]:
        """Decoded events, newest first; older than `before_key` (the last of the page before)."""
        with self.engine.connect() as connection:
            return events.find_events(connection, query, limit, before_key, self._book)

    def event_names(self) -> dict[str, list[str]]:
        """The events' names by contract, for a filter."""
        return names_by_contract(self._book)

    def blocks(self, limit: int = 20, before: int | None = None) -> list[tuple[Head, int]]:
        """Blocks with events of the market, newest first, and how many events each has."""
        with self.engine.connect() as connection:
            return events.find_blocks(connection, limit, before)

    def roles(self, account: str | None = None) -> list[RoleRow]:
        """Who holds which role of the Authority."""
        with self.engine.connect() as connection:
            return market.find_roles(connection, account)

    def recipient(self, account: str) -> bytes | None:
        """The key that evidence is sealed to for an account (32 bytes); None before it published one."""
        with self.engine.connect() as connection:
            return market.find_recipient(connection, account)

    def span(self, start: int, end: int) -> spans.Span:
        """Orders and ratings from one time to another (Unix seconds), and the scores then."""
        with self.engine.connect() as connection:
            return spans.find_span(connection, start, end, self._book)

    def statistics(self) -> Statistics:
        """The market's totals."""
        with self.engine.connect() as connection:
            return market.find_statistics(connection)
