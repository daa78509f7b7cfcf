"""Everything that events change: the tables of current state, and the facts that a range of blocks adds."""

from typing import Any

from sqlalchemy import Dialect, select

from dapp.domain.credit_table import TABLE, CreditTable
from dapp.index import court_records as c
from dapp.index import court_schema as court
from dapp.index import records as r
from dapp.index import schema
from dapp.index.failures import ForeignHistory
from dapp.index.state import PRELOADED, Reader, StateTable
from dapp.index.writing import Change, Row, Writer

POSITION_SHIFT = 3
CHANGING = ("status", "until", "held", "stars", "delivered_cid", "returned", "earned", "changed_at")
FACTS = (
    schema.blocks,
    schema.events,
    schema.event_accounts,
    schema.entries,
    schema.credit_changes,
    schema.attestations,
    schema.evidence,
    schema.listing_versions,
    court.point_moves,
)
TERMS = 32  # an OrderPlaced payload: the id's word, then the twelve of the terms


class OrderTable(StateTable[r.OrderRecord]):
    """Orders; their sealed terms are read from the event of their placement."""

    def __init__(self, dialect: Dialect) -> None:
        super().__init__(schema.orders, r.OrderRecord, dialect, CHANGING)
        self.keys = ["id"]

    def load(self, key: bytes) -> r.OrderRecord | None:
        """The order of this id from the database."""
        found = self._read(schema.orders.c.id == key)
        return found[0] if found else None

    def preload(self) -> None:
        """Only to learn whether there are any: old ones are rarely needed."""
        self.complete = self.reader().execute(select(schema.orders.c.placed_key).limit(1)).first() is None

    def _read(self, condition: Any) -> list[r.OrderRecord]:
        joined = schema.orders.join(schema.events, schema.events.c.key == schema.orders.c.placed_key)
        query = select(*schema.orders.columns, schema.events.c.payload).select_from(joined).where(condition)
        found = []
        for *values, payload in self.reader().execute(query.limit(PRELOADED)):
            record = r.OrderRecord(*values, **terms_fields(payload))
            self.cache[record.id] = record
            found.append(record)
        return found


def terms_fields(payload: bytes) -> dict[str, Any]:
    """What an order record keeps of an OrderPlaced payload."""
    words = [payload[at : at + 32] for at in range(TERMS, TERMS + 12 * 32, 32)]
    numbers = [int.from_bytes(word, "big") for word in words]
    return {
        "clocks": numbers[0],
        "base": numbers[2],
        "payer": words[4][12:],
        "lines": (numbers[5], numbers[6], numbers[7]),
        "token": words[8][12:],
        "rates": numbers[10],
    }


