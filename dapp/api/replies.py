"""What the API answers with; the OpenAPI description is made from these types.

Amounts are token units as decimal strings: JSON's numbers lose digits beyond 2^53. Times are Unix seconds,
ids and hashes 0x-prefixed hexadecimal, addresses EIP-55.
"""

from typing import Annotated, Any

from msgspec import Meta, Struct

Units = Annotated[str, Meta(pattern="^-?[0-9]+$", description="Token units, a decimal integer")]
Address = Annotated[str, Meta(pattern="^0x[0-9a-fA-F]{40}$")]
Hash = Annotated[str, Meta(pattern="^0x[0-9a-f]{64}$")]


class Fault(Struct):
    """Why a request was refused: `error` for programs, `message` for people."""

    error: str
    message: str


class ServiceReply(Struct):
    """A listing's current version. score in thousandths of a point; title and description are foreign."""

    id: int
    seller: Address
    token: Address
    price: Units
    category: int
    version: int
    status: str
    cid: str
    stock: int
    sold: int
    accept_seconds: int
    deliver_seconds: int
    review_seconds: int
    max_commission_bps: int
    instant: bool
    listed_at: int
    title: str | None
    title_zh: str | None
    description: str | None
    picture: str | None
    score: int
    tier: str
    rating: float | None
    ratings: int
    completed: int


class ServicesReply(Struct):
    """A page of services."""

    items: list[ServiceReply]
    total: int
    offset: int
    block: int


class CommissionReply(Struct):
    """A sealed commission line."""

    referrer: Address
    rate_bps: int
    cap: Units


class StepReply(Struct):
    """An event that concerns an order."""

    name: str
    contract: str
    block: int
    timestamp: int
    transaction: Hash
    args: dict[str, Any]


class EvidenceReply(Struct):
    """A document that an event ties to an order."""

    kind: str
    cid: str
    party: str | None
    timestamp: int
    transaction: Hash


class HoldReply(Struct):
    """A hold on a delivery; `state`: held, cleared, confirmed or lapsed (nobody decided in time).

    score 0 to 100; cid of the assessment, decision_cid of the reviewer's grounds. sealed_until, until: the
    end of the review without and with it.
    """

    state: str
    score: int
    placed_by: Address
    cid: str
    placed_at: int
    sealed_until: int
    until: int
    reviewer: str | None
    decision_cid: str | None
    decided_at: int | None


class OrderReply(Struct):
    """An order: its sealed terms, where it stands and its history. hold: null if it never was held."""

    id: Hash
    status: str
    until: int
    held: Units
    stars: int
    seller: Address
    buyer: Address
    payer: Address
    token: Address
    base: Units
    quantity: int
    listing_id: int
    version: int
    fee_bps: int
    commissions: list[CommissionReply]
    arbitrator: Address
    placed_at: int
    returned: Units
    earned: Units
    hold: HoldReply | None
    steps: list[StepReply]
    evidence: list[EvidenceReply]
    block: int


class BalanceReply(Struct):
    """An account's money in one token."""

    token: Address
    available: Units
    maturing: Units
    escrowed_as_buyer: Units
    escrowed_as_seller: Units


class EntryReply(Struct):
    """A line of an account's ledger."""

    token: Address
    kind: str
    delta: Units
    balance: Units
    maturing: Units
    order: str | None
    counterparty: str | None
    timestamp: int
    transaction: Hash


class AccountReply(Struct):
    """An account's balances and a page of its ledger, newest first."""

    account: Address
    balances: list[BalanceReply]
    entries: list[EntryReply]
    total: int
    offset: int
    block: int


class CreditChangeReply(Struct):
    """One move of a score, in thousandths of a point; `score` is the total after it."""

    dimension: str
    reason: str
    applied: int
    score: int
    ref: Hash
    cid: str | None
    timestamp: int
    transaction: Hash


class CreditReply(Struct):
    """A merchant's record; scores in thousandths of a point, stake in wei."""

    merchant: Address
    score: int
    tier: str
    limited: bool
    trade: int
    service: int
    compliance: int
    community: int
    security: int
    stake: Units
    settled: int
    refunded: int
    missed: int
    disputed: int
    won: int
    lost: int
    rating: float | None
    ratings: int
    history: list[CreditChangeReply]
    total: int
    offset: int
    block: int


class EarningReply(Struct):
    """What a referrer earned on a UTC day (since the epoch) on a level in a token."""

    day: int
    level: int
    token: Address
    amount: Units
    orders: int


class ReferralsReply(Struct):
    """An account's place in the referral tree; registered_at null outside it."""

    account: Address
    registered_at: int | None
    referrer: str | None
    upline: list[Address]
    children: list[Address]
    counts: list[int]
    earnings: list[EarningReply]
    block: int


class FigureReply(Struct):
    """A figure of a week, with noise: discrete Laplace of `scale` on each value, below `error` in 95 of 100.

    One account moves all values together by `scale` times `epsilon` at most: of each at most `most` orders a
    cell, or proofs in all, were counted. Values may be negative or halves; on average they are right.
    """

    figure: str
    week: str
    start: int
    end: int
    published_at: int
    epsilon: float
    scale: float
    error: float
    most: int
    values: dict[str, float]
    mean: float | None


class StatisticsReply(Struct):
    """Published figures, the newest week first.

    epsilon_total: what all that were ever published cost an account that took part in every week.
    """

    figures: list[FigureReply]
    epsilon_total: float
    total: int
    offset: int
    block: int


class HealthReply(Struct):
    """`status`: ok, behind (the index lags or the chain is silent) or starting."""

    status: str
    chain_id: int
    chain_head: int | None
    indexed: int | None
    lag: int | None
    follower: str
    last_error: str | None
    evidence_waiting: int | None
