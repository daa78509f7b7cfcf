"""One row of each table of current state, as handlers change it. Fields are the columns, in their order."""

from dataclasses import dataclass

from dapp.domain.credit import ATTESTED_BASE, SERVICE_BASE, TRADE_BASE

NOBODY = bytes(20)
_SUB_BASE = ATTESTED_BASE // 3


@dataclass(slots=True)
class ListingRecord:
    """A listing's current version and what its orders did."""

    id: int
    version_key: int
    seller: bytes
    version: int
    status: int
    category: int
    token: bytes
    price: int
    cid: str
    sold: int = 0
    listed_at: int = 0
    completed: int = 0
    ratings: int = 0
    stars: int = 0


@dataclass(slots=True)
class OrderRecord:
    """An order's state, then (no columns) what handlers need of its sealed terms."""

    placed_key: int
    id: bytes
    buyer: bytes
    seller: bytes
    listing_id: int
    version: int
    status: int
    until: int
    held: int
    stars: int
    delivered_cid: str | None
    returned: int
    earned: int
    changed_at: int
    clocks: int
    base: int
    payer: bytes
    lines: tuple[int, int, int]
    token: bytes
    rates: int


@dataclass(slots=True)
class BalanceRecord:
    """An account's money in a token."""

    account: bytes
    token: bytes
    available: int = 0
    maturing: int = 0


@dataclass(slots=True)
class MaturingRecord:
    """What matures for an account on a day; 0 once it did."""

    account: bytes
    token: bytes
    day: int
    amount: int = 0


@dataclass(slots=True)
class MerchantRecord:
    """A merchant's score in thousandths of a point, stake and counters."""

    account: bytes
    score: int = TRADE_BASE + SERVICE_BASE + ATTESTED_BASE
    trade: int = TRADE_BASE
    service: int = SERVICE_BASE
    compliance: int = _SUB_BASE
    community: int = _SUB_BASE
    security: int = _SUB_BASE
    earned: int = 0
    stake: int = 0
    unstake_day: int = 0
    busy_until_day: int = 0
    settled: int = 0
    refunded: int = 0
    missed: int = 0
    disputed: int = 0
    won: int = 0
    lost: int = 0
    ratings: int = 0
    stars: int = 0


@dataclass(slots=True)
class PairRecord:
    """What a pair gained in its last epoch, in thousandths of a point."""

    seller: bytes
    buyer: bytes
    epoch: int = 0
    gained: int = 0


@dataclass(slots=True)
class MemberRecord:
    """An account in the referral tree: referrers (zero = none) and how many are on the levels below."""

    account: bytes
    referrer: bytes
    level2: bytes
    level3: bytes
    registered_at: int
    count1: int = 0
    count2: int = 0
    count3: int = 0


@dataclass(slots=True)
class EarningRecord:
    """A referrer's commissions of a day, level and token."""

    account: bytes
    day: int
    level: int
    token: bytes
    amount: int = 0
    orders: int = 0


@dataclass(slots=True)
class SellerDayRecord:
    """A seller's day in a token."""

    account: bytes
    day: int
    token: bytes
    placed: int = 0
    completed: int = 0
    cancelled: int = 0
    disputed: int = 0
    ordered: int = 0
    sold: int = 0
    received: int = 0
    returned: int = 0


@dataclass(slots=True)
class TotalRecord:
    """The whole market in a token; ledgers call it by its number."""

    token: bytes
    number: int
    available: int = 0
    maturing: int = 0
    escrowed: int = 0
    ordered: int = 0
    sold: int = 0
    returned: int = 0
    fees: int = 0
    commissions: int = 0
