"""What the index answers with: accounts, their money, credit and referrals, disputes and roles."""

from dataclasses import dataclass

from dapp.domain.credit import CreditReason, Dimension, Tier, tier_of
from dapp.domain.credit_table import TABLE
from dapp.domain.orders import Status
from dapp.domain.terms import Upline
from dapp.index.kinds import AppealStatus as AppealStatus
from dapp.index.kinds import EntryKind as EntryKind
from dapp.index.rows import Rating


@dataclass(frozen=True)
class Balance:
    """An account's money in one token, in token units."""

    token: str
    available: int
    maturing: int
    escrowed_as_buyer: int
    escrowed_as_seller: int


@dataclass(frozen=True)
class DueBucket:
    """An account's money that matured on a day (since the epoch), in token units."""

    account: str
    token: str
    day: int
    amount: int


@dataclass(frozen=True)
class Entry:
    """A line of an account's ledger: what moved in its available balance, and the balance after it.

    maturing: what moved in its maturing money (a sale that settles later, its maturing); due_day of that.
    """

    key: int
    token: str
    kind: EntryKind
    delta: int
    balance: int
    maturing: int
    due_day: int | None
    order_id: bytes | None
    counterparty: str | None
    timestamp: int
    transaction: bytes


@dataclass(frozen=True)
class MerchantRow:
    """An account as a merchant. Sub-scores in thousandths of a point, stake in wei, days 0 = none.

    Orders: settled (released, or settled and ruled with something earned), refunded (ended with all or part
    sent back by the seller), missed (delivery deadlines), lost and won (rulings for the buyer, for him).
    seasoned: what must be earned until a newcomer's limits are lifted.
    """

    account: str
    trade: int
    service: int
    compliance: int
    community: int
    security: int
    earned: int
    stake: int
    unstake_day: int
    busy_until_day: int
    settled: int
    refunded: int
    missed: int
    disputed: int
    won: int
    lost: int
    rating: Rating
    seasoned: int = TABLE.seasoned

    @property
    def attested(self) -> int:
        """The sum of the three attested sub-scores."""
        return self.compliance + self.community + self.security

    @property
    def score(self) -> int:
        """The total, 0 to 1,000,000."""
        return self.trade + self.service + self.attested

    @property
    def tier(self) -> Tier:
        """The tier of the total."""
        return tier_of(self.score)

    @property
    def is_limited(self) -> bool:
        """Whether the limits of Watch apply."""
        return self.tier is Tier.WATCH or self.earned < self.seasoned


@dataclass(frozen=True)
class CreditChange:
    """One move of a score: `score` is the total after it. cid: its evidence, where it is an attestation.

    reason None is a release; ref is an order's id or an attestation's, order_id set if it is an order's.
    """

    key: int
    dimension: Dimension
    reason: CreditReason | None
    applied: int
    score: int
    ref: bytes
    order_id: bytes | None
    attestor: str | None
    cid: str | None
    timestamp: int
    transaction: bytes


@dataclass(frozen=True)
class AppealRow:
    """A merchant's appeal against an attestation or an order (`ref`). Bond in wei."""

    ref: bytes
    merchant: str
    status: AppealStatus
    bond: int
    decide_until: int
    cid: str
    decision_cid: str | None
    opened_at: int


@dataclass(frozen=True)
class Referrals:
    """An account's place in the referral tree; registered_at None outside it.

    referrer None for a root. `upline` is ready for the contract. counts: accounts on levels 1 to 3 below.
    """

    account: str
    registered_at: int | None
    referrer: str | None
    upline: Upline
    children: tuple[str, ...]
    counts: tuple[int, int, int]


@dataclass(frozen=True)
class Member:
    """An account below another one, `level` levels down."""

    account: str
    referrer: str
    level: int
    registered_at: int
    children: int


@dataclass(frozen=True)
class Earning:
    """What a referrer earned on a day on a level (1 to 3) in a token, and from how many orders."""

    day: int
    level: int
    token: str
    amount: int
    orders: int


@dataclass(frozen=True)
class ReferrerDay:
    """A referrer's day: commissions in a token, orders they came from, accounts that joined under him."""

    day: int
    token: str
    amount: int
    orders: int
    joined: int


@dataclass(frozen=True)
class SellerDay:
    """A seller's day in one token: orders placed, completed, cancelled and disputed, and token units.

    ordered: the base of what was placed; sold: what completed orders earned before fee and commissions;
    received: what the seller got of it; returned: what went back to buyers.
    """

    day: int
    token: str
    placed: int
    completed: int
    cancelled: int
    disputed: int
    ordered: int
    sold: int
    received: int
    returned: int


@dataclass(frozen=True)
class RoleRow:
    """An account that holds a role of the Authority; `delay` of its executions in seconds."""

    role: int
    account: str
    since: int
    delay: int


@dataclass(frozen=True)
class TokenTotals:
    """What the market holds and moved in one token, in token units. fees: earned by the platform."""

    token: str
    available: int
    maturing: int
    escrowed: int
    ordered: int
    sold: int
    returned: int
    fees: int
    commissions: int


@dataclass(frozen=True)
class Statistics:
    """The whole market at a glance. stakes: merchants' in wei."""

    orders: dict[Status, int]
    services: int
    accounts: int
    merchants: int
    members: int
    events: int
    open_disputes: int
    stakes: int
    tokens: tuple[TokenTotals, ...]
