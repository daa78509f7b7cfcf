"""The tables of disputes, panels, holds, points, appeals and roles: few rows, most kept as current state."""

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, SmallInteger, Table, Text

from dapp.index.amounts import Amount
from dapp.index.schema import metadata as metadata


def _bytes(name: str, size: int, *, primary: bool = False, optional: bool = False) -> Column[bytes]:
    return Column(name, LargeBinary(size), primary_key=primary, nullable=optional)


def _number(name: str, *, primary: bool = False) -> Column[int]:
    return Column(name, BigInteger, primary_key=primary, nullable=False, autoincrement=False)


disputes = Table(
    "disputes",
    metadata,
    _bytes("order_id", 32, primary=True),
    Column("phase", SmallInteger, nullable=False),
    _bytes("opener", 20),
    Column("deposit", Amount, nullable=False),
    _number("opened_at"),
    _number("opened_key"),
    _bytes("funded_by", 20, optional=True),
    Column("escalated", SmallInteger, nullable=False),
    Column("appellants", LargeBinary, nullable=False),  # 20 bytes each
    Column("meta_cid", Text),
    Column("closed_at", BigInteger),
    Column("buyer_deposit", Amount, nullable=False),
    Column("seller_deposit", Amount, nullable=False),
    Column("resolution", SmallInteger),
    Column("to_buyer", Amount, nullable=False),
    Column("earned", Amount, nullable=False),
    Index("disputes_opened", "opened_key"),
)
cases = Table(
    "cases",
    metadata,
    _bytes("id", 32, primary=True),
    Column("panel", Text, nullable=False),
    _bytes("order_id", 32),
    _bytes("arbitrable", 20),
    Column("choices", Integer, nullable=False),
    Column("extra_data", LargeBinary, nullable=False),
    Column("fee", Amount, nullable=False),
    Column("stage", SmallInteger, nullable=False),
    Column("ruling", Integer),
    _bytes("appellant", 20, optional=True),
    _number("opened_at"),
    _number("opened_key"),
    _number("expires_at"),
    Index("cases_order", "order_id"),
)
chairs = Table(
    "chairs",
    metadata,
    _bytes("id", 32, primary=True),
    Column("chair", SmallInteger, primary_key=True, autoincrement=False),
    Column("step", SmallInteger, nullable=False),
    _bytes("arbiter", 20, optional=True),
    _number("until"),
    Column("ruling", Integer),
    _number("draw_block"),
    Index("chairs_arbiter", "arbiter"),
)
arbiters = Table(
    "arbiters",
    metadata,
    Column("panel", Text, primary_key=True),
    _bytes("account", 20, primary=True),
    Column("seat", Integer, nullable=False),
    Column("appointed", SmallInteger, nullable=False),
    Column("duty", SmallInteger, nullable=False),
    Column("stake", Amount, nullable=False),
    Column("slashed", Amount, nullable=False),
    Column("ruled", Integer, nullable=False),
)
holds = Table(
    "holds",
    metadata,
    _bytes("order_id", 32, primary=True),
    Column("status", SmallInteger, nullable=False),
    _bytes("placed_by", 20),
    Column("score", SmallInteger, nullable=False),
    Column("cid", Text, nullable=False),
    _number("sealed_until"),
    _number("until"),
    _number("placed_at"),
    _number("placed_key"),
    _bytes("reviewer", 20, optional=True),
    Column("decision_cid", Text),
    Column("decided_at", BigInteger),
    Index("holds_placed", "placed_key"),
)
points = Table(
    "points",
    metadata,
    _bytes("merchant", 20, primary=True),
    *(Column(name, Amount, nullable=False) for name in ("balance", "earned", "spent")),
)
point_moves = Table(  # facts: a row for each event
    "point_moves",
    metadata,
    _number("key", primary=True),
    _bytes("merchant", 20),
    Column("points", Amount, nullable=False),
    Column("balance", Amount, nullable=False),
    _bytes("order_id", 32, optional=True),  # earned by it; spent: in a token
    _bytes("token", 20, optional=True),
    Column("amount", Amount),
    Index("point_moves_merchant", "merchant", "key"),
)
appeals = Table(
    "appeals",
    metadata,
    _bytes("ref", 32, primary=True),
    _bytes("merchant", 20),
    Column("status", SmallInteger, nullable=False),
    Column("bond", Amount, nullable=False),
    _number("decide_until"),
    Column("cid", Text, nullable=False),
    Column("decision_cid", Text),
    _number("opened_at"),
    _number("opened_key"),
    Index("appeals_merchant", "merchant"),
)
role_holders = Table(
    "role_holders",
    metadata,
    _bytes("role", 8, primary=True),
    _bytes("account", 20, primary=True),
    Column("held", SmallInteger, nullable=False),
    _number("since"),
    _number("delay"),
)
recipients = Table(
    "recipients",
    metadata,
    _bytes("account", 20, primary=True),
    _bytes("recipient", 32),
    _number("published_key"),
)
documents = Table(
    "documents",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("cid", Text, nullable=False, unique=True),
    Column("status", SmallInteger, nullable=False),
    *(Column(name, Text) for name in ("title", "title_zh", "description", "description_zh", "picture")),
    Column("reason", Text),
    _number("attempts"),
    _number("retry_at"),
    Index("documents_status", "status", "retry_at"),
)