class MarketState:
    """What handlers work on. `key`, `now` (Unix seconds) and `day` are those of the event at hand."""

    def __init__(self, dialect: Dialect, market: bytes, credit: CreditTable = TABLE) -> None:
        self.market = market
        self.epoch, self.pair_cap = credit.epoch, credit.pair_cap
        self.key = self.now = self.day = self.position = 0
        self.orders = OrderTable(dialect)
        self.listings = StateTable(schema.listings, r.ListingRecord, dialect)
        self.balances = StateTable(schema.balances, r.BalanceRecord, dialect)
        self.maturing = StateTable(schema.maturing, r.MaturingRecord, dialect)
        self.merchants = StateTable(schema.merchants, r.MerchantRecord, dialect)
        self.pairs = StateTable(schema.pairs, r.PairRecord, dialect)
        self.members = StateTable(schema.members, r.MemberRecord, dialect)
        self.earnings = StateTable(schema.earnings, r.EarningRecord, dialect)
        self.seller_days = StateTable(schema.seller_days, r.SellerDayRecord, dialect)
        self.totals = StateTable(schema.totals, r.TotalRecord, dialect)
        self.disputes = StateTable(court.disputes, c.DisputeRecord, dialect)
        self.cases = StateTable(court.cases, c.CaseRecord, dialect)
        self.chairs = StateTable(court.chairs, c.ChairRecord, dialect)
        self.arbiters = StateTable(court.arbiters, c.ArbiterRecord, dialect)
        self.holds = StateTable(court.holds, c.HoldRecord, dialect)
        self.points = StateTable(court.points, c.PointsRecord, dialect)
        self.appeals = StateTable(court.appeals, c.AppealRecord, dialect)
        self.role_holders = StateTable(court.role_holders, c.RoleRecord, dialect)
        self.recipients = StateTable(court.recipients, c.RecipientRecord, dialect)
        self.tables: dict[str, StateTable[Any]] = {
            table.table.name: table for table in vars(self).values() if isinstance(table, StateTable)
        }
        self._facts = [Writer(table, dialect) for table in FACTS]
        self.clear_facts()

    def clear_facts(self) -> None:
        """Forget the facts, which were written or must not be."""
        self.blocks: list[Row] = []
        self.events: list[Row] = []
        self.event_accounts: list[Row] = []
        self.entries: list[Row] = []
        self.credit_changes: list[Row] = []
        self.attestations: list[Row] = []
        self.evidence: list[Row] = []
        self.listing_versions: list[Row] = []
        self.point_moves: list[Row] = []

    def take(self) -> list[Change]:
        """Everything to be written since the last time."""
        changes = [Change(writer, getattr(self, writer.table.name)) for writer in self._facts]
        self.clear_facts()
        changes += [table.take() for table in self.tables.values()]
        return [change for change in changes if change.added or change.updated]

    def begin(self, reader: Reader, *, journal: bool) -> None:
        """Go on with what this gives to read from; `journal`: remember what blocks change."""
        for table in self.tables.values():
            table.begin(reader, journal=journal)

    def preload(self) -> None:
        """Read small tables whole."""
        for table in self.tables.values():
            table.preload()

    def forget(self) -> None:
        """Drop what no commit wrote."""
        for table in self.tables.values():
            table.forget()
        self.clear_facts()

    def at(self, key: int) -> None:
        """Go on to the event of this key, in the same block or after `enter_block`."""
        self.key, self.position = key, key << POSITION_SHIFT

    def concerns(self, account: bytes) -> None:
        """Note that the event names an account."""
        told = self.event_accounts
        if told and told[-1][0] >> POSITION_SHIFT == self.key:
            if told[-1][1] != account:
                told.append((told[-1][0] + 1, account))
        else:
            told.append((self.key << POSITION_SHIFT, account))

    def next_position(self) -> int:
        """A place for one more row of the event."""
        position = self.position
        self.position = position + 1
        return position

    def order_key(self, order_id: bytes) -> int | None:
        """Where an order was placed; None if there is none of this id."""
        order = self.orders.find(order_id)
        return None if order is None else order.placed_key

    # -- records that are made when first needed --------------------------------------------------

    # The two below run several times an event: where no journal is kept, they don't even call `edit`.

    def order(self, order_id: bytes) -> r.OrderRecord:
        """The order, to be changed. Raises ForeignHistory."""
        orders = self.orders
        order = orders.cache.get(order_id)
        if order is not None and orders.images is None:
            orders.touched[order_id] = order
            return order
        order = orders.edit(order_id)
        if order is None:
            raise ForeignHistory(f"An event names order 0x{order_id.hex()}, whose placement isn't indexed.")
        return order

    def balance(self, account: bytes, token: bytes) -> r.BalanceRecord:
        """What an account has of a token, to be changed."""
        key, balances = (account, token), self.balances
        balance = balances.cache.get(key)
        if balance is not None and balances.images is None:
            balances.touched[key] = balance
            return balance
        return balances.edit(key) or balances.add(key, r.BalanceRecord(account, token))

    def merchant(self, account: bytes) -> r.MerchantRecord:
        """An account as a merchant, to be changed."""
        return self.merchants.edit(account) or self.merchants.add(account, r.MerchantRecord(account))

    def total(self, token: bytes) -> r.TotalRecord:
        """The whole market in a token, to be changed."""
        return self.totals.edit(token) or self.totals.add(token, r.TotalRecord(token, len(self.totals.cache)))

    def seller_day(self, seller: bytes, token: bytes) -> r.SellerDayRecord:
        """The seller's day, to be changed."""
        key = (seller, self.day, token)
        return self.seller_days.edit(key) or self.seller_days.add(key, r.SellerDayRecord(*key))
