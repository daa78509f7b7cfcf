"""The tables.

Facts are only ever added: their first column is an event's key (`block << 20 | log index`), or a position
(`key << 3 | n`) where an event gives several rows, so that undoing blocks is one range delete. Current state
is one row per thing; inside the finality window `journal` keeps what each block's changes replaced.
Accounts are 20 bytes, ids and hashes 32; `Amount` is exact and sorts.
"""

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
)

from dapp.index.amounts import Amount

metadata = MetaData()


def _key(name: str = "key") -> Column[int]:
    return Column(name, BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False)


def _account(name: str, *, primary: bool = False) -> Column[bytes]:
    return Column(name, LargeBinary(20), primary_key=primary, nullable=False)


def _hash(name: str, *, primary: bool = False) -> Column[bytes]:
    return Column(name, LargeBinary(32), primary_key=primary, nullable=False)


def _amount(name: str) -> Column[int]:
    return Column(name, Amount, nullable=False)


def _count(name: str, *, primary: bool = False) -> Column[int]:
    return Column(name, Integer, primary_key=primary, nullable=False, autoincrement=False)


def _time(name: str) -> Column[int]:
    return Column(name, BigInteger, nullable=False)


# -- where the follower is ------------------------------------------------------------------------

cursor = Table(
    "cursor",
    metadata,
    _count("id", primary=True),
    Column("deployment", Text, nullable=False),
    _time("number"),
    _hash("hash"),
    _time("timestamp"),
)
window = Table("window_blocks", metadata, _key("number"), _hash("hash"), _time("timestamp"))
journal = Table(
    "journal",
    metadata,
    _key("id"),
    _time("block"),
    Column("name", Text, nullable=False),
    Column("row", LargeBinary, nullable=False),
    Column("before", LargeBinary),
    Index("journal_block", "block"),
)

# -- facts ----------------------------------------------------------------------------------------

blocks = Table("blocks", metadata, _key("number"), _hash("hash"), _time("timestamp"), _count("events"))
signatures = Table(
    "signatures",
    metadata,
    _count("id", primary=True),
    Column("contract", Text, nullable=False),
    Column("name", Text, nullable=False),
)
events = Table(
    "events",
    metadata,
    _key(),
    Column("signature", SmallInteger, nullable=False),
    _hash("transaction"),
    Column("payload", LargeBinary, nullable=False),
    Column("order_key", BigInteger),  # of the placement
    Index("events_order", "order_key", "key"),
    Index("events_signature", "signature", "key"),
)
event_accounts = Table(
    "event_accounts",
    metadata,
    _key("position"),
    _account("account"),
    Index("event_accounts_account", "account", "position"),
)
entries = Table(
    "entries",
    metadata,
    _key("position"),
    _account("account"),
    _count("token"),  # its number in `totals`
    Column("kind", SmallInteger, nullable=False),
    _amount("delta"),
    _amount("balance"),
    Column("maturing", Amount),
    Column("due_day", Integer),
    Index("entries_account", "account", "position"),
)
credit_changes = Table(
    "credit_changes",
    metadata,
    _key("position"),
    _account("merchant"),
    Column("dimension", SmallInteger, nullable=False),
    Column("reason", SmallInteger, nullable=False),
    Column("applied", Integer, nullable=False),
    Column("score", Integer, nullable=False),
    _hash("ref"),
    Index("credit_changes_merchant", "merchant", "position"),
)
attestations = Table(
    "attestations",
    metadata,
    _key(),
    _hash("id"),
    _account("merchant"),
    _account("attestor"),
    Column("cid", Text, nullable=False),
    Index("attestations_id", "id"),
)
evidence = Table(
    "evidence",
    metadata,
    _key(),
    _hash("order_id"),
    Column("kind", Text, nullable=False),
    Column("party", LargeBinary(20)),
    Column("cid", Text, nullable=False),
    Index("evidence_order", "order_id", "key"),
)
listing_versions = Table(
    "listing_versions",
    metadata,
    _key(),
    Column("listing_id", BigInteger, nullable=False),
    _count("version"),
    Column("cid", Text, nullable=False),
    Index("listing_versions_listing", "listing_id", "version", unique=True),
)

# -- current state --------------------------------------------------------------------------------

listings = Table(
    "listings",
    metadata,
    _key("id"),
    _time("version_key"),
    _account("seller"),
    _count("version"),
    Column("status", SmallInteger, nullable=False),
    _count("category"),
    _account("token"),
    _amount("price"),
    Column("cid", Text, nullable=False),
    Column("sold", BigInteger, nullable=False),
    _time("listed_at"),
    _count("completed"),
    _count("ratings"),
    _count("stars"),
    Index("listings_seller", "seller"),
)
orders = Table(
    "orders",
    metadata,
    _key("placed_key"),
    _hash("id"),
    _account("buyer"),
    _account("seller"),
    Column("listing_id", BigInteger, nullable=False),
    _count("version"),
    Column("status", SmallInteger, nullable=False),
    _time("until"),
    _amount("held"),
    Column("stars", SmallInteger, nullable=False),
    Column("delivered_cid", Text),
    _amount("returned"),
    _amount("earned"),
    _time("changed_at"),
    Index("orders_id", "id", unique=True),
    Index("orders_buyer", "buyer", "placed_key"),
    Index("orders_seller", "seller", "placed_key"),
    Index("orders_listing", "listing_id", "placed_key"),
    Index("orders_status", "status", "until"),
)
balances = Table(
    "balances",
    metadata,
    _account("account", primary=True),
    _account("token", primary=True),
    _amount("available"),
    _amount("maturing"),
    sqlite_with_rowid=False,
)
maturing = Table(
    "maturing",
    metadata,
    _account("account", primary=True),
    _account("token", primary=True),
    _count("day", primary=True),
    _amount("amount"),
    sqlite_with_rowid=False,
)
merchants = Table(
    "merchants",
    metadata,
    _account("account", primary=True),
    _count("score"),
    *(_count(name) for name in ("trade", "service", "compliance", "community", "security", "earned")),
    _amount("stake"),
    *(_count(name) for name in ("unstake_day", "busy_until_day", "settled", "refunded", "missed")),
    *(_count(name) for name in ("disputed", "won", "lost", "ratings", "stars")),
)
pairs = Table(
    "pairs",
    metadata,
    _account("seller", primary=True),
    _account("buyer", primary=True),
    _count("epoch"),
    _count("gained"),
    sqlite_with_rowid=False,
)
members = Table(
    "members",
    metadata,
    _account("account", primary=True),
    _account("referrer"),
    _account("level2"),
    _account("level3"),
    _time("registered_at"),
    *(_count(name) for name in ("count1", "count2", "count3")),
    Index("members_referrer", "referrer"),
)
earnings = Table(
    "earnings",
    metadata,
    _account("account", primary=True),
    _count("day", primary=True),
    _count("level", primary=True),
    _account("token", primary=True),
    _amount("amount"),
    _count("orders"),
    sqlite_with_rowid=False,
)
seller_days = Table(
    "seller_days",
    metadata,
    _account("account", primary=True),
    _count("day", primary=True),
    _account("token", primary=True),
    *(_count(name) for name in ("placed", "completed", "cancelled", "disputed")),
    *(_amount(name) for name in ("ordered", "sold", "received", "returned")),
    sqlite_with_rowid=False,
)
totals = Table(
    "totals",
    metadata,
    _account("token", primary=True),
    _count("number"),
    *(_amount(name) for name in ("available", "maturing", "escrowed", "ordered")),
    *(_amount(name) for name in ("sold", "returned", "fees", "commissions")),
    sqlite_with_rowid=False,
)
